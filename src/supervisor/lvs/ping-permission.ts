// Lets PING_CHECK open ICMP datagram sockets: the group range of net.ipv4.ping_group_range must begin at 0, the group that the
// daemon has. Widened when needed and restored at the end, as keepalived does. icmp(7). The sysctl is that of our namespace.

import { readFileSync, writeFileSync } from 'node:fs'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

const sysctl = '/proc/sys/net/ipv4/ping_group_range'
/** The kernel's own way of saying that no group may. */
const nobodyUpperMax = 0

export class PingPermission {
  readonly #log: Log
  #before: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Does nothing if group 0 may already. A failure is logged; the checks then report that they cannot be made. */
  widen(): void {
    if (this.#before !== undefined) return
    try {
      const text = readFileSync(sysctl, 'ascii').trim()
      const [lower = 0, upper = 0] = text.split(/\s+/).map(Number)
      if (lower === 0) return
      writeFileSync(sysctl, `0 ${Math.max(nobodyUpperMax, upper)}`)
      this.#before = text
      this.#log.info('ping-group-range-widened', { before: text })
    } catch (thrown) {
      this.#log.error('ping-group-range-failed', { reason: messageOf(thrown) })
    }
  }

  restore(): void {
    if (this.#before === undefined) return
    try {
      writeFileSync(sysctl, this.#before)
    } catch (thrown) {
      this.#log.warn('ping-group-range-not-restored', { reason: messageOf(thrown) })
    }
    this.#before = undefined
  }
}
