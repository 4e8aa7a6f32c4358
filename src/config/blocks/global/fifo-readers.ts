// The programs that read the notify FIFOs. keepalived.conf(5) `notify_fifo_script`, `vrrp_notify_fifo_script`,
// `lvs_notify_fifo_script`. A FIFO that is named twice counts once, for the first of: all, VRRP, load balancing.

import type { Entry } from '../../language/entry.ts'
import { lastOf, textOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { buildCommand } from '../script/command.ts'
import type { FifoReader } from './model.ts'

const kinds = [
  { of: 'all', fifo: 'notify_fifo' },
  { of: 'vrrp', fifo: 'vrrp_notify_fifo' },
  { of: 'lvs', fifo: 'lvs_notify_fifo' },
] as const

export function buildFifoReaders(defs: Entry | undefined, context: BuildContext): readonly FifoReader[] {
  const readers: FifoReader[] = []
  for (const { of, fifo } of kinds) {
    const script = lastOf(defs, `${fifo}_script`)
    if (script === undefined) continue
    const path = textOf(defs, fifo)
    if (path === undefined) {
      complain(context, 'script-not-used', script, `${fifo}_script has nothing to read: there is no ${fifo}`, {
        help: `write '${fifo} PATH', or remove the script`,
      })
      continue
    }
    if (readers.some(reader => reader.path === path)) {
      complain(context, 'script-not-used', script, `${path} has a reader already; this script is not started`, {
        help: 'two readers of one FIFO would each get a part of the lines; give each a FIFO of its own',
      })
      continue
    }
    const command = buildCommand(script, context)
    if (command !== undefined) readers.push({ of, path, command })
  }
  return readers
}
