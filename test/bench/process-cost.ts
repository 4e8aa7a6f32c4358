// What a program and all its children have cost so far, from /proc(5). CPU time includes children that have ended and were
// waited for. RSS counts shared pages once for each process, so it is an upper bound for both programs alike.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { processTree } from '../lab/command.ts'

export interface Cost {
  readonly cpuMs: number
  readonly rssKb: number
  readonly descriptors: number
  readonly processes: number
}

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'ascii' }))

/** The whole tree below this process, itself included. A process that ends meanwhile is passed over. */
export function costOf(pid: number): Cost {
  const costs = processTree(pid).flatMap(member => costOfOne(member) ?? [])
  const sum = (key: keyof Cost) => costs.reduce((total, cost) => total + cost[key], 0)
  return { cpuMs: sum('cpuMs'), rssKb: sum('rssKb'), descriptors: sum('descriptors'), processes: costs.length }
}

function costOfOne(pid: number): Cost | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // utime, stime, cutime and cstime are fields 14 to 17; the name, field 2, may hold blanks.
    const ticks = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number)
    const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    const descriptors = readdirSync(`/proc/${pid}/fd`).length
    return { cpuMs: ticks.reduce((total, tick) => total + tick, 0) * TICK_MS, rssKb, descriptors, processes: 1 }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ESRCH'))
      return undefined
    throw thrown
  }
}
