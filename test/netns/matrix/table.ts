// The matrix as text: a block for each interval, a line for each fault and role, ours beside keepalived's.

import type { RoleName } from './bench.ts'
import type { Cell } from './cell.ts'

export interface Row {
  readonly intervalMs: number
  readonly fault: string
  readonly role: RoleName
  readonly subject: string
  readonly cell: Cell
  /** The cell was measured again because a first measure missed a bound of time. */
  readonly again: boolean
}

const HEAD = [
  'interval',
  'fault',
  'role',
  'subject',
  'outage ms',
  'missed',
  'late ms',
  'both ms',
  'peer',
  'subject',
] as const

/** Lines of the table, head first. */
export function tableLines(rows: readonly Row[]): string[] {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  return cells.map(line =>
    line
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

function cellsOf({ intervalMs, fault, role, subject, cell, again }: Row): string[] {
  return [
    `${intervalMs} ms`,
    fault + (again ? ' *' : ''),
    role,
    subject,
    cell.outageMs.toFixed(0),
    String(cell.missed),
    cell.lateMs.toFixed(1),
    cell.overlapMs.toFixed(1),
    role === 'MASTER' ? peerOfMaster(cell) : peerOfOther(cell),
    fateOf(role, cell),
  ]
}

function peerOfMaster({ peerSpokeMs, subjectBackMs }: Cell): string {
  if (peerSpokeMs === undefined) return 'BACKUP'
  const back = subjectBackMs === undefined ? '' : ` to ${subjectBackMs.toFixed(0)}`
  return `MASTER from ${peerSpokeMs.toFixed(0)}${back} ms`
}

function peerOfOther({ peerMoves, subjectAdverts }: Cell): string {
  return peerMoves === 0 && subjectAdverts === 0 ? 'MASTER' : `moved ${peerMoves} times`
}

function fateOf(role: RoleName, cell: Cell): string {
  const parts: string[] = []
  if (cell.resignedMs !== undefined) parts.push(`resigned after ${cell.resignedMs.toFixed(0)} ms`)
  if (cell.addressLostMs !== undefined) parts.push(`address off after ${cell.addressLostMs.toFixed(0)} ms`)
  if (cell.firstAfterPauseMs !== undefined) parts.push(`spoke ${cell.firstAfterPauseMs.toFixed(0)} ms after SIGCONT`)
  if (role !== 'MASTER' && cell.subjectAdverts > 0) parts.push(`sent ${cell.subjectAdverts} adverts`)
  return parts.join(', ')
}
