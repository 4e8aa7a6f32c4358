// Where the adverts of an instance go and which ones are meant for it: the one place that knows of multicast, unicast
// (keepalived.conf(5), unicast_peer) and broadcast (beyond keepalived).

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { bytesEqual } from '../../../lib/bytes.ts'
import { formatIp, isMulticast, parseIp } from '../../../lib/ip.ts'
import type { LinkState } from '../../../lib/link.ts'

type Reach = 'multicast' | 'unicast' | 'broadcast'

const limitedBroadcast = '255.255.255.255'

export function reachOf(params: VrrpInstance): Reach {
  if (params.unicast !== undefined) return 'unicast'
  return params.broadcastAddress === undefined ? 'multicast' : 'broadcast'
}

/** What an advert is sent to, canonical text, in the order of the configuration. An address of our own is left out. */
export function destinationsOf(params: VrrpInstance, source: Uint8Array): readonly string[] {
  const shared = sharedDestinationOf(params)
  if (shared !== null) return [shared]
  const own = formatIp(source)
  return peersOf(params).filter(peer => peer !== own)
}

/** The group or broadcast address that the routers share; null: every peer has its own, unicast. */
export function sharedDestinationOf(params: VrrpInstance): string | null {
  return params.unicast === undefined ? (params.broadcastAddress ?? params.multicastGroup) : null
}

/**
 * Names the socket by which an instance hears: all instances with the same place share one. Supervisor and worker both go by it.
 */
export function listeningPlaceOf(params: VrrpInstance): string {
  const { interface: name, family, authentication } = params
  const protocol = authentication.type === 'ah' ? 51 : 112
  return `${name}/${family}/${sharedDestinationOf(params) ?? 'unicast'}/${protocol}`
}

/** Addresses of the unicast peers, canonical text. */
export function peersOf(params: VrrpInstance): readonly string[] {
  return params.unicast?.peers.map(peer => peer.address) ?? []
}

/**
 * True if this instance listens to what was sent to `destination`. Of a unicast instance that is the address that its own
 * adverts come from. null: not known, which happens only to groups.
 */
export function isListeningTo(
  params: VrrpInstance,
  source: Uint8Array | null,
  destination: Uint8Array | null,
): boolean {
  const shared = sharedDestinationOf(params)
  if (shared === null) return destination !== null && source !== null && bytesEqual(destination, source)
  return destination === null || bytesEqual(destination, parseIp(shared)!)
}

/** True if a packet to this address can come from another router of this instance. */
export function isKindOf(params: VrrpInstance, destination: Uint8Array): boolean {
  const reach = reachOf(params)
  if (reach === 'broadcast') return formatIp(destination) === params.broadcastAddress
  return isMulticast(destination) === (reach === 'multicast')
}

/** The configured broadcast address reaches nobody: it is not that of a network of the link. */
export function isBroadcastLost(params: VrrpInstance, link: LinkState): boolean {
  const { broadcastAddress } = params
  if (broadcastAddress === undefined || broadcastAddress === limitedBroadcast) return false
  return !link.addresses.some(
    ({ family, address, prefix }) => family === 4 && broadcastOf(parseIp(address)!, prefix) === broadcastAddress,
  )
}

function broadcastOf(address: Uint8Array, prefix: number): string {
  return formatIp(address.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefix - 8 * i)))))
}
