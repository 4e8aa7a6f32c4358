// A BACKUP that is stopped for about as long as its master-down time, and goes on: it sends nothing, because a living MASTER is heard
// first. Processes of keepalived-ts are stopped together, as a virtual machine or an operator would stop them.

import assert from 'node:assert/strict'
import { sleep } from '../lab/clock.ts'
import { attempt } from '../lab/command.ts'
import { configText, type InstanceText, masterDownUs } from '../lab/config-text.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesBackup, becomesMaster, staysMaster } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

/** Shares of the master-down time: the adverts that fell into the pause wait, and the timer ends shortly before or after it. */
const SHARES = [0.6, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.3, 1.6]

if (subject === 'keepalived-ts') {
  labTest('a BACKUP that was asleep does not speak on waking', async lab => {
    const standby: Partial<InstanceText> & Pick<InstanceText, 'priority'> = {
      version: 3,
      advertInt: 0.1,
      priority: 100,
    }
    lab.router('a').start({ kind: 'keepalived', config: configText([{ ...standby, priority: 200 }]) })
    await becomesMaster(lab, 'a')
    lab.router('b').start({ kind: subject, config: configText([standby]) })
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 2_000)
    const pids = await processesOf(lab)
    for (const share of SHARES) {
      signalAll(pids, 'SIGSTOP')
      await sleep((share * masterDownUs(standby)) / 1_000)
      signalAll(pids, 'SIGCONT')
      await sleep(700)
      assert.deepEqual(lab.adverts({ from: 'b' }), [], `after ${share} of its master-down time`)
    }
    assert.deepEqual(await processesOf(lab), pids, 'nobody was killed for its silence')
    await lab.router('a').kill()
    await becomesMaster(lab, 'b')
  })
}

/** The watchdog and its daemon. */
async function processesOf(lab: Lab): Promise<number[]> {
  const { pid } = lab.router('b')
  const { stdout } = await attempt('pgrep', ['-P', String(pid)])
  const children = stdout.trim().split('\n').map(Number)
  assert.ok(
    children.every(child => child > 0),
    'the watchdog has a child',
  )
  return [pid, ...children]
}

function signalAll(pids: readonly number[], signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) process.kill(pid, signal)
}
