// The virtual addresses of an instance as bytes, in configuration order: those that adverts list, never excluded ones.

import type { VirtualAddress, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { parseIp } from '../../../lib/ip.ts'

// Parsed once per configuration: receive checks and adverts need the bytes many times a second.
const parsed = new WeakMap<VrrpInstance, readonly Uint8Array[]>()

/** Network-order bytes of each virtual address of the instance's own family. */
export function virtualAddressBytes(params: VrrpInstance): readonly Uint8Array[] {
  const known = parsed.get(params)
  if (known !== undefined) return known
  const bytes = params.addresses.filter(vip => vip.family === params.family).flatMap(vip => parseIp(vip.address) ?? [])
  parsed.set(params, bytes)
  return bytes
}

/** True if the address (canonical text) is one that the instance puts on an interface, advertised or excluded. */
export function isVirtual(params: VrrpInstance, address: string): boolean {
  return allAddresses(params).some(vip => vip.address === address)
}

/** Compares the addresses of two configurations: whether anything changed, and whether an address is new. */
export function addressChanges(before: VrrpInstance, after: VrrpInstance): { changed: boolean; added: boolean } {
  const old = allAddresses(before).map(keyOf)
  const now = allAddresses(after).map(keyOf)
  const added = now.some(key => !old.includes(key))
  return { changed: added || old.some(key => !now.includes(key)), added }
}

function allAddresses(params: VrrpInstance): readonly VirtualAddress[] {
  return [...params.addresses, ...params.excludedAddresses]
}

function keyOf(vip: VirtualAddress): string {
  const { address, prefix, device, broadcast, scope, label, peer, peerPrefix, nodad, preferredLifetimeSeconds, flags } =
    vip
  const parts = [address, prefix, device, broadcast, scope, label, peer, peerPrefix]
  return [...parts, nodad, preferredLifetimeSeconds, flags].join(' ')
}
