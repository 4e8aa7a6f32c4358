// Unicast: every node must list every other one. A file tells the own address of its node only by unicast_src_ip.

import type { Finding } from '../advice/finding.ts'
import { listed } from '../advice/words.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { Seat, VirtualRouter } from './router.ts'
import { titleOf } from './router.ts'
import type { ClusterRule } from './rule.ts'
import { siteIn } from './wire-rules.ts'

export const peerRules: readonly ClusterRule[] = [
  {
    code: 'KA3009',
    title: 'Unicast peers that are listed on one side only',
    severity: 'error',
    check: ({ routers }) => routers.flatMap(oneSided),
  },
  {
    code: 'KA3010',
    title: 'Unicast peers that cannot be compared',
    severity: 'note',
    check: ({ routers }) => routers.flatMap(unknownSources),
  },
]

function oneSided(router: VirtualRouter): readonly Finding[] {
  const unicast = unicastSeats(router)
  return unicast.flatMap(seat => {
    const missing = unicast.filter(
      other => other !== seat && other.source !== undefined && !seat.peers!.includes(other.source),
    )
    if (missing.length === 0) return []
    const names = missing.map(other => `${other.node.name} (${other.source})`)
    return {
      at: siteIn(seat, vrrpInstance.unicastPeer),
      message: `${titleOf(router)}: ${seat.node.name} does not list ${listed(names)}, which therefore does not hear it as MASTER`,
      help: `add ${listed(missing.map(other => other.source!))} to unicast_peer of ${seat.node.name}`,
      related: missing.map(other => ({
        at: siteIn(other, vrrpInstance.unicastSrcIp),
        message: `${other.node.name} sends from ${other.source}`,
      })),
    }
  })
}

function unknownSources(router: VirtualRouter): readonly Finding[] {
  const unicast = unicastSeats(router)
  const unknown = unicast.filter(seat => seat.source === undefined)
  if (unknown.length === 0 || unicast.length < 2) return []
  return [
    {
      at: siteIn(unknown[0]!, vrrpInstance.unicastPeer),
      message: `${titleOf(router)}: whether the others list ${listed(unknown.map(seat => seat.node.name))} cannot be told without unicast_src_ip`,
      help: 'write unicast_src_ip: it also keeps the source the same if the interface gets another address',
    },
  ]
}

function unicastSeats({ seats }: VirtualRouter): readonly Seat[] {
  return seats.filter(seat => seat.peers !== undefined)
}
