// Which capabilities this process has: capabilities(7), read from /proc. Nothing native is loaded here, so the watchdog
// may use it.

import { readFileSync } from 'node:fs'

/** Bits of the capability sets. */
const CAPABILITY = {
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  NET_BIND_SERVICE: 10,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  SYS_NICE: 23,
} as const

type Capability = keyof typeof CAPABILITY

/** Those of the wanted capabilities that are not in the effective set of this process. */
export function missingCapabilities(wanted: readonly Capability[]): Capability[] {
  const effective = effectiveCapabilities(readFileSync('/proc/self/status', 'latin1'))
  return wanted.filter(name => ((effective >> BigInt(CAPABILITY[name])) & 1n) === 0n)
}

/** The CapEff line of /proc/<pid>/status as a set of bits; none if there is no such line. */
export function effectiveCapabilities(status: string): bigint {
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return hex === undefined ? 0n : BigInt(`0x${hex}`)
}
