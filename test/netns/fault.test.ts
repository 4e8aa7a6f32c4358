// A crash of any worker thread is survived: the address stays, adverts go on, and the peer does not even notice.
// Faults are provoked with `keepalived-ts fault WORKER KIND -p PIDFILE`, which needs KEEPALIVED_TS_FAULTS=1.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { attempt } from '../lab/command.ts'
import { configText } from '../lab/config-text.ts'
import type { Lab } from '../lab/lab.ts'
import { subjectMain } from '../lab/paths.ts'
import { becomesMaster, longestGapUs, staysMaster } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const WORKERS = ['vrrp', 'checker', 'ipvs'] as const
const KINDS = ['throw', 'reject', 'exit', 'hang', 'oom'] as const
/** Peer's patience at 1 s and priority 100 is 3.6 s; one advert may be late by a restart, none may be missing for long. */
const GAP_MAX_US = 2_000_000
/** So that checker and ipvs have something to do. */
const VIRTUAL_SERVER = `virtual_server 10.77.0.100 80 {
  delay_loop 1
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 10.77.0.99 80 {
    TCP_CHECK {
      connect_timeout 1
    }
  }
}`

if (subject === 'keepalived-ts') {
  describe('a worker dies', { concurrency: 3 }, () => {
    for (const worker of WORKERS) {
      labTest(`${worker}: throw, reject, exit, hang and out of memory`, lab => sufferAll(lab, worker))
    }
  })

  labTest('the daemon dies: the watchdog restarts it and the peer does not take over', async lab => {
    await startPair(lab)
    const since = epochNowUs()
    const watchdog = lab.router('a').pid
    const { stdout } = await attempt('pgrep', ['-P', String(watchdog)])
    const daemon = Number(stdout.trim().split('\n')[0])
    assert.ok(daemon > 0, 'the watchdog has a child')
    process.kill(daemon, 'SIGKILL')
    await staysMaster(lab, 'a', 8_000)
    assert.ok(longestGapUs(lab, 'a', since) < 3_400_000)
    assert.deepEqual(lab.adverts({ from: 'b' }), [])
  })
}

async function sufferAll(lab: Lab, worker: (typeof WORKERS)[number]): Promise<void> {
  await startPair(lab)
  for (const kind of KINDS) {
    const since = epochNowUs()
    const a = lab.router('a')
    const argv = [process.execPath, subjectMain, 'fault', worker, kind, '-p', a.pidFile]
    const { code, stdout, stderr } = await a.inside(...argv)
    assert.equal(code, 0, `fault ${worker} ${kind}: ${stdout}${stderr}`)
    await staysMaster(lab, 'a', 5_000)
    const gapUs = longestGapUs(lab, 'a', since)
    assert.ok(gapUs < GAP_MAX_US, `${worker} ${kind}: no advert for ${gapUs} µs`)
  }
  assert.ok(lab.router('a').running)
  assert.deepEqual(lab.adverts({ from: 'b' }), [], 'the peer never took over')
  assert.deepEqual(lab.adverts({ from: 'a', priority: 0 }), [], 'and nobody resigned')
}

async function startPair(lab: Lab): Promise<void> {
  const [a, b] = [lab.router('a'), lab.router('b')]
  const environment = { KEEPALIVED_TS_FAULTS: '1' }
  a.start({ kind: subject, config: `${configText([{ priority: 150 }])}${VIRTUAL_SERVER}\n`, environment })
  await becomesMaster(lab, 'a')
  b.start({ kind: 'keepalived', config: configText([{ priority: 100 }]) })
  await staysMaster(lab, 'a', 2_000)
}
