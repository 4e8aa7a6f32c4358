// The addresses of an instance that are announced by gratuitous ARP or unsolicited NA, with their interfaces.
// announce-pacer.ts decides when, native/announce.ts sends. Pure.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { Family } from '../../../lib/ip.ts'

export interface Announcement {
  readonly instance: string
  readonly family: Family
  readonly interface: string
  readonly address: string
}

/** All virtual addresses, each on the interface that it names. */
export function announcementsOf(instance: VrrpInstance): Announcement[] {
  return [...instance.addresses, ...instance.excludedAddresses].map(({ address, device, family }) => ({
    instance: instance.name,
    family,
    interface: device ?? instance.interface,
    address,
  }))
}

/** The address that adverts come from, on the interface that they leave by. */
export function sourceAnnouncement({ name, family, interface: link }: VrrpInstance, address: string): Announcement {
  return { instance: name, family, interface: link, address }
}
