// How KEEPALIVED-MIB numbers protocols, schedulers, forwarding methods and tunnels.

export const protocolNumbers = { TCP: 1, UDP: 2, SCTP: 3, none: 4 } as const
export const methodNumbers = { NAT: 1, DR: 2, TUN: 3 } as const
export const tunnelNumbers = { ipip: 1, gue: 2, gre: 3 } as const
export const checksumNumbers = { nocsum: 1, csum: 2, remcsum: 3 } as const

const algorithms = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh', 'twos']
const unknown = 99

export function algorithmNumber(scheduler: string): number {
  const index = algorithms.indexOf(scheduler)
  return index < 0 ? unknown : index + 1
}
