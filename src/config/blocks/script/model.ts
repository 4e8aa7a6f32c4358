// Commands of a configuration: what is run, as which user, and which commands are run at the transitions of an instance
// or a group. Types only, see model.ts. keepalived.conf(5) script_user, notify_master and its siblings.

import type { Place } from '../../report/place.ts'

/** A command as keepalived runs it: the words of the command, and who runs it. */
export interface ScriptCommand {
  /** The words after quote removal. With `shell` the command as written is `text` and must be given to `/bin/sh -c`. */
  readonly argv: readonly string[]
  /** True when the command needs a shell: operators, redirection, substitution, `[ … ]` with `&&`, … */
  readonly shell: boolean
  readonly text: string
  readonly user?: string
  readonly group?: string
  readonly place: Place
}

export interface NotifyScripts {
  readonly master?: ScriptCommand
  readonly backup?: ScriptCommand
  readonly fault?: ScriptCommand
  readonly stop?: ScriptCommand
  readonly deleted?: ScriptCommand
  readonly masterRxLowerPri?: ScriptCommand
  /** The generic `notify`: gets `INSTANCE name STATE priority` appended. */
  readonly any?: ScriptCommand
  /** notify_deleted: report DELETED instead of FAULT when a reload removes the instance. */
  readonly notifyDeleted: boolean
}
