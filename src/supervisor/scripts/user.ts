// Which user and group a script runs as, and their numbers from /etc/passwd and /etc/group (names from LDAP and the like are
// not looked up). keepalived.conf(5): the user of the script, else `script_user`, else keepalived_script, else the daemon's own.

import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '../../lib/result.ts'

/** The user that keepalived looks for when none is configured. */
const defaultScriptUser = 'keepalived_script'

export interface UserGroup {
  readonly user: string
  readonly group?: string | undefined
}

export interface Account {
  readonly user: string
  readonly uid: number
  readonly gid: number
  /** The script runs as the daemon's own account because no other is configured, which deserves a warning. */
  readonly unchosen: boolean
}

/** The text of the two account files. */
export interface AccountFiles {
  readonly passwd: string
  readonly group: string
}

/** The account files of this host; a file that cannot be read counts as empty, so that names in it are reported as unknown. */
export function readAccountFiles(passwdPath = '/etc/passwd', groupPath = '/etc/group'): AccountFiles {
  return { passwd: readOrEmpty(passwdPath), group: readOrEmpty(groupPath) }
}

/**
 * The account that a script runs as. `chosen` is the user of the script itself, `scriptUser` that of global_defs, `self` the
 * daemon's account. The default user is only taken by a daemon that runs as root: no other can change to it.
 */
export function scriptAccount(
  files: AccountFiles,
  chosen: { readonly user?: string | undefined; readonly group?: string | undefined },
  scriptUser: UserGroup | undefined,
  self: { readonly uid: number; readonly gid: number },
): Result<Account, string> {
  if (chosen.user !== undefined) return findAccount(files, { user: chosen.user, group: chosen.group })
  if (scriptUser !== undefined) return findAccount(files, scriptUser)
  if (self.uid === 0) {
    const account = findAccount(files, { user: defaultScriptUser })
    if (account.ok) return account
  }
  return ok({ user: userOf(files, self.uid) ?? String(self.uid), uid: self.uid, gid: self.gid, unchosen: true })
}

/** The numbers of a user and, where given, another group than the user's own. */
export function findAccount(files: AccountFiles, wanted: UserGroup): Result<Account, string> {
  // name:password:uid:gid:comment:home:shell
  const row = rowOf(files.passwd, wanted.user)
  const uid = numberOf(row?.[2])
  const ownGid = numberOf(row?.[3])
  if (uid === undefined || ownGid === undefined) return err(`there is no user ${wanted.user}`)
  if (wanted.group === undefined) return ok({ user: wanted.user, uid, gid: ownGid, unchosen: false })
  // name:password:gid:members
  const gid = numberOf(rowOf(files.group, wanted.group)?.[2])
  if (gid === undefined) return err(`there is no group ${wanted.group}`)
  return ok({ user: wanted.user, uid, gid, unchosen: false })
}

/** The name of a uid; undefined if /etc/passwd does not have it. */
export function userOf(files: AccountFiles, uid: number): string | undefined {
  return rows(files.passwd).find(row => numberOf(row[2]) === uid)?.[0]
}

function rowOf(text: string, name: string): readonly string[] | undefined {
  return rows(text).find(row => row[0] === name)
}

function rows(text: string): string[][] {
  return text.split('\n').map(line => line.split(':'))
}

function numberOf(field: string | undefined): number | undefined {
  return field !== undefined && /^\d{1,10}$/.test(field) ? Number(field) : undefined
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'EACCES') return ''
    throw thrown
  }
}
