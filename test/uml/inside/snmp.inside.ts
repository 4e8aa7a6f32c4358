// The checker part of KEEPALIVED-MIB beside keepalived 2.2.7's: the same file, the same walk, the same traps when a server dies, and
// a weight that is set. Debian's snmpd is the master agent of both.

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import test, { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Daemon, Director, makeLink, RealServers, summary } from './director.ts'

const CHECK = '1.3.6.1.4.1.9586.100.5.3'
const AGENT = '127.0.0.1:1161'
const COMMON = ['-v2c', '-m', '', '-On', '-Oe']

const CONFIG = `
global_defs {
  router_id lab
  enable_traps
  lvs_timeouts tcp 900 tcpfin 60 udp 30
}
virtual_server_group G {
  10.0.2.1 80
  10.0.2.5-9 81
  fwmark 7
}
virtual_server 10.0.1.1 80 {
  delay_loop 1
  lb_algo wrr
  lb_kind DR
  protocol TCP
  persistence_timeout 77
  persistence_granularity 255.255.0.0
  virtualhost www.example.org
  quorum 2
  hysteresis 1
  quorum_up "/usr/bin/true up"
  quorum_down "/usr/bin/true down"
  sorry_server 10.0.0.99 80
  real_server 10.0.0.11 80 {
    weight 3
    uthreshold 90
    lthreshold 50
    inhibit_on_failure
    notify_up "/usr/bin/true rs"
    TCP_CHECK {
      connect_timeout 2
      retry 0
      delay_before_retry 1
    }
  }
  real_server 10.0.0.12 80 {
    weight 1
    TCP_CHECK {
      connect_timeout 2
    }
  }
}
virtual_server group G {
  delay_loop 5.5
  lb_algo sh
  sh-port
  lb_kind NAT
  protocol TCP
  alpha
  omega
  real_server 10.0.0.12 80 {
    retry 4
    delay_before_retry 2
    warmup 3
    TCP_CHECK {
    }
  }
}
virtual_server fwmark 9 {
  lb_algo rr
  lb_kind TUN
  real_server 10.0.0.13 80 {
  }
}
`

/** Where we differ and why; everything else is equal to the letter. */
const EXPLAINED: readonly (readonly [where: string, why: string])[] = [
  [`${CHECK}.3.1.15.`, '2.2.7 shows a mask of what has no persistence'],
  [`${CHECK}.3.1.51.`, '2.2.7 shows 2^32-1 of what has no persistence'],
  [`${CHECK}.3.1.8.3 `, '2.2.7 shows nothing, its MIB has none(4)'],
  ...[42, 43, 44, 45, 46, 47, 48, 49, 50, 51].map(
    column =>
      [`${CHECK}.4.1.${column}.1.1 `, '2.2.7 shows settings of checks that a sorry server has none of'] as const,
  ),
]

const children: ChildProcess[] = []
const traps: string[] = []

before(() => {
  makeLink()
  const lines = [
    `agentaddress udp:${AGENT}`,
    'master agentx',
    'agentXSocket /run/agentx',
    'rwcommunity public',
    'trap2sink 127.0.0.1:1162 public',
  ]
  writeFileSync('/run/snmpd.conf', `${lines.join('\n')}\n`)
  const env = { ...process.env, SNMP_PERSISTENT_DIR: '/run' }
  const listener = ['-f', '-n', '-Lo', '-On', '-C', '-m', '', '--disableAuthorization=yes', 'udp:127.0.0.1:1162']
  const trapd = spawn('snmptrapd', listener, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  trapd.stdout.on('data', (chunk: Buffer) => traps.push(...chunk.toString().split('\n')))
  const agent = ['-f', '-Ln', '-C', '-c', '/run/snmpd.conf', '-I', '-smux', '-p', '/run/snmpd.pid']
  children.push(trapd, spawn('snmpd', agent, { env, stdio: 'ignore' }))
})

after(() => {
  for (const child of children) child.kill('SIGKILL')
})

test('virtual servers, real servers and their traps are those of keepalived', { timeout: 400_000 }, async () => {
  const real = await shown('keepalived')
  const ours = await shown('keepalived-ts')
  const other = (walk: readonly string[]) =>
    walk.filter(line => !EXPLAINED.some(([where]) => line.startsWith(`.${where}`)))
  assert.ok(ours.walk.length > 150, `only ${ours.walk.length} values`)
  const missing = other(real.walk).filter(line => !ours.walk.includes(line))
  const surplus = other(ours.walk).filter(line => !real.walk.includes(line))
  assert.deepEqual({ missing: missing.join('\n'), surplus: surplus.join('\n') }, { missing: '', surplus: '' })
  const isDown = (trap: string) => trap.includes(`.${CHECK}.5.0.1`) && trap.includes(`.${CHECK}.4.1.6 = INTEGER: 2`)
  for (const { traps: told } of [real, ours]) assert.ok(told.some(isDown), told.join('\n'))
})

async function shown(daemon: Daemon) {
  const servers = new RealServers()
  await servers.only(11, 12)
  const director = new Director(daemon, CONFIG, '-x', '-A', 'unix:/run/agentx')
  await served()
  // One beat of every check.
  await pause(9_000)
  const walk = ask('snmpwalk', CHECK)
    .split('\n')
    .filter(line => line.startsWith('.'))
  const from = traps.length
  await servers.only(12)
  await pause(5_000)
  const told = traps
    .slice(from)
    .filter(line => line.startsWith('.'))
    .map(line => line.split('\t').slice(1).join(' '))
  const set = ask('snmpset', `${CHECK}.4.1.7.1.3`, 'i', '5')
  assert.match(set, /INTEGER: 5/)
  await director.stop()
  await servers.only()
  return { walk, traps: told }
}

test('a weight that is set is in the table of the kernel', { timeout: 180_000 }, async () => {
  const servers = new RealServers()
  await servers.only(11, 12)
  const director = new Director('keepalived-ts', CONFIG, '-x', '-A', 'unix:/run/agentx')
  await served()
  await pause(3_000)
  assert.match(ask('snmpset', `${CHECK}.4.1.7.1.3`, 'i', '5'), /INTEGER: 5/)
  const deadline = Date.now() + 40_000
  while (!summary().includes('.12(5)') && Date.now() < deadline) await pause(100)
  assert.match(summary(), /\.12\(5\)/)
  assert.match(ask('snmpset', `${CHECK}.4.1.7.1.3`, 'i', '70000'), /wrongValue/)
  await director.stop()
  await servers.only()
  assert.equal(execFileSync('ipvsadm', ['-Sn'], { encoding: 'utf8' }), '')
})

async function served(): Promise<void> {
  const deadline = Date.now() + 90_000
  while (!ask('snmpgetnext', `${CHECK}.3`).startsWith(`.${CHECK}.3.1.`)) {
    if (Date.now() > deadline) throw new Error('nobody serves the checker part')
    await pause(200)
  }
}

function ask(command: string, ...words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, [...COMMON, '-c', 'public', '-t', '5', '-r', '1', AGENT, ...words], {
    encoding: 'utf8',
  })
  return stdout === '' ? stderr : stdout
}
