// The addresses of adverts: from which address, and to a group, to unicast peers or to a broadcast address (the last is
// ours, not keepalived's). The peers themselves are in unicast.ts.

import type { Family } from '../../../lib/ip.ts'
import { familyOf, formatIp, isMulticast, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { isOneOf, isSet, lastOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import type { VrrpDefaults } from '../global/build.ts'
import type { GlobalDefs } from '../global/model.ts'
import { vrrpInstance } from './keywords.ts'
import type { VrrpInstance } from './model.ts'
import { buildUnicast, type UnicastInputs } from './unicast.ts'

type Carrier = Pick<
  VrrpInstance,
  'sourceAddress' | 'trackSourceAddress' | 'multicastGroup' | 'unicast' | 'broadcastAddress'
>

/** Source and destinations of the adverts of one instance. */
export function buildCarrier(
  block: Entry,
  inputs: UnicastInputs,
  global: GlobalDefs,
  defaults: VrrpDefaults,
  context: BuildContext,
): Carrier {
  const { name, family } = inputs
  const multicastGroup = family === 4 ? global.vrrpMcastGroup4 : global.vrrpMcastGroup6
  const sourceAddress = sourceOf(block, family)
  const unicast = buildUnicast(block, inputs, defaults, context)
  const source = {
    ...given('sourceAddress', sourceAddress),
    ...given('trackSourceAddress', trackSource(block, name, sourceAddress, context)),
  }
  if (unicast !== undefined) {
    ignoreGroup(block, name, context)
    return { ...source, multicastGroup, unicast }
  }
  return { ...source, multicastGroup, ...sharedDestination(block, family, context) }
}

/** keepalived keeps one source address, whichever of the two keywords comes last; those of another family were reported. */
function sourceOf(block: Entry, family: Family): string | undefined {
  const rows = [vrrpInstance.mcastSrcIp, vrrpInstance.unicastSrcIp]
  const written = block.children.filter(entry => isOneOf(entry, rows)).map(entry => entry.values[0])
  const usable = written.findLast(address => familyOf(address) === family)
  return usable === undefined ? undefined : formatIp(parseIp(usable)!)
}

/** There is only something to track if an address is configured; another one is chosen from what is there. */
function trackSource(block: Entry, name: string, source: string | undefined, context: BuildContext): true | undefined {
  if (!isSet(block, vrrpInstance.trackSrcIp)) return undefined
  if (source !== undefined) return true
  const message = `track_src_ip of ${name} has no effect without unicast_src_ip or mcast_src_ip`
  complain(context, 'needs-another-in-fault', lastOf(block, vrrpInstance.trackSrcIp), message, {
    help: 'write the source address',
  })
  return undefined
}

function ignoreGroup(block: Entry, name: string, context: BuildContext): void {
  const written = lastOf(block, vrrpInstance.mcastDstIp)
  if (written === undefined) return
  const message = `${name} uses unicast, so mcast_dst_ip is ignored`
  complain(context, 'incompatible-settings', written, message, { help: 'remove mcast_dst_ip, or the unicast peers' })
}

function sharedDestination(
  block: Entry,
  family: Family,
  context: BuildContext,
): Partial<Pick<VrrpInstance, 'multicastGroup' | 'broadcastAddress'>> {
  const written = lastOf(block, vrrpInstance.mcastDstIp)
  const bytes = parseIp(written?.values[0] ?? '')
  if (written === undefined || bytes === undefined || (bytes.length === 4) !== (family === 4)) return {}
  const address = formatIp(bytes)
  if (isMulticast(bytes)) return { multicastGroup: address }
  if (!context.strictKeepalived) return { broadcastAddress: address }
  const message = `adverts to the broadcast address ${address} are an extension to keepalived and refused under --strict-keepalived`
  complain(context, 'extension-refused', written, message, { help: 'write a multicast address' })
  return {}
}
