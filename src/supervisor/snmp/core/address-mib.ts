// KEEPALIVED-MIB, VRRP part: vrrpAddressTable (.2.6), virtual addresses and behind them the excluded ones.

import type { VirtualAddress } from '../../../config/blocks/instance/model.ts'
import { heldKey } from './instance-mib.ts'
import { VRRP } from './keepalived-oid.ts'
import { type Column, type Row, table } from './mib.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'
import { gauge, inetAddress, inetAddressType, integer, octets, text, yesNo } from './value.ts'

interface OneAddress {
  readonly instance: InstanceModel
  readonly address: VirtualAddress
  readonly excluded: boolean
}

/** INET-ADDRESS-MIB InetScopeType by RT_SCOPE_*; keepalived shows the scopes of routing so. */
const scopes: Readonly<Record<number, number>> = { 0: 14, 200: 5, 253: 2, 254: 1 }
const nowhere = new Uint8Array(4)

export const addressMib: readonly Column[] = table<OneAddress>([...VRRP, 6, 1], addressRows, {
  2: ({ address }) => inetAddressType(address.family),
  3: ({ address }) => inetAddress(address.address),
  4: ({ address }) => {
    // An address with a peer has no broadcast address, IPv6 has none at all.
    if (address.family === 6 || address.peer !== undefined) return undefined
    return inetAddress(address.broadcast) ?? octets(nowhere)
  },
  5: ({ address }) => gauge(address.prefix),
  6: ({ address }) => integer(scopes[address.scope] ?? 0),
  7: (row, model) => integer(model.links.get(deviceOf(row))?.ifindex ?? 0),
  8: row => text(deviceOf(row)),
  9: ({ address }) => (address.label === undefined ? undefined : text(address.label)),
  10: ({ instance, address }, model) => yesNo(model.held.has(heldKey(instance.params.name, address))),
  11: ({ excluded }) => yesNo(!excluded),
  12: ({ address }) => inetAddress(address.peer),
})

function addressRows(model: ReadModel): readonly Row<OneAddress>[] {
  return model.instances.flatMap((instance, i) => {
    const { addresses, excludedAddresses } = instance.params
    const all = [
      ...addresses.map(address => ({ instance, address, excluded: false })),
      ...excludedAddresses.map(address => ({ instance, address, excluded: true })),
    ]
    return all.map((of, j) => ({ index: [i + 1, j + 1], of }))
  })
}

function deviceOf({ instance, address }: OneAddress): string {
  return address.device ?? instance.params.interface
}
