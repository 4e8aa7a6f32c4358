// Rules about the settings in which nodes must agree to accept each other's adverts: version, authentication, interval,
// checksum, carrier. Receive checks of RFC 3768 section 7.1 and RFC 9568 section 7.1.

import type { Finding, Site } from '../advice/finding.ts'
import { listed, seconds } from '../advice/words.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import { lastOf } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { Seat, VirtualRouter } from './router.ts'
import { titleOf } from './router.ts'
import type { ClusterRule } from './rule.ts'

export const wireRules: readonly ClusterRule[] = [
  {
    code: 'KA3003',
    title: 'Nodes with different VRRP versions',
    severity: 'error',
    check: ({ routers }) =>
      routers.flatMap(router =>
        disagreement(router, router.seats, vrrpInstance.version, seat => `version ${seat.instance.version}`, {
          what: 'speaks different versions of VRRP, which reject each other',
          help: 'write the same version, or vrrp_version in global_defs, on all nodes',
        }),
      ),
  },
  {
    code: 'KA3004',
    title: 'Nodes with different authentication',
    severity: 'error',
    check: ({ routers }) => routers.flatMap(authentication),
  },
  {
    code: 'KA3005',
    title: 'Nodes with different advert intervals, version 2',
    severity: 'error',
    check: ({ routers }) =>
      routers.flatMap(router =>
        disagreement(router, seatsOf(router, 2), vrrpInstance.advertInt, interval, {
          what: 'has different advert intervals; version 2 drops adverts of another interval, so several nodes become MASTER',
          help: 'write the same advert_int on all nodes',
        }),
      ),
  },
  {
    code: 'KA3006',
    title: 'Nodes with different advert intervals, version 3',
    severity: 'warning',
    check: ({ routers }) =>
      routers.flatMap(router =>
        disagreement(router, seatsOf(router, 3), vrrpInstance.advertInt, interval, {
          what: 'has different advert intervals; the time to notice a dead MASTER depends on which node it was',
          help: 'write the same advert_int on all nodes',
        }),
      ),
  },
  {
    code: 'KA3008',
    title: 'Nodes that do not reach each other: multicast, unicast, groups',
    severity: 'error',
    check: ({ routers }) =>
      routers.flatMap(router =>
        disagreement(router, router.seats, vrrpInstance.unicastPeer, carrier, {
          what: 'sends adverts on different ways, so its nodes do not hear each other',
          help: 'use multicast with one group, or unicast_peer, on all nodes alike',
        }),
      ),
  },
  {
    code: 'KA3015',
    title: 'Nodes with different checksums',
    severity: 'error',
    check: ({ routers }) =>
      routers.flatMap(router =>
        disagreement(router, router.family === 4 ? seatsOf(router, 3) : [], vrrpInstance.v3ChecksumAsV2, checksum, {
          what: 'computes checksums in two manners, so its nodes reject each other',
          help: 'set v3_checksum_as_v2 on all nodes or on none',
        }),
      ),
  },
]

function seatsOf({ seats }: VirtualRouter, version: 2 | 3): readonly Seat[] {
  return seats.filter(({ instance }) => instance.version === version)
}

function interval({ instance }: Seat): string {
  return seconds(instance.advertIntervalUs)
}

function carrier({ instance, peers }: Seat): string {
  if (instance.broadcastAddress !== undefined) return `broadcast to ${instance.broadcastAddress}`
  return peers === undefined ? `multicast to ${instance.multicastGroup}` : 'unicast'
}

function checksum({ instance }: Seat): string {
  return instance.v3ChecksumAsV2 ? 'as version 2' : 'of version 3'
}

/** Passwords are compared and never shown. */
function authentication(router: VirtualRouter): readonly Finding[] {
  const seats = seatsOf(router, 2)
  const types = disagreement(
    router,
    seats,
    vrrpInstance.authentication,
    ({ instance }) => instance.authentication.type,
    {
      what: 'has different authentication, so its nodes reject each other',
      help: 'write the same authentication on all nodes',
    },
  )
  if (types.length > 0) return types
  const passwords = new Set(
    seats.map(({ instance: { authentication: own } }) => (own.type === 'none' ? '' : own.password)),
  )
  if (passwords.size < 2) return []
  return [
    {
      ...atFirst(seats, vrrpInstance.authentication),
      message: `${titleOf(router)} has different passwords on ${listed(seats.map(seat => seat.node.name))}, so its nodes reject each other`,
      help: 'write the same auth_pass on all nodes',
    },
  ]
}

/** A finding if the nodes do not all say the same. */
function disagreement(
  router: VirtualRouter,
  seats: readonly Seat[],
  row: Row,
  show: (seat: Seat) => string,
  { what, help }: { readonly what: string; readonly help: string },
): readonly Finding[] {
  if (new Set(seats.map(show)).size < 2) return []
  return [
    {
      ...atFirst(seats, row),
      message: `${titleOf(router)} ${what}: ${seats.map(seat => `${seat.node.name} ${show(seat)}`).join(', ')}`,
      help,
      related: seats.slice(1).map(seat => ({ at: siteIn(seat, row), message: `${seat.node.name}: ${show(seat)}` })),
    },
  ]
}

function atFirst(seats: readonly Seat[], row: Row): Pick<Finding, 'at'> {
  const [first] = seats
  return first === undefined ? {} : { at: siteIn(first, row) }
}

/** The statement in the block of the node, else the block. */
export function siteIn({ block, instance }: Seat, row: Row): Site {
  return (lastOf(block, row) ?? block)?.at ?? instance.place
}
