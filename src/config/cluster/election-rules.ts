// Rules about the election: priorities that decide nothing, scripts that decide nothing, groups that are not the same
// on every node.

import { ownerPriority } from '../../lib/priority.ts'
import type { Finding } from '../advice/finding.ts'
import { listed } from '../advice/words.ts'
import { namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import { topLevel } from '../blocks/keywords.ts'
import { countedOf, groupOf } from '../lint/counted.ts'
import type { Switch } from './election.ts'
import { idleSwitches } from './outcomes.ts'
import type { Seat, VirtualRouter } from './router.ts'
import { titleOf } from './router.ts'
import type { Cluster, ClusterRule } from './rule.ts'
import { siteIn } from './wire-rules.ts'

export const electionRules: readonly ClusterRule[] = [
  {
    code: 'KA3011',
    title: 'Nodes with the same priority',
    severity: 'warning',
    check: ({ routers }) => routers.flatMap(router => samePriority(router, false)),
  },
  {
    code: 'KA3012',
    title: 'Two address owners',
    severity: 'error',
    check: ({ routers }) => routers.flatMap(router => samePriority(router, true)),
  },
  {
    code: 'KA3013',
    title: 'A script whose failure never moves the address',
    severity: 'warning',
    check: idleScripts,
  },
  {
    code: 'KA3014',
    title: 'Nodes with different sync groups',
    severity: 'warning',
    check: differentGroups,
  },
]

function samePriority(router: VirtualRouter, owners: boolean): readonly Finding[] {
  const priorities = [...new Set(router.seats.map(({ instance }) => instance.priority))]
  return priorities
    .filter(priority => (priority === ownerPriority) === owners)
    .flatMap(priority => {
      const equal = router.seats.filter(({ instance }) => instance.priority === priority)
      if (equal.length < 2) return []
      const names = listed(equal.map(seat => seat.node.name))
      return {
        at: siteIn(equal[0]!, vrrpInstance.priority),
        message: owners
          ? `${titleOf(router)} has priority 255 on ${names}, but only one node can own the addresses`
          : `${titleOf(router)} has priority ${priority} on ${names}, so the higher address of their interfaces decides`,
        help: 'write a different priority on each node',
        related: equal.slice(1).map(seat => ({
          at: siteIn(seat, vrrpInstance.priority),
          message: `${seat.node.name}: priority ${priority}`,
        })),
      }
    })
}

function idleScripts({ routers, outcomes }: Cluster): readonly Finding[] {
  return routers.flatMap(router => {
    const known = outcomes.get(router)
    if (known === undefined || router.seats.length < 2) return []
    return idleSwitches(known).map(each => describeIdle(router, each))
  })
}

function describeIdle(router: VirtualRouter, { seat: index, script }: Switch): Finding {
  const seat = router.seats[index]!
  const tracked = countedOf(seat.node.config, seat.instance).scripts.find(each => each.script === script)
  const weight = tracked === undefined || tracked.weight === 0 ? '' : ` (weight ${tracked.weight})`
  return {
    at: siteIn(seat, vrrpInstance.trackScript),
    message: `${titleOf(router)}: whether ${script} of ${seat.node.name} is up or down${weight} never changes who is MASTER`,
    help: 'choose a weight larger than the distance to the next priority, or weight 0; with nopreempt only weight 0 helps',
  }
}

/** Compared by the routers that a group holds together, not by name. */
function differentGroups({ routers }: Cluster): readonly Finding[] {
  return routers.flatMap(router => {
    const bound = router.seats.map(seat => companionsOf(seat, routers))
    if (new Set(bound).size < 2) return []
    const parts = router.seats.map(
      (seat, i) => `${seat.node.name} ${bound[i] === '' ? 'with none' : `with ${bound[i]}`}`,
    )
    const grouped = router.seats[bound.findIndex(text => text !== '')]!
    const group = groupOf(grouped.node.config, grouped.instance.name)!
    const block = namedBlock(grouped.node.config, topLevel.vrrpSyncGroup, group.name)
    return {
      at: block?.at ?? group.place,
      message: `${titleOf(router)} moves together with different virtual routers on its nodes: ${parts.join(', ')}`,
      help: 'write the same vrrp_sync_group on all nodes',
    }
  })
}

function companionsOf({ node, instance }: Seat, routers: readonly VirtualRouter[]): string {
  const members = groupOf(node.config, instance.name)?.members ?? []
  const others = members.filter(name => name !== instance.name)
  const keys = others.flatMap(name =>
    routers.filter(({ seats }) => seats.some(seat => seat.node === node && seat.instance.name === name)),
  )
  return keys
    .map(({ family, vrid }) => `${vrid}${family === 6 ? ' of IPv6' : ''}`)
    .sort()
    .join(' and ')
}
