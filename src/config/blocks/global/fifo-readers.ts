// The programs that read the notify FIFOs. keepalived.conf(5) `notify_fifo_script`, `vrrp_notify_fifo_script`,
// `lvs_notify_fifo_script`. A FIFO that is named twice counts once, for the first of: all, VRRP, load balancing.

import type { Entry } from '../../language/entry.ts'
import { lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { buildCommand } from '../script/command.ts'
import { globalDefs } from './keywords.ts'
import type { FifoReader } from './model.ts'

const kinds = [
  { of: 'all', fifo: globalDefs.notifyFifo, reader: globalDefs.notifyFifoScript },
  { of: 'vrrp', fifo: globalDefs.vrrpNotifyFifo, reader: globalDefs.vrrpNotifyFifoScript },
  { of: 'lvs', fifo: globalDefs.lvsNotifyFifo, reader: globalDefs.lvsNotifyFifoScript },
] as const

export function buildFifoReaders(defs: Entry | undefined, context: BuildContext): readonly FifoReader[] {
  const readers: FifoReader[] = []
  for (const { of, fifo, reader } of kinds) {
    const script = lastOf(defs, reader)
    if (script === undefined) continue
    const path = read(defs, fifo)?.[0]
    if (path === undefined) {
      complain(
        context,
        'script-not-used',
        script,
        `${reader.keyword} has nothing to read: there is no ${fifo.keyword}`,
        {
          help: `write '${fifo.keyword} PATH', or remove the script`,
        },
      )
      continue
    }
    if (readers.some(each => each.path === path)) {
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
