// Which account each script runs as, looked up once per reload and shared by everything that runs scripts, so that the
// warning about a script without a configured account comes once. The rules themselves are user.ts.

import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import { traceCommand } from '../../config/blocks/script/trace.ts'
import type { FileFacts } from '../../config/host/facts.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { fileFacts } from './file-facts.ts'
import { type Account, type AccountFiles, readAccountFiles, scriptAccount, type UserGroup } from './user.ts'

interface ScriptSettings {
  readonly scriptUser?: UserGroup
  readonly enableScriptSecurity: boolean
}

export class ScriptAccounts {
  readonly #log: Log
  readonly #readFiles: () => AccountFiles
  readonly #known = new Map<string, Account>()
  #scriptUser: UserGroup | undefined
  #warned = false
  #files: FileFacts | undefined

  constructor(log: Log, scriptUser?: UserGroup, readFiles: () => AccountFiles = readAccountFiles) {
    this.#log = log
    this.#scriptUser = scriptUser
    this.#readFiles = readFiles
  }

  /** The daemon's own numbers: what a script gets without a change of user. */
  get self(): { readonly uid: number; readonly gid: number } {
    return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  }

  /**
   * At a reload: `script_user`, the account files and enable_script_security are looked at anew. Scripts that run
   * already keep their user.
   */
  configure({ scriptUser, enableScriptSecurity }: ScriptSettings): void {
    this.#known.clear()
    this.#scriptUser = scriptUser
    this.#files = enableScriptSecurity ? fileFacts(process.env.PATH, this.#readFiles()) : undefined
  }

  /**
   * Under enable_script_security: whether the command may still run, looked at again right before it does, and the file
   * that its first word leads to now. undefined: nobody asked for security, or it is a line for a shell.
   */
  secured(command: ScriptCommand, account: Account): Result<string | undefined, string> {
    return this.#files === undefined ? ok(undefined) : traceCommand(command, account, this.#files)
  }

  /** The user and group that a command asks for, as text: two commands with equal answers run as the same account. */
  keyOf(command: ScriptCommand): string {
    const { user, group } = command.user === undefined ? (this.#scriptUser ?? { user: '' }) : command
    return `${user ?? ''}:${group ?? ''}`
  }

  /** The account of a command, or why there is none. */
  find(command: ScriptCommand): Result<Account, string> {
    const key = this.keyOf(command)
    const known = this.#known.get(key)
    if (known !== undefined) return ok(known)
    const found = this.#lookUp(command)
    if (!found.ok) return found
    this.#known.set(key, found.value)
    if (found.value.unchosen && !this.#warned) {
      this.#warned = true
      this.#log.warn('script-user-default', { user: found.value.user, uid: found.value.uid })
    }
    return found
  }

  #lookUp(command: ScriptCommand): Result<Account, string> {
    try {
      return scriptAccount(this.#readFiles(), command, this.#scriptUser, this.self)
    } catch (thrown) {
      return err(`the accounts of this host cannot be read: ${messageOf(thrown)}`)
    }
  }
}
