// lvs_netlink_monitor_rcv_bufs of keepalived.conf(5): how much the socket that watches links and addresses may have
// waiting. One socket watches for all, not only for the checkers as keepalived's.

import type { LvsConfig } from '../../config/blocks/server/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { LinkMonitor } from '../../native/netlink-monitor.ts'

/** Nothing configured: the buffer stays as it is. A refusal is logged. */
export function sizeMonitor(
  monitor: Pick<LinkMonitor, 'setReceiveBuffer'>,
  lvs: Pick<LvsConfig, 'kernel'> | undefined,
  log: Log,
): void {
  const buffer = lvs?.kernel?.monitorBuffer
  if (buffer === undefined) return
  try {
    monitor.setReceiveBuffer(buffer.bytes, buffer.force)
  } catch (thrown) {
    log.error('receive-buffer-failed', { reason: messageOf(thrown) })
  }
}
