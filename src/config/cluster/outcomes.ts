// The table of a virtual router: for each state of the track scripts of its nodes the priorities, the MASTER, and who
// is MASTER when everything is up again. All states of few scripts, single failures of many.

import type { Masters, Standing, Switch } from './election.ts'
import { elect, standingOf, succession, switchesOf } from './election.ts'
import type { Seat, VirtualRouter } from './router.ts'

/** With at most this many scripts every combination has a row: 64 rows. */
const combinedMax = 6
/** At most this many rows of single failures are shown. */
export const singleRowsMax = 64

export interface Outcome {
  /** Which switches are down, by index. */
  readonly down: ReadonlySet<number>
  /** In the order of the seats. */
  readonly standings: readonly Standing[]
  /** After this has happened to a cluster where everything was up. */
  readonly masters: Masters
  /** After everything has come back. */
  readonly afterwards: Masters
}

export interface Outcomes {
  readonly switches: readonly Switch[]
  /** Every combination is there, not only single failures. */
  readonly complete: boolean
  /** The first row is that where everything is up. */
  readonly rows: readonly Outcome[]
  /** The seats in the order in which they become MASTER when one after the other fails, all trackers being up. */
  readonly order: readonly Masters[]
}

export function outcomesOf({ seats }: VirtualRouter): Outcomes {
  const switches = switchesOf(seats)
  const complete = switches.length <= combinedMax
  const sets = complete ? combinations(switches.length) : singleFailures(switches.length)
  const usual = standingsIn(seats, switches, new Set())
  const usualMasters = elect(seats, usual)
  const rows = sets.map(down => {
    const standings = standingsIn(seats, switches, down)
    const masters = elect(seats, standings, usualMasters)
    return { down, standings, masters, afterwards: elect(seats, usual, masters) }
  })
  return { switches, complete, rows, order: succession(seats, usual) }
}

/**
 * Switches that decide nothing: in every row the MASTER is the same whether they are up or down. Where not every combination
 * is known, only those of the usual MASTER are judged.
 */
export function idleSwitches({ switches, complete, rows }: Outcomes): readonly Switch[] {
  const usual = rows[0]?.masters ?? []
  return switches.filter((each, index) => {
    if (!complete && !usual.includes(each.seat)) return false
    return rows.every(row => {
      if (row.down.has(index)) return true
      const other = rows.find(({ down }) => isWith(down, row.down, index))
      return other === undefined || isSame(other.masters, row.masters)
    })
  })
}

function isWith(down: ReadonlySet<number>, others: ReadonlySet<number>, index: number): boolean {
  return down.size === others.size + 1 && down.has(index) && [...others].every(other => down.has(other))
}

function isSame(a: Masters, b: Masters): boolean {
  return a.length === b.length && a.every((seat, i) => seat === b[i])
}

function standingsIn(
  seats: readonly Seat[],
  switches: readonly Switch[],
  down: ReadonlySet<number>,
): readonly Standing[] {
  return seats.map((seat, index) => {
    const own = switches.filter((each, i) => each.seat === index && down.has(i)).map(each => each.script)
    return standingOf(seat, new Set(own))
  })
}

/** All subsets, those with few members first. */
function combinations(count: number): readonly ReadonlySet<number>[] {
  const sets = Array.from({ length: 2 ** count }, (_, bits) => {
    return new Set(Array.from({ length: count }, (_, i) => i).filter(i => (bits >> i) & 1))
  })
  return sets.sort((a, b) => a.size - b.size)
}

function singleFailures(count: number): readonly ReadonlySet<number>[] {
  const singles = Array.from({ length: Math.min(count, singleRowsMax) }, (_, i) => new Set([i]))
  return [new Set<number>(), ...singles]
}
