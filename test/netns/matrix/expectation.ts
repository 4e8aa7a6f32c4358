// What must hold in a cell of the matrix when keepalived-ts is the subject, by the class of the fault, the role and the
// interval. Nothing is asked of keepalived: its lines are there to compare. Pure.

import type { RoleName } from './bench.ts'
import type { Cell } from './cell.ts'
import type { FaultClass } from './fault.ts'

/** Requests that a busy machine answers late are not an outage yet. */
const OUTAGE_MAX_MS = 100
/** Two nodes with one address: a process has to be started to take it off, on a machine with other work. */
const OVERLAP_MAX_MS = 30
/** Time stamps of different processes. */
const SLACK_MS = 3
const RESIGN_WITHIN_MS = 500
/** Shorter silence than this cannot be survived by a new process; see docs/adr/0004-estate.md. */
const SURVIVABLE_MS = 1_000

/** Sentences about what does not hold; none if all is well. */
export function violations(fault: FaultClass, role: RoleName, cell: Cell, intervalMs: number): string[] {
  if (role !== 'MASTER') return nothingMoves(cell)
  switch (fault) {
    case 'worker':
      return [...keepsRole(cell), ...isPunctual(cell, intervalMs)]
    case 'restart':
      return intervalMs >= SURVIVABLE_MS ? keepsRole(cell) : givesWay(cell)
    case 'short-pause':
      return intervalMs >= SURVIVABLE_MS ? keepsRole(cell) : listensFirst(cell, intervalMs)
    case 'long-pause':
      return listensFirst(cell, intervalMs)
    case 'end':
      return resigns(cell)
  }
}

function nothingMoves(cell: Cell): string[] {
  return [
    ...when(cell.subjectAdverts > 0, `sent ${cell.subjectAdverts} adverts although it was not MASTER`),
    ...when(cell.subjectMoves > 0, 'touched an address that is not its own'),
    ...when(cell.peerMoves > 0, 'the address moved on the peer'),
    ...when(cell.outageMs > OUTAGE_MAX_MS, `outage of ${cell.outageMs} ms`),
  ]
}

function keepsRole(cell: Cell): string[] {
  return [
    ...when(cell.peerSpokeMs !== undefined, `the peer took over after ${cell.peerSpokeMs} ms`),
    ...when(cell.resignedMs !== undefined, `resigned after ${cell.resignedMs} ms`),
    ...when(cell.subjectMoves > 0, `the address went after ${cell.addressLostMs} ms`),
    ...when(cell.outageMs > OUTAGE_MAX_MS, `outage of ${cell.outageMs} ms`),
  ]
}

/** At 10 ms half an interval is less than what the scheduler of a shared machine promises; there the role is the measure. */
function isPunctual(cell: Cell, intervalMs: number): string[] {
  if (intervalMs < 100) return []
  return when(cell.lateMs > intervalMs / 2 + SLACK_MS, `an advert was ${cell.lateMs} ms late`)
}

/** Its successor is a clean BACKUP: the peer has the role before that speaks, and the address is not on both. */
function givesWay(cell: Cell): string[] {
  return [
    ...when(cell.peerSpokeMs === undefined, 'the peer did not take over'),
    ...when(cell.addressLostMs === undefined, 'the address was never taken off'),
    ...when(cell.resignedMs !== undefined, `resigned after ${cell.resignedMs} ms`),
    ...overlapBounded(cell),
  ]
}

/** Whoever was away for longer than the peer's patience waits a whole master-down time before it speaks as MASTER. */
function listensFirst(cell: Cell, intervalMs: number): string[] {
  const spoke = cell.firstAfterPauseMs
  return [
    ...when(cell.peerSpokeMs === undefined, 'the peer did not take over'),
    ...when(spoke !== undefined && spoke < 3 * intervalMs - SLACK_MS, `spoke ${spoke} ms after its pause`),
    ...overlapBounded(cell),
  ]
}

function resigns(cell: Cell): string[] {
  return [
    ...when((cell.resignedMs ?? Infinity) > RESIGN_WITHIN_MS, `resigned after ${cell.resignedMs} ms`),
    ...when((cell.addressLostMs ?? Infinity) > RESIGN_WITHIN_MS, `the address was off after ${cell.addressLostMs} ms`),
    ...when(cell.peerSpokeMs === undefined, 'the peer did not take over'),
    ...overlapBounded(cell),
  ]
}

function overlapBounded(cell: Cell): string[] {
  return when(cell.overlapMs > OVERLAP_MAX_MS, `both nodes had the address for ${cell.overlapMs} ms`)
}

function when(holds: boolean, sentence: string): string[] {
  return holds ? [sentence] : []
}
