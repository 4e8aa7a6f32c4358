// Processes that run, or do not, move the role. keepalived.conf(5): vrrp_track_process, track_process. Routers of the laboratory live
// in network namespaces, where the kernel tells nobody of processes: what is seen here is the look into /proc. keepalived 2.2.7 does not
// look there, so its router stays at fault (measured) and plays only the other part.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import { becomesBackup, becomesMaster, lastAdvert, staysMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const LOW = { priority: 100 }
const TRACKS = ['track_process {', '  p', '}']

/** A program with a name that nobody else has. */
async function withProgram(play: (name: string, run: () => ChildProcess) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'track-process-'))
  const name = `kl${process.pid}${folder.at(-1)}${folder.at(-2)}`
  copyFileSync('/bin/sleep', join(folder, name))
  const children: ChildProcess[] = []
  const run = () => {
    const child = spawn(join(folder, name), ['300'], { stdio: 'ignore' })
    children.push(child)
    return child
  }
  try {
    await play(name, run)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

function block(name: string, more: string): string {
  return `vrrp_track_process p {\n  process ${name}\n  ${more}\n}`
}

describe('track_process', { concurrency: 2 }, () => {
  scenario('without its process a router with weight 0 is at fault', async ({ lab, a, b, pair }) => {
    if (pair.a === 'keepalived') return
    await withProgram(async (name, run) => {
      const child = run()
      a.start({ kind: pair.a, config: configText([{ priority: 150, lines: TRACKS }], block(name, 'weight 0')) })
      await becomesMaster(lab, 'a')
      b.start({ kind: pair.b, config: configText([LOW]) })
      await staysMaster(lab, 'a', 2_000)
      const since = epochNowUs()
      child.kill()
      await becomesMaster(lab, 'b', { since })
      assert.match(lab.log('a').join('\n'), /Quorum lost for tracked process p/)
      const mendedAt = epochNowUs()
      run()
      await becomesMaster(lab, 'a', { since: mendedAt })
      await becomesBackup(lab, 'b')
    })
  })

  scenario('more processes than quorum_max take the weight away', async ({ lab, a, b, pair }) => {
    if (pair.a === 'keepalived') return
    await withProgram(async (name, run) => {
      run()
      const limits = 'weight 60\n  quorum_max 1'
      a.start({ kind: pair.a, config: configText([{ priority: 80, lines: TRACKS }], block(name, limits)) })
      b.start({ kind: pair.b, config: configText([LOW]) })
      await becomesMaster(lab, 'a')
      await lab.waitFor('a advertises 80 + 60', () => lastAdvert(lab, 'a').priority === 140, 3_000)
      run()
      await becomesMaster(lab, 'b')
      await becomesBackup(lab, 'a')
    })
  })

  if (subject === 'keepalived-ts') {
    scenario('that the kernel does not tell of processes is said once', async ({ lab, a, pair }) => {
      if (pair.a !== 'keepalived-ts') return
      a.start({ kind: pair.a, config: configText([{ priority: 150, lines: TRACKS }], block('no-such-thing', '')) })
      await lab.waitFor('it is said', () => /does not tell of processes/.test(lab.log('a').join('\n')), 5_000)
      a.signal('SIGHUP')
      await lab.waitFor('it has reloaded', () => /Reloaded/.test(lab.log('a').join('\n')), 5_000)
      const said = lab.log('a').filter(line => line.includes('does not tell of processes'))
      assert.equal(said.length, 1)
    })
  }
})
