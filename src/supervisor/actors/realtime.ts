// Real-time scheduling: which priority the threads of VRRP get, and what happens to a thread that uses it up.
// keepalived.conf(5) `vrrp_rt_priority`, `vrrp_rlimit_rttime`. keepalived's child is killed at its limit and started
// again. Here a thread cannot be killed without the others (RLIMIT_RTTIME is of the process), so it loses its priority;
// one that hangs is ended for want of a pong.

import { availableParallelism } from 'node:os'
import type { GlobalDefs, ThreadConduct } from '../../config/blocks/global/model.ts'
import type { Log } from '../../lib/log.ts'
import { isRunnable, limitRealtime, lockMemory, setNice, setRealtime, setTimeSharing } from '../../native/schedule.ts'

/** Real-time priority of the vrrp worker where the configuration names none; just enough to come before ordinary processes. */
const rtPriorityDefault = 2
const niceBest = -20

/** Adverts must not be late, so VRRP is real-time unless the configuration asks for an ordinary priority. */
export function vrrpConduct({ threads: { vrrp } }: GlobalDefs): ThreadConduct {
  if (vrrp.rtPriority !== undefined || vrrp.nice !== undefined) return vrrp
  return { ...vrrp, rtPriority: rtPriorityDefault }
}

/**
 * Real-time priority of the main thread, which receives for the vrrp worker and sends in its place: one below the
 * worker's, so that the kernel moves it at once to another CPU when the worker hangs on this one. On a machine with one
 * CPU it is an ordinary thread unless the configuration says otherwise: it would keep the kernel's own threads from
 * delivering packets for as long as it loads a large table or collects garbage. docs/adr/0009-main-thread-priority.md
 */
export function mainPriority(global: GlobalDefs, hasVrrp: boolean, cpus: number): number | undefined {
  const { rtPriority } = !hasVrrp ? global.threads.checker : cpus > 1 ? vrrpConduct(global) : global.threads.vrrp
  return rtPriority === undefined ? undefined : Math.max(1, rtPriority - 1)
}

/** The main thread needs its turn promptly: real-time where mainPriority() says so, otherwise the best ordinary priority. */
export function prepareMainThread(global: GlobalDefs, hasVrrp: boolean, log: Log): void {
  const asked = hasVrrp ? global.threads.vrrp : global.threads.checker
  const priority = mainPriority(global, hasVrrp, availableParallelism())
  const nice = asked.nice ?? (hasVrrp ? niceBest : 0)
  if (priority === undefined) setTimeSharing()
  else if (!setRealtime(priority)) log.info('no-realtime', { priority })
  // What is below 0 is not inherited by scripts (sched(7), SCHED_RESET_ON_FORK); what is above would be.
  if (!setNice(Math.min(0, nice))) log.info('no-realtime', { priority: nice })
  if (Object.values(global.threads).some(({ noSwap }) => noSwap) && !lockMemory()) log.warn('no-memory-lock', {})
}

/** A thread that may be demoted. */
export interface LimitedThread {
  readonly worker: string
  /** The kernel's number; undefined: there is none at present. */
  readonly thread: number | undefined
}

/** Watches RLIMIT_RTTIME while some part asks for it. */
export class RealtimeLimit {
  readonly #log: Log
  readonly #threads: () => readonly LimitedThread[]
  #us: number | undefined

  constructor(threads: () => readonly LimitedThread[], log: Log) {
    this.#threads = threads
    this.#log = log
  }

  /** The lowest limit that a real-time part sets; keepalived's default of 10 ms is less than V8 needs to collect garbage. */
  configure({ threads }: GlobalDefs): void {
    const limits = Object.values(threads).flatMap(({ rtTimeUs = 0 }) => (rtTimeUs > 0 ? [rtTimeUs] : []))
    const us = limits.length === 0 ? undefined : Math.min(...limits)
    if (us === this.#us) return
    if (this.#us === undefined) process.on('SIGXCPU', this.#exceeded)
    this.#us = us
    limitRealtime(us)
    if (us === undefined) process.off('SIGXCPU', this.#exceeded)
  }

  stop(): void {
    if (this.#us === undefined) return
    this.#us = undefined
    limitRealtime(undefined)
    process.off('SIGXCPU', this.#exceeded)
  }

  readonly #exceeded = (): void => {
    const us = this.#us
    if (us === undefined) return
    // The thread that used up the limit is runnable. A worker that sleeps did not, nor did this thread, which would not
    // have reached this line yet.
    const hogs = this.#threads().filter(({ thread }) => thread !== undefined && isRunnable(thread))
    for (const { worker, thread } of hogs) {
      if (setTimeSharing(thread)) this.#log.error('thread-demoted', { worker, us })
    }
    if (hogs.length === 0) this.#log.warn('realtime-overrun', { us })
    // The kernel has raised the soft limit by a second, so it is set again.
    limitRealtime(us)
  }
}
