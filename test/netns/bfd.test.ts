// BFD sessions against Debian's keepalived and FRR's bfdd: they come up, a dead neighbour is noticed within the detection time, they
// recover, and neither a dying worker nor a reload is noticed (RFC 5880, 5881, 5883). tshark reads what we send.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { attempt, run, spawnIn } from '../lab/command.ts'
import { configText } from '../lab/config-text.ts'
import { whyNot } from '../lab/environment.ts'
import type { Lab } from '../lab/lab.ts'
import { subjectMain } from '../lab/paths.ts'
import { becomesMaster, lastAdvert } from '../lab/role.ts'
import { labTest, scenario } from '../lab/scenario.ts'
import { Frr } from './fixtures/frr.ts'

const A4 = '10.77.0.11'
const B4 = '10.77.0.12'
const A6 = 'fd77::11'
const B6 = 'fd77::12'

/** 100 ms, three of them: 300 ms. */
const TIMERS = ['min_rx 100', 'min_tx 100', 'multiplier 3']
const DETECTION_MS = 300
/** What a busy machine may add until a line of a log is read. */
const SLACK_MS = 1_500
const UP_WITHIN_MS = 10_000

function session(neighbor: string, source: string, more: readonly string[] = TIMERS): string {
  const lines = [`neighbor_ip ${neighbor}`, `source_ip ${source}`, ...more]
  return `bfd_instance peer {\n${lines.map(line => `  ${line}\n`).join('')}}\n`
}

/** When the router last said that its session has entered a state; both programs use the same words. */
function entered(lab: Lab, router: string, state: 'Up' | 'Down', since: number): number | undefined {
  const words = `(peer) Entering ${state} state`
  const line = lab.events.find(
    event => event.kind === 'log' && event.from === router && event.at > since && event.line.includes(words),
  )
  return line?.at
}

async function enters(
  lab: Lab,
  router: string,
  state: 'Up' | 'Down',
  since = 0,
  boundMs = UP_WITHIN_MS,
): Promise<number> {
  return lab.waitFor(`${router} enters ${state}`, () => entered(lab, router, state, since), boundMs)
}

async function bothUp(lab: Lab, since = 0): Promise<void> {
  await Promise.all(['a', 'b'].map(router => enters(lab, router, 'Up', since)))
}

/** hoplimit 255: RFC 5881 wants it, keepalived's default is 64. */
const families = [
  { name: 'IPv4', a: session(B4, A4), b: session(A4, B4) },
  { name: 'IPv6', a: session(B6, A6, [...TIMERS, 'hoplimit 255']), b: session(A6, B6, [...TIMERS, 'hoplimit 255']) },
] as const

