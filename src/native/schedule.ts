// Settings of the scheduler for one thread, by the thread's number, so that the main thread can make them for a worker:
// sched(7), setpriority(2), sched_setaffinity(2). Stateless; every thread may import it.
// supervisor/actors/thread-conduct.ts decides which thread gets which.

import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { getrlimit, LITTLE_ENDIAN, schedSetaffinity, schedSetscheduler, setpriority, setrlimit } from './libc.ts'

export { lockMemory } from './swap.ts'

const SCHED_OTHER = 0
const SCHED_RR = 2
const SCHED_RESET_ON_FORK = 0x4000_0000
const PRIO_PROCESS = 0
const RLIMIT_RTTIME = 15
/** CPUs that a mask has room for, as in the C library. */
const CPUS_MAX = 4096
const CALLING_THREAD = 0

/** The number of the calling thread, as the kernel, `ps -L` and `top -H` call it. */
export function ownThreadId(): number {
  return Number(readlinkSync('/proc/thread-self').replace(/^.*\//, ''))
}

/**
 * Real-time round-robin scheduling for one thread alone; what it forks starts with the normal policy.
 * @param priority 1..99
 * @param thread default the calling one
 * @returns false if the kernel refuses: no CAP_SYS_NICE, or no real-time budget in this control group
 */
export function setRealtime(priority: number, thread = CALLING_THREAD): boolean {
  return setPolicy(thread, SCHED_RR, priority)
}

/** Ordinary time-sharing for one thread; what it forks does not inherit a nice value below 0. False if the kernel refuses. */
export function setTimeSharing(thread = CALLING_THREAD): boolean {
  return setPolicy(thread, SCHED_OTHER, 0)
}

/** @param nice -20..19; below what it was needs CAP_SYS_NICE. False if the kernel refuses. */
export function setNice(nice: number, thread = CALLING_THREAD): boolean {
  return setpriority(PRIO_PROCESS, thread, nice) === 0
}

/** The CPUs (numbers from 0) that a thread may run on; empty: all that its control group has. False if there is none of them. */
export function setCpus(cpus: readonly number[], thread = CALLING_THREAD): boolean {
  const mask = new Uint8Array(CPUS_MAX / 8)
  if (cpus.length === 0) mask.fill(0xff)
  for (const cpu of cpus) mask[maskByte(cpu)] = (mask[maskByte(cpu)] ?? 0) | (1 << (cpu & 7))
  return schedSetaffinity(thread, mask.length, mask) === 0
}

/** The name that `ps -L` shows for a thread of this process, at most 15 bytes. False if the thread is gone. */
export function setThreadName(thread: number, name: string): boolean {
  try {
    writeFileSync(`/proc/self/task/${thread}/comm`, name)
    return true
  } catch {
    return false
  }
}

/** Is the thread on a CPU or waiting for one? False too if it is gone. */
export function isRunnable(thread: number): boolean {
  try {
    return /^.*\) R/s.test(readFileSync(`/proc/self/task/${thread}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/**
 * When a real-time thread has used so many microseconds of CPU without a pause, the process gets SIGXCPU (which ends it unless it
 * is caught), and again each second. The hard limit of RLIMIT_RTTIME, which kills, stays as it is. undefined: no limit of ours.
 */
export function limitRealtime(us: number | undefined): boolean {
  const limits = new Uint8Array(16)
  if (getrlimit(RLIMIT_RTTIME, limits) !== 0) return false
  const view = new DataView(limits.buffer)
  const hard = view.getBigUint64(8, LITTLE_ENDIAN)
  const wanted = us === undefined ? hard : BigInt(us)
  view.setBigUint64(0, wanted < hard ? wanted : hard, LITTLE_ENDIAN)
  return setrlimit(RLIMIT_RTTIME, limits) === 0
}

function setPolicy(thread: number, policy: number, priority: number): boolean {
  const parameters = new Uint8Array(4)
  new DataView(parameters.buffer).setInt32(0, priority, LITTLE_ENDIAN)
  return schedSetscheduler(thread, policy | SCHED_RESET_ON_FORK, parameters) === 0
}

/** The mask is an array of longs, so on a big-endian machine the bytes of each are the other way round. */
function maskByte(cpu: number): number {
  const byte = cpu >> 3
  return LITTLE_ENDIAN ? byte : byte ^ 7
}
