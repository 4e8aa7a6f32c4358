// The election of VRRP: which node is MASTER of a virtual router whose nodes all live and hear each other, in a given
// state of their track scripts. Links, BFD sessions and processes count as up, files as saying 0. RFC 9568 section 6.4,
// keepalived.conf(5) `nopreempt`. Times play no part here.

import { compareIp, parseIp } from '../../lib/ip.ts'
import { contribution, limitPriority, ownerPriority } from '../../lib/priority.ts'
import { effectOfReading, type ReadingEffect } from '../../lib/tracked-reading.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import type { TrackedObject } from '../blocks/tracking/model.ts'
import { countedOf, groupOf, membersOf } from '../lint/counted.ts'
import type { WrittenConfig } from '../model.ts'
import type { Seat } from './router.ts'

/** A track script of one node, which can be up or down. */
export interface Switch {
  /** Index of the seat. */
  readonly seat: number
  readonly script: string
}

export type Standing = { readonly fault: true } | { readonly fault: false; readonly priority: number }

/** Indices of seats: one as a rule, none if all are at fault, several if only unknown addresses decide between them. */
export type Masters = readonly number[]

/** Scripts whose state matters to a seat: its own, and those of its sync group whose failure holds all members. */
export function switchesOf(seats: readonly Seat[]): readonly Switch[] {
  return seats.flatMap(({ node, instance }, seat) => {
    const own = countedOf(node.config, instance).scripts.map(tracked => tracked.script)
    const holding = companions(node.config, instance).flatMap(member =>
      countedOf(node.config, member).scripts.flatMap(tracked => (tracked.weight === 0 ? tracked.script : [])),
    )
    return [...new Set([...own, ...holding])].map(script => ({ seat, script }))
  })
}

/** How a seat stands while these scripts of its node are down and all others up. */
export function standingOf({ node, instance }: Seat, down: ReadonlySet<string>): Standing {
  const { config } = node
  const atFault = [instance, ...companions(config, instance)].some(member => isHeld(config, member, down))
  return atFault ? { fault: true } : { fault: false, priority: priorityOf(config, instance, down) }
}

/** The MASTER once everything has settled. `before` was MASTER until now; empty at a common start. */
export function elect(seats: readonly Seat[], standings: readonly Standing[], before: Masters = []): Masters {
  const holder = before.length === 1 ? before[0]! : undefined
  const held = holder === undefined ? undefined : standings[holder]
  if (holder === undefined || held === undefined || held.fault) return best(seats, standings, () => true)
  // A BACKUP leaves a MASTER of equal priority in place, and with nopreempt also one of lower priority.
  const challengers = best(seats, standings, (seat, priority) => priority > held.priority && mayPreempt(seat))
  return challengers.length === 0 ? [holder] : challengers
}

/** Seats in the order in which they would be MASTER, were one after the other to go away. Those at fault are left out. */
export function succession(seats: readonly Seat[], standings: readonly Standing[]): readonly Masters[] {
  const order: Masters[] = []
  const left = new Set(seats.keys())
  for (;;) {
    const next = best(seats, standings, (_, __, index) => left.has(index))
    if (next.length === 0) return order
    order.push(next)
    for (const index of next) left.delete(index)
  }
}

function mayPreempt({ instance }: Seat): boolean {
  return instance.preempt || instance.priority === ownerPriority
}

/** The highest priority among those that `may`, then the higher address where it is known. */
function best(
  seats: readonly Seat[],
  standings: readonly Standing[],
  may: (seat: Seat, priority: number, index: number) => boolean,
): Masters {
  const running = standings.flatMap((standing, index) => {
    if (standing.fault || !may(seats[index]!, standing.priority, index)) return []
    return [{ index, priority: standing.priority }]
  })
  const highest = Math.max(...running.map(({ priority }) => priority))
  const first = running.filter(({ priority }) => priority === highest).map(({ index }) => index)
  return first.length < 2 ? first : highestAddress(seats, first)
}

function highestAddress(seats: readonly Seat[], tied: Masters): Masters {
  const sources = tied.map(index => ({ index, bytes: parseIp(seats[index]!.source ?? '') }))
  if (sources.some(({ bytes }) => bytes === undefined)) return tied
  const [first] = sources.sort((a, b) => compareIp(b.bytes!, a.bytes!))
  return [first!.index]
}

function companions(config: WrittenConfig, instance: VrrpInstance): readonly VrrpInstance[] {
  const group = groupOf(config, instance.name)
  return group === undefined ? [] : membersOf(config, group).filter(member => member !== instance)
}

/** A tracker of weight 0 puts the instance into FAULT while its object is down, with `reverse` while it is up. */
function isHeld(config: WrittenConfig, instance: VrrpInstance, down: ReadonlySet<string>): boolean {
  const { scripts, interfaces, objects } = countedOf(config, instance)
  const badObject = objects.some(tracked => calmEffect(tracked).fault)
  const badScript = scripts.some(({ script, weight, reverse }) => weight === 0 && !down.has(script) === reverse)
  return badScript || badObject || interfaces.some(({ weight, reverse }) => weight === 0 && reverse)
}

function priorityOf(config: WrittenConfig, instance: VrrpInstance, down: ReadonlySet<string>): number {
  if (instance.priority === ownerPriority) return ownerPriority
  const { scripts, interfaces, objects } = countedOf(config, instance)
  const parts = [
    ...scripts.map(({ script, weight, reverse }) => contribution(weight, reverse, !down.has(script))),
    ...interfaces.map(({ weight, reverse }) => contribution(weight, reverse, true)),
    ...objects.map(tracked => calmEffect(tracked).priority),
  ]
  return limitPriority(parts.reduce((sum, part) => sum + part, instance.priority))
}

/** What a file, BFD session or process does while nothing is wrong with it. */
function calmEffect({ kind, weight, reverse }: TrackedObject): ReadingEffect {
  return effectOfReading(kind, weight, reverse, kind === 'file' ? 0 : 1)
}
