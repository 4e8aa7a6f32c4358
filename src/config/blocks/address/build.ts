// Rows of virtual_ipaddress and virtual_ipaddress_excluded to addresses of the model: prefix, broadcast, scope, label, peer
// and flags. Rules and their faults follow keepalived (vrrp-behaviour section 5.1).

import type { Family } from '../../../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { optionOf, readOption } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, deviceOf, given } from '../context.ts'
import type { VirtualAddress } from '../instance/model.ts'
import { addressOptions } from './keywords.ts'

/** IFA_F_* of linux/if_addr.h. */
const flagBits: Readonly<Record<string, number>> = {
  home: 0x10,
  mngtmpaddr: 0x100,
  noprefixroute: 0x200,
  autojoin: 0x400,
}

/** RT_SCOPE_* of linux/rtnetlink.h, by the names of iproute2. */
const scopes: Readonly<Record<string, number>> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 }

const labelLengthMax = 15
/** A longer prefix leaves no room for a broadcast address. */
const broadcastPrefixMax = 30

/** Addresses of one list; `family` undefined lets both families in. Faulty and repeated rows are reported and left out. */
export function buildAddresses(
  rows: readonly Entry[],
  owner: string,
  family: Family | undefined,
  context: BuildContext,
): readonly VirtualAddress[] {
  const built: VirtualAddress[] = []
  for (const row of rows) {
    const address = buildAddress(row, owner, family, context)
    if (address === undefined) continue
    if (built.some(other => other.address === address.address && other.device === address.device)) {
      const message = `${address.address} is listed twice in ${owner}; the later row is left out`
      complain(context, 'duplicate-address', row, message, { help: 'remove one of the rows' })
      continue
    }
    built.push(address)
  }
  adviseOnPrefixes(rows, context)
  return built
}

/** One word on all rows of the list without a prefix length. */
function adviseOnPrefixes(rows: readonly Entry[], context: BuildContext): void {
  const bare = rows.filter(
    row => row.words[0]?.text.includes('/') !== true && optionOf(row, addressOptions.peer) === undefined,
  )
  const [first, ...others] = bare
  if (first === undefined) return
  const host = hostOf(first)
  const [hostPrefix, example] = familyOf(host) === 4 ? [32, '/24'] : [128, '/64']
  const more = others.length === 0 ? ' has' : ` and ${others.length} more ${others.length === 1 ? 'row' : 'rows'} have`
  const message = `${host}${more} no prefix length; /${hostPrefix} is taken: neighbours reach it, but this node gets no route to its network from it`
  complain(context, 'host-prefix-taken', first, message, {
    help: `write the prefix of the network, as ${host}${example}, or /${hostPrefix} if that is meant`,
  })
}

/** The address of a row without its prefix. */
export function hostOf(row: Entry): string {
  return String(row.values[0]).split('/')[0]!
}

function buildAddress(
  row: Entry,
  owner: string,
  family: Family | undefined,
  context: BuildContext,
): VirtualAddress | undefined {
  const host = hostOf(row)
  const bytes = parseIp(host)!
  const own = familyOf(host)
  if (family !== undefined && own !== family) {
    const message = `${host} is IPv${own} but ${owner} is IPv${family}; the row is left out`
    complain(context, 'other-family', row, message, {
      help: 'addresses of the other family belong in virtual_ipaddress_excluded, or in an instance of their own',
    })
    return undefined
  }
  const label = buildLabel(row, own, context)
  if (label === null) return undefined
  const length = buildPrefix(row, own, context)
  const broadcast = buildBroadcast(row, own, bytes, length.prefix, context)
  if (broadcast === null) return undefined
  return {
    family: own,
    address: formatIp(bytes),
    ...length,
    ...given('device', deviceOf(row)),
    ...given('broadcast', broadcast),
    scope: buildScope(row, own, context),
    ...given('label', label),
    ...buildPeer(row, own, context),
    nodad: readOption(row, addressOptions.nodad),
    ...given('preferredLifetimeSeconds', readOption(row, addressOptions.preferredLft)),
    flags: row.options.reduce((flags, option) => flags | (flagBits[option.spec.keyword] ?? 0), 0),
    noTrack: readOption(row, addressOptions.noTrack),
  }
}

