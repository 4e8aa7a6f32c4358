// Rules about virtual addresses: the nodes must have the same ones under the same number, and more than one node must.

import type { Finding } from '../advice/finding.ts'
import { listed } from '../advice/words.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VirtualAddress } from '../blocks/instance/model.ts'
import type { Seat, VirtualRouter } from './router.ts'
import { titleOf } from './router.ts'
import type { Cluster, ClusterRule } from './rule.ts'
import { siteIn } from './wire-rules.ts'

export const addressRules: readonly ClusterRule[] = [
  {
    code: 'KA3001',
    title: 'One address in several virtual routers',
    severity: 'error',
    check: sharedAddresses,
  },
  {
    code: 'KA3002',
    title: 'A virtual router on one node only',
    severity: 'warning',
    check: ({ nodes, routers }) => (nodes.length < 2 ? [] : routers.flatMap(router => alone(router, nodes.length))),
  },
  {
    code: 'KA3007',
    title: 'Nodes with different virtual addresses',
    severity: 'warning',
    check: ({ routers }) => routers.flatMap(differentAddresses),
  },
]

function sharedAddresses({ routers }: Cluster): readonly Finding[] {
  const holders = new Map<string, { readonly router: VirtualRouter; readonly seat: Seat }[]>()
  for (const router of routers) {
    for (const seat of router.seats) {
      for (const { address } of allOf(seat)) {
        holders.set(address, [...(holders.get(address) ?? []), { router, seat }])
      }
    }
  }
  return [...holders].flatMap(([address, all]) => {
    const numbers = all.filter((each, i) => all.findIndex(other => other.router === each.router) === i)
    if (numbers.length < 2) return []
    const where = numbers.map(({ router, seat }) => `${router.vrid} (${seat.instance.name}) on ${seat.node.name}`)
    return {
      at: siteIn(numbers[0]!.seat, vrrpInstance.virtualRouterId),
      message: `${address} belongs to virtual routers ${listed(where)}, which elect a MASTER each: two nodes may hold it at a time`,
      help: 'write the same virtual_router_id on all nodes',
      related: numbers.slice(1).map(({ seat }) => ({
        at: siteIn(seat, vrrpInstance.virtualRouterId),
        message: `${seat.node.name}: virtual_router_id ${seat.instance.vrid}`,
      })),
    }
  })
}

function alone(router: VirtualRouter, nodeCount: number): readonly Finding[] {
  const [seat] = router.seats
  if (seat === undefined || router.seats.length > 1) return []
  return [
    {
      at: siteIn(seat, vrrpInstance.virtualRouterId),
      message: `${titleOf(router)} is on ${seat.node.name} only, of ${nodeCount} nodes: nobody takes over when it fails`,
      help: 'define it on another node too, with the same virtual_router_id',
    },
  ]
}

/** keepalived logs a different list and takes over all the same, so addresses come and go with the node. */
function differentAddresses(router: VirtualRouter): readonly Finding[] {
  const texts = router.seats.map(seat => new Set(allOf(seat).map(textOf)))
  const all = [...new Set(texts.flatMap(each => [...each]))]
  const partial = all.filter(text => texts.some(each => !each.has(text)))
  const [first] = router.seats
  if (partial.length === 0 || first === undefined) return []
  const parts = router.seats.flatMap((seat, i) => {
    const lacking = partial.filter(text => !texts[i]!.has(text))
    return lacking.length === 0 ? [] : `${seat.node.name} lacks ${listed(lacking)}`
  })
  return [
    {
      at: siteIn(first, vrrpInstance.virtualIpaddress),
      message: `${titleOf(router)} has different addresses on its nodes: ${parts.join('; ')}`,
      help: 'list the same addresses with the same prefixes on all nodes',
      related: router.seats
        .slice(1)
        .map(seat => ({ at: siteIn(seat, vrrpInstance.virtualIpaddress), message: seat.node.name })),
    },
  ]
}

function allOf({ instance }: Seat): readonly VirtualAddress[] {
  return [...instance.addresses, ...instance.excludedAddresses]
}

function textOf({ address, prefix }: VirtualAddress): string {
  return `${address}/${prefix}`
}
