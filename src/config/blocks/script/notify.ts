// The notify keywords of an instance or a sync group.

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import { buildCommand, isRunnable } from './command.ts'
import type { NotifyScripts, ScriptCommand } from './model.ts'

/** The commands of an instance or group; those that cannot be read are reported and left out. */
export function buildNotify(block: Entry, context: BuildContext): NotifyScripts {
  const commandOf = (row: Row) => {
    const entry = lastOf(block, row)
    // notify_deleted may stand without a command.
    return entry === undefined || entry.words.length < 2 ? undefined : buildNotifyCommand(entry, context)
  }
  return {
    ...given('master', commandOf(vrrpInstance.notifyMaster)),
    ...given('backup', commandOf(vrrpInstance.notifyBackup)),
    ...given('fault', commandOf(vrrpInstance.notifyFault)),
    ...given('stop', commandOf(vrrpInstance.notifyStop)),
    ...given('deleted', commandOf(vrrpInstance.notifyDeleted)),
    ...given('masterRxLowerPri', commandOf(vrrpInstance.notifyMasterRxLowerPri)),
    ...given('any', commandOf(vrrpInstance.notify)),
    notifyDeleted: isSet(block, vrrpInstance.notifyDeleted),
  }
}

/** A command that is missing now may be there when it is needed, so it stays; keepalived only logs it. */
function buildNotifyCommand(entry: Entry, context: BuildContext): ScriptCommand | undefined {
  const command = buildCommand(entry, context)
  if (command !== undefined && !isRunnable(command, context)) {
    complain(context, 'command-not-found', entry, `the command ${command.argv[0]} does not exist`, {
      help: 'check the path; the transition will go on without it',
    })
  }
  return command
}
