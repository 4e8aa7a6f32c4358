// The checksum of VRRP version 3 over IPv4 as keepalived before 1.3.7 sent it to unicast peers: the pseudo header has the
// multicast group in place of the peer (keepalived.conf(5), old_unicast_checksum). Which peers do so is learned from their
// adverts, unless the configuration says it. keepalived never sends what it has learned; here each peer gets what it sends.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { formatIp } from '../../../lib/ip.ts'
import { peersOf } from './destination.ts'
import type { Common } from './state.ts'

/** `new` by RFC 9568 section 5.2.8 with a pseudo header, `old` as above. */
export type ChecksumStyle = 'new' | 'old'

/** How the peer's checksums may look; empty: there is only one way. */
export function acceptedStyles(params: VrrpInstance): readonly ChecksumStyle[] {
  if (!hasOldStyle(params)) return []
  switch (params.unicast!.oldChecksum) {
    case 'never':
      return ['new']
    case 'always':
      return ['old']
    case 'auto':
      return ['new', 'old']
  }
}

/** What the pseudo header of an advert to `peer` (canonical text) names as destination, canonical text. */
export function checksumAddressOf(params: VrrpInstance, state: Pick<Common, 'oldChecksumPeers'>, peer: string): string {
  if (!hasOldStyle(params)) return peer
  const { oldChecksum } = params.unicast!
  const isOld = oldChecksum === 'always' || (oldChecksum === 'auto' && state.oldChecksumPeers.includes(peer))
  return isOld ? params.multicastGroup : peer
}

/** The peers that use the old style, now that an advert of this style came from `source`. At most all peers. */
export function learnStyle(
  params: VrrpInstance,
  known: readonly string[],
  source: Uint8Array,
  style: ChecksumStyle,
): readonly string[] {
  const peer = formatIp(source)
  if (params.unicast?.oldChecksum !== 'auto' || known.includes(peer) === (style === 'old')) return known
  const peers = peersOf(params)
  return peers.filter(one => (one === peer ? style === 'old' : known.includes(one)))
}

function hasOldStyle(params: VrrpInstance): boolean {
  return params.unicast !== undefined && params.version === 3 && params.family === 4 && !params.v3ChecksumAsV2
}