function buildPrefix(row: Entry, family: Family, context: BuildContext): { prefix: number; prefixIsDefault: boolean } {
  const hostPrefix = family === 4 ? 32 : 128
  const written = String(row.values[0]).split('/')[1]
  const peer = optionOf(row, addressOptions.peer)
  if (peer !== undefined) {
    if (written !== undefined) {
      const message = 'an address with a peer has no prefix of its own; it is ignored'
      complain(context, 'bad-address-option', row, message, { help: 'leave out the /PREFIX or the peer' })
    }
    return { prefix: hostPrefix, prefixIsDefault: true }
  }
  if (written !== undefined) return { prefix: Number(written), prefixIsDefault: false }
  return { prefix: hostPrefix, prefixIsDefault: true }
}

/** Null: the row is left out. */
function buildBroadcast(
  row: Entry,
  family: Family,
  bytes: Uint8Array,
  prefix: number,
  context: BuildContext,
): string | undefined | null {
  const option = optionOf(row, addressOptions.brd)
  const written = readOption(row, addressOptions.brd)
  if (option === undefined || written === undefined) return undefined
  if (family === 6) {
    const help = 'IPv6 has no broadcast; remove brd'
    complain(context, 'bad-address-option', option, `${hostOf(row)} is IPv6 and cannot have brd; the row is left out`, {
      help,
    })
    return null
  }
  if (written !== '+' && written !== '-') return formatIp(parseIp(written)!)
  if (prefix > broadcastPrefixMax) {
    const message = `a /${prefix} has no broadcast address; brd is ignored`
    complain(context, 'bad-address-option', option, message, { help: `brd + and - need a prefix of /30 or shorter` })
    return undefined
  }
  return formatIp(bytes.map((byte, i) => fillHostBits(byte, prefix - i * 8, written === '+')))
}

function fillHostBits(byte: number, networkBits: number, ones: boolean): number {
  const hostMask = 0xff >> Math.min(8, Math.max(0, networkBits))
  return ones ? byte | hostMask : byte & ~hostMask
}

function buildScope(row: Entry, family: Family, context: BuildContext): number {
  const option = optionOf(row, addressOptions.scope)
  if (option === undefined) return 0
  const written = readOption(row, addressOptions.scope)!
  const value = scopes[written] ?? (/^\d{1,3}$/.test(written) ? Number(written) : 256)
  if (family === 6 || value > 255) {
    const message =
      family === 6 ? 'scope applies to IPv4 only; it is ignored' : `scope '${written}' is unknown; it is ignored`
    complain(context, 'bad-address-option', option, message, {
      help: `one of ${Object.keys(scopes).join(', ')} or 0 to 255`,
    })
    return 0
  }
  return value
}

/** Null: the row is left out. */
function buildLabel(row: Entry, family: Family, context: BuildContext): string | undefined | null {
  const option = optionOf(row, addressOptions.label)
  const label = readOption(row, addressOptions.label)
  if (option === undefined || label === undefined) return undefined
  if (label.length > labelLengthMax) {
    const message = `label '${label}' is longer than ${labelLengthMax} characters; the row is left out`
    complain(context, 'bad-address-option', option, message, {
      help: 'a label is the interface name, a colon and a short word',
    })
    return null
  }
  if (family === 4) return label
  complain(context, 'bad-address-option', option, 'label applies to IPv4 only; it is ignored', { help: 'remove label' })
  return undefined
}

function buildPeer(row: Entry, family: Family, context: BuildContext): Pick<VirtualAddress, 'peer' | 'peerPrefix'> {
  const option = optionOf(row, addressOptions.peer)
  const peer = readOption(row, addressOptions.peer)
  if (option === undefined || peer === undefined) return {}
  if (familyOf(peer) !== family) {
    const message = `peer ${peer} is not of the family of ${hostOf(row)}; it is ignored`
    complain(context, 'bad-address-option', option, message, { help: `write an IPv${family} address` })
    return {}
  }
  return { peer: formatIp(parseIp(peer)!), peerPrefix: family === 4 ? 32 : 128 }
}
