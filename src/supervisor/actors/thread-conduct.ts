// Makes the kernel treat a worker's thread as the configuration asks: name, priority, CPUs. Done from the main thread,
// by the thread's number. keepalived.conf(5) `checker_priority` and its family; keepalived does it to child processes.

import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import type { Log } from '../../lib/log.ts'
import { setCpus, setNice, setRealtime, setThreadName, setTimeSharing } from '../../native/schedule.ts'

/** What a thread is called of which nothing is said. */
const nameDefault = 'node'

/** The kernel's calls; all return false if it refuses. */
export interface ThreadPort {
  setCpus(cpus: readonly number[], thread: number): boolean
  setNice(nice: number, thread: number): boolean
  setRealtime(priority: number, thread: number): boolean
  setTimeSharing(thread: number): boolean
  setThreadName(thread: number, name: string): boolean
}

const kernel: ThreadPort = { setCpus, setNice, setRealtime, setTimeSharing, setThreadName }

/**
 * What is refused is logged; the thread goes on without. Everything is set, so that a reload also takes back what is no
 * longer asked for.
 */
export function conductThread(
  worker: string,
  thread: number,
  conduct: ThreadConduct,
  log: Log,
  port: ThreadPort = kernel,
): void {
  const refused = (setting: string) => log.warn('thread-setting-refused', { worker, setting })
  port.setThreadName(thread, conduct.name ?? nameDefault)
  if (!port.setCpus(conduct.cpus, thread)) refused(`CPUs ${conduct.cpus.join(' ')}`)
  if (!port.setNice(conduct.nice ?? 0, thread)) refused(`nice value ${conduct.nice ?? 0}`)
  if (conduct.rtPriority === undefined) port.setTimeSharing(thread)
  else if (!port.setRealtime(conduct.rtPriority, thread)) refused(`real-time priority ${conduct.rtPriority}`)
}
