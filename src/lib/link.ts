// The state of a link, as the network-interface monitor tells it: the topic `link/<name>` that every part of the
// program reads.

import type { Family } from './ip.ts'

export interface LinkAddress {
  readonly family: Family
  /** Canonical text. */
  readonly address: string
  readonly prefix: number
  /** RT_SCOPE_*: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number
  /** IPv6 only: duplicate address detection still running, so not usable as a source yet. */
  readonly tentative: boolean
}

export interface LinkState {
  readonly name: string
  /** 0 when the link does not exist at present. */
  readonly ifindex: number
  /** IFF_UP and IFF_RUNNING. */
  readonly up: boolean
  readonly loopback: boolean
  readonly multicast: boolean
  readonly noArp: boolean
  readonly mtu: number
  /** Empty for links without a hardware address. */
  readonly mac: Uint8Array
  readonly addresses: readonly LinkAddress[]
}