describe('BFD', { concurrency: 3 }, () => {
  for (const family of families) {
    scenario(`a session over ${family.name} comes up, notices a dead neighbour in time, and recovers`, async stage => {
      const { lab, a, b, pair } = stage
      a.start({ kind: pair.a, config: family.a })
      b.start({ kind: pair.b, config: family.b })
      await bothUp(lab)
      const killedAt = b.kill()
      const downAt = await enters(lab, 'a', 'Down', killedAt)
      const afterMs = (downAt - killedAt) / 1_000
      assert.ok(afterMs < DETECTION_MS + SLACK_MS, `down after ${afterMs} ms`)
      await lab.waitFor('b is gone', () => !b.running, 5_000)
      const againAt = epochNowUs()
      b.start({ kind: pair.b, config: family.b })
      await bothUp(lab, againAt)
    })
  }

  scenario(
    'two at 10 ms stay up on a quiet wire, and a passive one waits for the other',
    async ({ lab, a, b, pair }) => {
      a.start({ kind: pair.a, config: session(B4, A4, ['passive', 'multiplier 20']) })
      b.start({ kind: pair.b, config: session(A4, B4, ['multiplier 20']) })
      await bothUp(lab)
      const since = epochNowUs()
      await lab.timeline.holdsFor('nobody goes down', () => entered(lab, 'a', 'Down', since) === undefined, 3_000)
      assert.equal(entered(lab, 'b', 'Down', since), undefined)
    },
  )

  labTest('a worker that dies is not noticed by keepalived, with a second of detection time', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const timers = ['min_rx 50', 'min_tx 50', 'multiplier 20']
    a.start({
      kind: 'keepalived-ts',
      config: session(B4, A4, timers),
      environment: { KEEPALIVED_TS_FAULTS: '1' },
    })
    b.start({ kind: 'keepalived', config: session(A4, B4, timers) })
    await bothUp(lab)
    const since = epochNowUs()
    for (const [before, kind] of ['throw', 'exit', 'reject'].entries()) {
      await a.inside(process.execPath, subjectMain, 'fault', 'bfd', kind, '-p', a.pidFile)
      await lab.waitFor(`died of ${kind}`, () => deaths(lab) > before, 5_000)
      await lab.timeline.holdsFor('the session holds', () => entered(lab, 'b', 'Down', since) === undefined, 1_500)
    }
    assert.equal(deaths(lab), 3)
    assert.equal(entered(lab, 'a', 'Down', since), undefined)
  })

  labTest('a worker that hangs is replaced before a detection time of a second and a half is over', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const timers = ['min_rx 100', 'min_tx 100', 'multiplier 15']
    a.start({ kind: 'keepalived-ts', config: session(B4, A4, timers), environment: { KEEPALIVED_TS_FAULTS: '1' } })
    b.start({ kind: 'keepalived', config: session(A4, B4, timers) })
    await bothUp(lab)
    const since = epochNowUs()
    await a.inside(process.execPath, subjectMain, 'fault', 'bfd', 'hang', '-p', a.pidFile)
    await lab.waitFor('replaced', () => deaths(lab) === 1, 5_000)
    await lab.timeline.holdsFor('the session holds', () => entered(lab, 'b', 'Down', since) === undefined, 2_500)
    assert.equal(entered(lab, 'a', 'Down', since), undefined)
  })

  labTest('the thread has the name, priority and CPU that the configuration gives it', async lab => {
    const a = lab.router('a')
    const wanted = ['bfd_process_name watcher', 'bfd_rt_priority 7', 'bfd_cpu_affinity 0']
    a.start({ kind: 'keepalived-ts', config: `global_defs {\n${wanted.join('\n')}\n}\n${session(B4, A4)}` })
    await lab.waitFor('it runs', () => existsSync(join(a.folder, 'run', 'bfd.pid')), 5_000)
    const daemon = readFileSync(join(a.folder, 'run', 'bfd.pid'), 'utf8').trim()
    const threads = () => spawnSync('ps', ['-L', '-o', 'comm,cls,rtprio', '-p', daemon], { encoding: 'utf8' }).stdout
    await lab.waitFor('the thread is so', () => /^watcher +RR +7$/m.test(threads()), 5_000)
  })

  labTest('a reload keeps the session and tells the neighbour of other timers', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    a.start({ kind: 'keepalived-ts', config: session(B4, A4) })
    b.start({ kind: 'keepalived', config: session(A4, B4) })
    await bothUp(lab)
    const since = epochNowUs()
    a.writeConfig(session(B4, A4, ['min_rx 100', 'min_tx 200', 'multiplier 4']))
    a.signal('SIGHUP')
    await lab.waitFor(
      'keepalived knows: 4 times 200 ms',
      () => lab.log('b').some(line => line.includes('Detection time is 800000 us')),
      5_000,
    )
    await lab.timeline.holdsFor('the session holds', () => entered(lab, 'b', 'Down', since) === undefined, 1_000)
    assert.equal(entered(lab, 'a', 'Down', since), undefined)
  })

  labTest('a neighbour from beyond the link is refused, and the log says why', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    a.start({ kind: 'keepalived-ts', config: session(B6, A6) })
    b.start({ kind: 'keepalived', config: session(A6, B6) })
    await lab.waitFor(
      'refused',
      () => lab.log('a').find(line => /hop limit 64 not accepted.*hoplimit 255/.test(line)),
      5_000,
    )
    assert.equal(entered(lab, 'a', 'Up', 0), undefined)
  })

  labTest('an orderly end is told to the neighbour; keepalived_bfd.data and the pid file are there', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    a.start({ kind: 'keepalived-ts', config: session(B4, A4) })
    b.start({ kind: 'keepalived', config: session(A4, B4) })
    await bothUp(lab)
    assert.ok(existsSync(join(a.folder, 'run', 'bfd.pid')))
    a.signal('SIGUSR1')
    await lab.waitFor('the dump', () => existsSync(join(a.folder, 'tmp', 'keepalived_bfd.data')), 5_000)
    const dump = a.readTmp('keepalived_bfd.data')
    const wanted = [' BFD Instance = peer', '   Neighbor IP = 10.77.0.12', '   local state = Up']
    for (const line of wanted) assert.ok(dump.split('\n').includes(line), line)
    const status = await a.inside(process.execPath, subjectMain, 'status', '-p', a.pidFile)
    assert.match(status.stdout, /peer/)
    await a.stop()
    await lab.waitFor(
      'the neighbour knows the reason',
      () => lab.log('b').some(line => line.includes('Remote diagnostic - Administratively Down')),
      2_000,
    )
  })

  labTest('a session that is tracked without weight decides whether VRRP may run', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const lines = ['track_bfd {', '  peer', '}']
    a.start({ kind: 'keepalived-ts', config: configText([{ priority: 150, lines }], session(B4, A4)) })
    await lab.waitFor('FAULT without a neighbour', () => lab.log('a').some(line => /FAULT STATE/.test(line)), 5_000)
    b.start({ kind: 'keepalived', config: session(A4, B4) })
    await becomesMaster(lab, 'a')
    const killedAt = b.kill()
    await lab.waitFor('resigned', () => lastAdvert(lab, 'a').priority === 0, 5_000)
    assert.ok(lastAdvert(lab, 'a').at - killedAt < (DETECTION_MS + SLACK_MS) * 1_000)
  })

  labTest('BFD_CHECK takes a server out and puts it back', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const server = `virtual_server 10.99.0.1 80 {
  protocol TCP
  real_server ${B4} 80 {
    BFD_CHECK {
      name peer
      alpha
    }
  }
}
`
    const said = (words: string) => lab.log('a').filter(line => line.includes(words)).length
    a.start({ kind: 'keepalived-ts', config: session(B4, A4) + server })
    await lab.waitFor('down at first', () => said(`BFD check of [peer] RS([${B4}]:tcp:80) is DOWN`) === 1, 5_000)
    b.start({ kind: 'keepalived', config: session(A4, B4) })
    await lab.waitFor('added', () => said(`Adding service [${B4}]:tcp:80`) === 1, UP_WITHIN_MS)
    b.kill()
    await lab.waitFor('removed', () => said(`Removing service [${B4}]:tcp:80`) === 1, DETECTION_MS + SLACK_MS)
  })
})

