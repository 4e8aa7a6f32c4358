// The capabilities that docs/privileges.md promises to be enough: as root with nothing else in the bounding set the program
// becomes MASTER, holds the address, announces it and gives it back; without one of them it says which one is missing.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test, { describe } from 'node:test'
import { epochNowUs, sleep } from '../lab/clock.ts'
import { processTree } from '../lab/command.ts'
import { configText } from '../lab/config-text.ts'
import { Lab } from '../lab/lab.ts'
import { becomesBackup, becomesMaster, DEFAULT_VIP, staysMaster } from '../lab/role.ts'
import { labTest, skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

/** capabilities(7): bit numbers. */
const BITS = { setgid: 6, setuid: 7, net_admin: 12, net_raw: 13 } as const
type CapabilityName = keyof typeof BITS

const SCRIPT = `vrrp_script chk {
  script "/etc/keepalived/check.sh"
  interval 1
  user nobody
  rise 1
  fall 1
}`
const TRACKING = configText([{ priority: 150, lines: ['track_script {', '  chk', '}'] }], SCRIPT)
const CHECK = { 'check.sh': '#!/bin/sh\n[ "$(id -u)" = 65534 ]\n' }

if (subject === 'keepalived-ts') {
  describe('least privilege', { concurrency: 3 }, () => {
    labTest('NET_ADMIN and NET_RAW are enough to be MASTER, to hand over and to come back', async lab => {
      const [a, b] = [lab.router('a'), lab.router('b')]
      start(lab, ['net_admin', 'net_raw'], configText([{ priority: 150 }]))
      await becomesMaster(lab, 'a')
      assertOnly(lab, ['net_admin', 'net_raw'])
      assert.ok((await a.findAddress('10.77.0.100')) !== undefined, 'the kernel has the address')
      await lab.waitFor('an announcement', () => lab.announces('a', '10.77.0.100').length > 0, 3_000)
      b.start({ kind: 'keepalived', config: configText([{ priority: 100 }]) })
      await staysMaster(lab, 'a', 2_000)

      const reloadedAt = epochNowUs()
      a.writeConfig(configText([{ priority: 50 }]))
      a.signal('SIGHUP')
      await becomesMaster(lab, 'b', { since: reloadedAt })
      await becomesBackup(lab, 'a')
      a.writeConfig(configText([{ priority: 150 }]))
      a.signal('SIGHUP')
      await becomesMaster(lab, 'a', { since: reloadedAt })

      assert.equal(await a.stop(), true, 'it stops in good order')
      await lab.waitFor('a takes its address off', () => !lab.holds('a', DEFAULT_VIP), 2_000)
      assert.equal(lab.adverts({ from: 'a' }).at(-1)?.priority, 0)
    })

    labTest('with nothing more the watchdog still replaces a daemon that was killed', async lab => {
      start(lab, ['net_admin', 'net_raw'], configText([{ priority: 150 }]))
      await becomesMaster(lab, 'a')
      const daemon = processTree(lab.router('a').pid)[1]!
      const killedAt = epochNowUs()
      process.kill(daemon, 'SIGKILL')
      await becomesMaster(lab, 'a', { since: killedAt })
      assert.equal(lab.adverts({ from: 'a', priority: 0 }).length, 0)
      assertOnly(lab, ['net_admin', 'net_raw'])
    })

    labTest('scripts of another user need SETUID and SETGID besides', async lab => {
      const caps = ['net_admin', 'net_raw', 'setuid', 'setgid'] as const
      start(lab, caps, TRACKING, CHECK)
      await becomesMaster(lab, 'a')
      assertOnly(lab, caps)
      await staysMaster(lab, 'a', 2_500)
    })

    labTest('without SETUID a script of another user counts as failed instead of running as root', async lab => {
      start(lab, ['net_admin', 'net_raw'], TRACKING, CHECK)
      await lab.waitFor('FAULT', () => /FAULT/.test(lab.log('a').join('\n')), 10_000)
      await sleep(5_000)
      assert.deepEqual(lab.adverts({ from: 'a' }), [])
    })

    for (const missing of ['net_admin', 'net_raw'] as const) {
      // No labTest: it takes an end that nobody asked for as a failure.
      test(`without ${missing} it ends with status 4 and names it`, { skip, timeout: 60_000 }, () =>
        Lab.with({}, async lab => {
          const a = lab.router('a')
          start(lab, [missing === 'net_raw' ? 'net_admin' : 'net_raw'], configText([{ priority: 150 }]))
          await lab.waitFor('the end', () => a.exit !== undefined, 10_000)
          assert.equal(a.exit?.code, 4)
          assert.match(lab.log('a').join('\n'), new RegExp(`lacks .*CAP_${missing.toUpperCase()}`))
        }),
      )
    }
  })
}

function start(
  lab: Lab,
  capabilities: readonly CapabilityName[],
  config: string,
  files: Readonly<Record<string, string>> = {},
): void {
  const set = ['-all', ...capabilities.map(name => `+${name}`)].join(',')
  const wrapper = ['setpriv', `--bounding-set=${set}`, `--inh-caps=${set}`]
  lab.router('a').start({ kind: subject, config, files, wrapper })
}

/** Watchdog and daemon have these in their effective and permitted sets, and no others. */
function assertOnly(lab: Lab, capabilities: readonly CapabilityName[]): void {
  const wanted = capabilities.reduce((set, name) => set | (1n << BigInt(BITS[name])), 0n)
  for (const pid of processTree(lab.router('a').pid).slice(0, 2)) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
      const bits = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1]}`)
      assert.equal(bits, wanted, `${set} of ${pid}`)
    }
  }
}
