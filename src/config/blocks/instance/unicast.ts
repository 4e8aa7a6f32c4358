// unicast_peer and what belongs to it: which peers adverts go to, and which ones are listened to (vrrp-behaviour sections 3.8,
// 1.3 and 2.2). The source address is in carrier.ts.

import type { Family } from '../../../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, isOneOf, isSet, lastOf, read, readOption, rowsOf } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import { hostOf } from '../address/build.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import type { VrrpDefaults } from '../global/build.ts'
import { unicastPeerOptions, vrrpInstance } from './keywords.ts'
import type { Unicast, UnicastPeer } from './model.ts'

export interface UnicastInputs {
  readonly name: string
  readonly family: Family
  readonly strict: boolean
}

/** RFC 5798 §5.1.1.3: adverts start with 255; keepalived leaves IPv6 to the kernel, which takes 64. */
const ttlDefault = 255

/** Keywords that say that unicast is meant; unicast_ttl alone does not. */
const unicastKeywords: readonly Row[] = [
  vrrpInstance.unicastPeer,
  vrrpInstance.unicastSrcIp,
  vrrpInstance.checkUnicastSrc,
  vrrpInstance.oldUnicastChecksum,
  vrrpInstance.unicastFaultNoPeer,
]

/** Undefined: the instance does not use unicast. */
export function buildUnicast(
  block: Entry,
  inputs: UnicastInputs,
  defaults: VrrpDefaults,
  context: BuildContext,
): Unicast | undefined {
  const peers = buildPeers(block, inputs, context)
  if (peers.length === 0) return withoutPeers(block, inputs.name, context)
  if (inputs.strict) {
    const message = `the RFCs know no unicast, but ${inputs.name} is in strict mode; its peers are used all the same`
    complain(context, 'strict-mode', lastOf(block, vrrpInstance.unicastPeer), message, {
      help: 'keepalived refuses the instance where the interface can do multicast; remove unicast_peer or strict mode',
    })
  }
  const hasBounds = peers.some(peer => peer.minTtl !== undefined || peer.maxTtl !== undefined)
  return {
    peers,
    ttl: read(block, vrrpInstance.unicastTtl),
    checkSource: hasBounds || defaults.checkUnicastSource || isSet(block, vrrpInstance.checkUnicastSrc),
    oldChecksum: oldChecksumOf(block),
  }
}

function buildPeers(block: Entry, { name, family }: UnicastInputs, context: BuildContext): readonly UnicastPeer[] {
  const peers: UnicastPeer[] = []
  for (const row of rowsOf(block, vrrpInstance.unicastPeer)) {
    const host = hostOf(row)
    if (familyOf(host) !== family) {
      const message = `${host} is IPv${familyOf(host)} but ${name} is IPv${family}; the peer is left out`
      const help = 'an instance is of one family; peers of the other belong to an instance of their own'
      complain(context, 'other-family', row, message, { help })
      continue
    }
    const address = formatIp(parseIp(host)!)
    if (peers.some(peer => peer.address === address)) {
      const message = `${address} is listed twice in unicast_peer of ${name}; the later row is left out`
      complain(context, 'duplicate-address', row, message, { help: 'remove one of the rows' })
      continue
    }
    peers.push({ address, ...buildBounds(row, context) })
  }
  return peers
}

function buildBounds(row: Entry, context: BuildContext): Pick<UnicastPeer, 'minTtl' | 'maxTtl'> {
  const minTtl = readOption(row, unicastPeerOptions.minTtl)
  const maxTtl = readOption(row, unicastPeerOptions.maxTtl)
  if (minTtl !== undefined && maxTtl !== undefined && minTtl > maxTtl) {
    const message = `min_ttl ${minTtl} is more than max_ttl ${maxTtl}, so nothing from this peer is accepted`
    complain(context, 'incompatible-settings', row, message, { help: 'exchange the two' })
  }
  return { ...given('minTtl', minTtl), ...given('maxTtl', maxTtl) }
}

/** unicast_fault_no_peer holds the instance in FAULT; without it keepalived falls back to multicast. */
function withoutPeers(block: Entry, name: string, context: BuildContext): Unicast | undefined {
  const [ttl] = entriesOf(block, vrrpInstance.unicastTtl)
  if (ttl !== undefined) {
    const message = `unicast_ttl of ${name} needs unicast_peer; it is ignored`
    complain(context, 'needs-another', ttl, message, { help: 'list the other nodes in unicast_peer { }, or remove it' })
  }
  const written = block.children.find(child => isOneOf(child, unicastKeywords))
  if (written === undefined) return undefined
  const { keyword } = written.spec
  const help = `list the other nodes in unicast_peer { }, or remove ${keyword}`
  if (isSet(block, vrrpInstance.unicastFaultNoPeer)) {
    const message = `${name} has ${keyword} but no unicast peer, so it stays in FAULT`
    complain(context, 'needs-another-in-fault', written, message, { help })
    return { peers: [], ttl: ttlDefault, checkSource: false, oldChecksum: 'auto' }
  }
  const message = `${name} has ${keyword} but no unicast peer, so it uses multicast`
  complain(context, 'needs-another', written, message, { help })
  return undefined
}

function oldChecksumOf(block: Entry): Unicast['oldChecksum'] {
  const entry = lastOf(block, vrrpInstance.oldUnicastChecksum)
  if (entry === undefined) return 'auto'
  return entry.values[0] === 'never' ? 'never' : 'always'
}
