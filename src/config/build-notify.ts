// The notify keywords of an instance or a sync group.

import { buildCommand } from './build-command.ts'
import type { BuildContext } from './build-context.ts'
import { given } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { isSet, lastOf } from './grammar/entry.ts'
import type { NotifyScripts } from './model.ts'

export function buildNotify(block: Entry, context: BuildContext): NotifyScripts {
  const commandOf = (keyword: string) => {
    const entry = lastOf(block, keyword)
    // notify_deleted may stand without a command.
    return entry === undefined || entry.words.length < 2 ? undefined : buildCommand(entry, context)
  }
  return {
    ...given('master', commandOf('notify_master')),
    ...given('backup', commandOf('notify_backup')),
    ...given('fault', commandOf('notify_fault')),
    ...given('stop', commandOf('notify_stop')),
    ...given('deleted', commandOf('notify_deleted')),
    ...given('masterRxLowerPri', commandOf('notify_master_rx_lower_pri')),
    ...given('any', commandOf('notify')),
    notifyDeleted: isSet(block, 'notify_deleted'),
  }
}