describe("BFD with FRR's bfdd", { concurrency: 2, skip: whyNot('vtysh') }, () => {
  const timers = '  detect-multiplier 3\n  receive-interval 100\n  transmit-interval 100\n  no shutdown\n !\n'

  const lines: readonly (readonly [string, string, string])[] = [
    ['over one hop', session(B4, A4), ` peer ${A4} local-address ${B4}\n${timers}`],
    ['over one hop of IPv6', session(B6, A6), ` peer ${A6} local-address ${B6}\n${timers}`],
    [
      'over several hops (port 4784)',
      session(B4, A4, [...TIMERS, 'multihop', 'max_hops 3']),
      ` peer ${A4} multihop local-address ${B4}\n${timers}`,
    ],
    [
      'over several hops of IPv6',
      session(B6, A6, [...TIMERS, 'multihop', 'max_hops 3']),
      ` peer ${A6} multihop local-address ${B6}\n${timers}`,
    ],
  ]
  for (const [name, config, peers] of lines) {
    labTest(`a session ${name} comes up, notices a dead neighbour in time, and recovers`, async lab => {
      const a = lab.router('a')
      const frr = new Frr(lab, lab.router('b'))
      await frr.start(peers)
      a.start({ kind: 'keepalived-ts', config })
      await enters(lab, 'a', 'Up')
      await untilStatus(lab, frr, 'up')
      const killedAt = epochNowUs()
      frr.kill()
      const downAt = await enters(lab, 'a', 'Down', killedAt)
      assert.ok(downAt - killedAt < (DETECTION_MS + SLACK_MS) * 1_000)
      await frr.start(peers)
      await enters(lab, 'a', 'Up', downAt)
      await untilStatus(lab, frr, 'up')
      a.kill()
      await untilStatus(lab, frr, 'down')
    })
  }
})

describe('tshark decodes our BFD', { skip: whyNot('tshark') }, () => {
  labTest('every packet of a session, from its beginning to its end, without a complaint', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const path = join(lab.folder, 'bfd.pcap')
    const argv = ['tcpdump', '-i', 'eth0', '-U', '-Z', 'root', '-w', path, `src host ${A4} and udp port 3784`]
    const tcpdump = spawnIn(a.namespace, argv, { stdio: 'ignore' })
    lab.onClose(() => tcpdump.kill('SIGKILL'))
    await lab.waitFor('tcpdump runs', () => existsSync(path), 5_000)
    a.start({ kind: 'keepalived-ts', config: session(B4, A4) })
    b.start({ kind: 'keepalived', config: session(A4, B4) })
    await bothUp(lab)
    await lab.timeline.holdsFor('some packets', () => a.running, 1_000)
    await a.stop()
    await run('sync', [path])
    const fields = ['bfd.sta', 'bfd.flags.p', 'ip.ttl', 'udp.srcport', 'bfd.my_discriminator', 'bfd.diag']
    const read = await attempt('tshark', [
      '-r',
      path,
      '-Y',
      'bfd',
      '-T',
      'fields',
      ...fields.flatMap(name => ['-e', name]),
    ])
    assert.equal(read.code, 0, read.stderr)
    const packets = read.stdout
      .trim()
      .split('\n')
      .map(line => line.split('\t'))
    assert.ok(packets.length >= 5, `${packets.length} packets`)
    for (const [, , ttl, port] of packets) {
      assert.equal(ttl, '255')
      assert.ok(Number(port) >= 49_152, `source port ${port}`)
    }
    assert.equal(Number(packets.at(-1)?.[0]), 0, 'the last one is AdminDown')
    const complaints = await attempt('tshark', ['-r', path, '-Y', '_ws.malformed or _ws.expert.severity >= 0x400000'])
    assert.equal(complaints.stdout, '')
  })
})

function deaths(lab: Lab): number {
  return lab.log('a').filter(line => line.includes('The bfd worker died')).length
}

/** vtysh is asked, because FRR says nothing by itself. */
async function untilStatus(lab: Lab, frr: Frr, wanted: string): Promise<void> {
  const until = epochNowUs() + UP_WITHIN_MS * 1_000
  for (;;) {
    const statuses = await frr.statuses()
    if (statuses.length > 0 && statuses.every(status => status === wanted)) return
    assert.ok(epochNowUs() < until, `FRR says ${statuses.join()} in ${lab.name}`)
  }
}
