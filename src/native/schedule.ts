// What a thread asks of the scheduler, and which capabilities the process has: sched_setscheduler(2), capabilities(7). Stateless; every thread may import it.

import { readFileSync } from 'node:fs'
import { LITTLE_ENDIAN, schedSetscheduler } from './libc.ts'

export { lockMemory } from './swap.ts'

const SCHED_RR = 2
const SCHED_RESET_ON_FORK = 0x4000_0000

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

export type Capability = keyof typeof CAPABILITY

/**
 * Real-time round-robin scheduling for the calling thread alone; what it forks starts with the normal policy.
 * @param priority 1..99
 * @returns false if the kernel refuses: no CAP_SYS_NICE, or no real-time budget in this control group
 */
export function setRealtime(priority: number): boolean {
  const parameters = new Uint8Array(4)
  new DataView(parameters.buffer).setInt32(0, priority, LITTLE_ENDIAN)
  return schedSetscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, parameters) === 0
}

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
