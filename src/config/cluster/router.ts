// The virtual routers of a cluster: which instances of which nodes belong together because they speak to each other on the wire.
// Names and interfaces may differ from node to node, family and virtual_router_id may not. RFC 9568 section 1.6.

import { type Family, formatIp, parseIp } from '../../lib/ip.ts'
import { namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import { read, rowsOf, type Statement } from '../language/entry.ts'
import type { WrittenConfig } from '../model.ts'

export interface ClusterNode {
  /** What the node is called in tables; unique. */
  readonly name: string
  readonly config: WrittenConfig
}

/** The part of one node in a virtual router. */
export interface Seat {
  readonly node: ClusterNode
  readonly instance: VrrpInstance
  readonly block: Statement | undefined
  /** Source address of its adverts, as far as the file tells. */
  readonly source: string | undefined
  /** undefined: multicast. */
  readonly peers: readonly string[] | undefined
}

export interface VirtualRouter {
  readonly key: string
  readonly family: Family
  readonly vrid: number
  /** In the order of the nodes. */
  readonly seats: readonly Seat[]
}

/** All virtual routers, by family, number and where they were first met. */
export function routersOf(nodes: readonly ClusterNode[]): readonly VirtualRouter[] {
  const seats = nodes.flatMap(node => node.config.instances.map(instance => seatOf(node, instance)))
  const groups = groupBy(seats, ({ instance }) => `IPv${instance.family} ${instance.vrid}`)
  const split = groups.flatMap(([key, members]) => {
    if (!hasTwoOfOneNode(members)) return [[key, members] as const]
    // One number used twice on a node: on two interfaces, or for two sets of unicast peers.
    return groupBy(members, ({ instance }) => `${key} on ${instance.interface}`).flatMap(([inner, part]) =>
      hasTwoOfOneNode(part) ? groupBy(part, ({ instance }) => `${inner} ${instance.name}`) : [[inner, part] as const],
    )
  })
  return split.map(([key, members]) => {
    const { family, vrid } = members[0]!.instance
    return { key, family, vrid, seats: members }
  })
}

/** What a router is called in messages: `virtual router 51 (VI_1)`. */
export function titleOf({ vrid, family, seats }: VirtualRouter): string {
  const names = [...new Set(seats.map(({ instance }) => instance.name))]
  return `virtual router ${vrid}${family === 6 ? ' of IPv6' : ''} (${names.join(', ')})`
}

function seatOf(node: ClusterNode, instance: VrrpInstance): Seat {
  const block = namedBlock(node.config, topLevel.vrrpInstance, instance.name)
  const peers = rowsOf(block, vrrpInstance.unicastPeer).map(row => canonical(row.values[0]))
  const source = read(block, vrrpInstance.unicastSrcIp) ?? instance.sourceAddress
  return {
    node,
    instance,
    block,
    source: source === undefined ? undefined : canonical(source),
    peers: peers.length === 0 ? undefined : peers,
  }
}

function canonical(address: string): string {
  const bytes = parseIp(address)
  return bytes === undefined ? address : formatIp(bytes)
}

function hasTwoOfOneNode(seats: readonly Seat[]): boolean {
  return new Set(seats.map(seat => seat.node)).size < seats.length
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups]
}
