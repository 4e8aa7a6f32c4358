// Which address adverts come from: the configured one (track_src_ip: while it is there), else IPv4 the first address of
// the interface that is not virtual, IPv6 a link-local that is no longer tentative. An address once chosen is kept as
// long as it is there.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { bytesEqual } from '../../../lib/bytes.ts'
import { formatIp, parseIp } from '../../../lib/ip.ts'
import type { LinkAddress, LinkState } from '../../../lib/link.ts'
import { ownerPriority } from './timers.ts'
import { isVirtual } from './virtual-addresses.ts'

const linkScope = 253
const hostScope = 254

/** The address bytes, or null if the link has none that may be used. `reserved` are virtual addresses by reservedKey(). */
export function chooseSource(
  params: VrrpInstance,
  link: LinkState,
  current: Uint8Array | null,
  reserved: readonly string[],
): Uint8Array | null {
  if (params.sourceAddress !== undefined) return configuredSource(params, params.sourceAddress, link)
  const usable = link.addresses.filter(address => isUsable(params, address)).map(address => address.address)
  const own = usable.filter(
    address => !isVirtual(params, address) && !reserved.includes(reservedKey(link.name, address)),
  )
  // The addresses of an owner are its real ones, and may be all it has.
  const owned = params.priority === ownerPriority ? usable.filter(address => isVirtual(params, address)) : []
  const candidates = [...own, ...owned].flatMap(address => parseIp(address) ?? [])
  return candidates.find(address => current !== null && bytesEqual(address, current)) ?? candidates[0] ?? null
}

/** How a virtual address is named among those that are no source: one on another link says nothing about this one. */
export function reservedKey(link: string, address: string): string {
  return `${link} ${address}`
}

function configuredSource(params: VrrpInstance, configured: string, link: LinkState): Uint8Array | null {
  const source = parseIp(configured) ?? null
  if (params.trackSourceAddress !== true || source === null) return source
  const text = formatIp(source)
  return link.addresses.some(({ address, tentative }) => address === text && !tentative) ? source : null
}

function isUsable(params: VrrpInstance, address: LinkAddress): boolean {
  if (address.family !== params.family) return false
  return address.family === 4 ? address.scope !== hostScope : address.scope === linkScope && !address.tentative
}
