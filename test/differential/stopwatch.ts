// Measuring how long it takes to read a large configuration: ours in this process, ours as a command, and keepalived -t.

import { spawnSync } from 'node:child_process'
import { loadOn } from './subject.ts'

export interface Timing {
  readonly name: string
  /** Median, in milliseconds. */
  readonly medianMs: number
}

/** Median of `rounds` loads in this process; the first one, which also compiles, does not count. */
export function timeLoad(path: string, rounds: number): Timing {
  const once = () => {
    const { config, testExitCode } = loadOn(['lo', 'eth0'], path)
    if (config === undefined || testExitCode !== 0)
      throw new Error(`the large configuration has exit status ${testExitCode}`)
  }
  once()
  return { name: 'loadConfig', medianMs: median(rounds, once) }
}

/** Median of `rounds` runs of a command that must succeed. */
export function timeCommand(name: string, argv: readonly string[], rounds: number): Timing {
  const [command, ...args] = argv
  const once = () => {
    const { status, stderr } = spawnSync(command!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    if (status !== 0) throw new Error(`${argv.join(' ')}: exit ${status}: ${stderr}`)
  }
  return { name, medianMs: median(rounds, once) }
}

function median(rounds: number, once: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const before = performance.now()
    once()
    return performance.now() - before
  })
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!
}
