// The tables of a cluster check for people, and the same as plain data for machines.

import { skewUs } from '../../lib/skew.ts'
import { shortSeconds } from '../advice/words.ts'
import type { ClusterReport } from './check.ts'
import type { Masters, Standing, Switch } from './election.ts'
import type { Outcome, Outcomes } from './outcomes.ts'
import { singleRowsMax } from './outcomes.ts'
import type { Seat, VirtualRouter } from './router.ts'
import { titleOf } from './router.ts'

/** One paragraph for each virtual router. Ends in a line end; empty without routers. */
export function renderTables({ routers, outcomes }: ClusterReport): string {
  return routers.map(router => `${renderRouter(router, outcomes.get(router)!).join('\n')}\n`).join('\n')
}

/** What `check --json` prints: diagnostics as of the loader, and the rows of each table. */
export function tablesAsData({ routers, outcomes, diagnostics }: ClusterReport): object {
  return {
    diagnostics,
    routers: routers.map(router => {
      const { rows, switches, complete } = outcomes.get(router)!
      const names = (masters: Masters) => masters.map(index => nodeName(router.seats, index))
      return {
        family: router.family,
        vrid: router.vrid,
        nodes: router.seats.map(({ node, instance }) => ({ node: node.name, instance: instance.name })),
        complete,
        rows: rows.map(row => ({
          down: [...row.down].map(index => switchName(router.seats, switches[index]!)),
          priorities: row.standings.map(standing => (standing.fault ? null : standing.priority)),
          master: names(row.masters),
          afterwards: names(row.afterwards),
        })),
      }
    }),
  }
}

function renderRouter(router: VirtualRouter, outcomes: Outcomes): readonly string[] {
  const { seats } = router
  const addresses = [...new Set(seats.flatMap(({ instance }) => instance.addresses.map(vip => vip.address)))]
  const title = titleOf(router)
  return [
    `${title[0]!.toUpperCase()}${title.slice(1)}: ${addresses.length === 0 ? 'no address' : addresses.join(', ')}`,
    ...indent(columns([seatHead, ...seats.map(seatCells)])),
    `  MASTER by priority: ${outcomes.order.map(masters => mastersText(seats, masters)).join(', then ') || 'nobody'}`,
    ...renderOutcomes(seats, outcomes),
  ]
}

const seatHead = ['node', 'instance', 'priority', 'advert_int', 'preempt', 'takes over after']

function seatCells({ node, instance }: Seat): readonly string[] {
  const { name, priority, advertIntervalUs, downTimerAdverts, preempt, preemptDelayUs } = instance
  const delay = preemptDelayUs > 0 ? `after ${shortSeconds(preemptDelayUs)}` : 'yes'
  const waitUs = downTimerAdverts * advertIntervalUs + skewUs(instance.version, priority, advertIntervalUs)
  return [
    node.name,
    name,
    String(priority),
    shortSeconds(advertIntervalUs),
    preempt ? delay : 'no',
    shortSeconds(waitUs),
  ]
}

function renderOutcomes(seats: readonly Seat[], { switches, rows, complete }: Outcomes): readonly string[] {
  if (switches.length === 0) return ['  No track scripts.']
  const head = [
    ...switches.map(each => switchName(seats, each)),
    ...seats.map(seat => seat.node.name),
    'MASTER',
    'all up again',
  ]
  const lines = complete
    ? columns([head, ...rows.map(row => [...switchCells(switches, row), ...outcomeCells(seats, row)])])
    : columns([['down', ...head.slice(switches.length)], ...rows.map(row => failureCells(seats, switches, row))])
  const hidden = switches.length - singleRowsMax
  const note = `  More than six scripts: single failures only${hidden > 0 ? `, ${hidden} of them not shown` : ''}.`
  return [...(complete ? [] : [note]), ...indent(lines)]
}

function switchCells(switches: readonly Switch[], { down }: Outcome): readonly string[] {
  return switches.map((_, index) => (down.has(index) ? 'down' : 'up'))
}

function failureCells(seats: readonly Seat[], switches: readonly Switch[], row: Outcome): readonly string[] {
  const names = [...row.down].map(index => switchName(seats, switches[index]!))
  return [names.join(' ') || 'nothing', ...outcomeCells(seats, row)]
}

function outcomeCells(seats: readonly Seat[], { standings, masters, afterwards }: Outcome): readonly string[] {
  return [...standings.map(standingText), mastersText(seats, masters), mastersText(seats, afterwards)]
}

function standingText(standing: Standing): string {
  return standing.fault ? 'FAULT' : String(standing.priority)
}

function mastersText(seats: readonly Seat[], masters: Masters): string {
  return masters.length === 0 ? 'nobody' : masters.map(index => nodeName(seats, index)).join(' or ')
}

function switchName(seats: readonly Seat[], { seat, script }: Switch): string {
  return `${nodeName(seats, seat)}:${script}`
}

function nodeName(seats: readonly Seat[], index: number): string {
  return seats[index]!.node.name
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map(line => `  ${line}`)
}

/** Cells under each other, two blanks between columns, a rule below the first row. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0)))
  const lines = rows.map(row =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0]!, widths.map(width => '-'.repeat(width)).join('  '), ...lines.slice(1)]
}
