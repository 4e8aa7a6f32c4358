// Decisions about a virtual_server that both its model and its diagnostics go by, each in one place: which option of a scheduler counts,
// which quorum holds, whose port is its own. keepalived.conf(5) "Virtual server(s)".

import { IPVS_SCHED_1, IPVS_SCHED_2 } from '../../../lib/ipvs.ts'
import type { Entry } from '../../language/entry.ts'
import { is } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import { virtualServer } from './keywords.ts'

interface HashOption {
  readonly row: Row
  /** Schedulers that have it. */
  readonly schedulers: readonly string[]
  /** What it is to the kernel; undefined: it changes nothing there. */
  readonly bit?: number
}

/** Options of the hashing schedulers. */
export const hashOptions: readonly HashOption[] = [
  { row: virtualServer.hashed, schedulers: ['sh', 'mh'] },
  { row: virtualServer.shPort, schedulers: ['sh'], bit: IPVS_SCHED_2 },
  { row: virtualServer.shFallback, schedulers: ['sh'], bit: IPVS_SCHED_1 },
  { row: virtualServer.mhPort, schedulers: ['mh'], bit: IPVS_SCHED_2 },
  { row: virtualServer.mhFallback, schedulers: ['mh'], bit: IPVS_SCHED_1 },
]

/** Each statement with the lb_algo above it, which decides whether an option of a scheduler counts. */
export function* belowSchedulers(block: Entry): Generator<readonly [entry: Entry, scheduler: string | undefined]> {
  let scheduler: string | undefined
  for (const entry of block.children) {
    if (is(entry, virtualServer.lbAlgo)) scheduler = entry.values[0]
    yield [entry, scheduler]
  }
}

/** One-packet scheduling is for UDP, and for firewall marks, whose protocol nobody knows. */
export function mayScheduleOnePacket(protocol: 'TCP' | 'UDP' | 'SCTP' | 'none' | undefined): boolean {
  return protocol === 'UDP' || protocol === 'none'
}

/** What holds of a quorum and hysteresis as written: a quorum can ask for no more than all servers weigh, a hysteresis for less. */
export function quorumThatHolds(
  written: { readonly quorum: number; readonly hysteresis: number },
  totalWeight: number,
): { readonly quorum: number; readonly hysteresis: number } {
  const quorum = Math.max(1, Math.min(written.quorum, totalWeight))
  return { quorum, hysteresis: Math.min(written.hysteresis, quorum - 1) }
}

/** Only NAT can change the port of a packet; with DR and TUN the real server gets it as it came. */
export function hasOwnPort(method: 'NAT' | 'DR' | 'TUN', port: number): boolean {
  return method === 'NAT' && port !== 0
}

/** Settings of the sorry server count below it only. */
export function standsBelowSorry(block: Entry, entry: Entry): boolean {
  const sorry = block.children.findLastIndex(child => is(child, virtualServer.sorryServer))
  return sorry >= 0 && block.children.indexOf(entry) > sorry
}
