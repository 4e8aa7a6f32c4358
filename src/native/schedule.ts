// What a thread asks of the scheduler: sched_setscheduler(2). Stateless; every thread may import it.

import { LITTLE_ENDIAN, schedSetscheduler } from './libc.ts'

export { lockMemory } from './swap.ts'

const SCHED_RR = 2
const SCHED_RESET_ON_FORK = 0x4000_0000

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
