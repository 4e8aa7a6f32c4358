// Permissions along a path: what an account may do with a file, and which other accounts may change it, by owner and
// mode of the file and of the directories above it. path_resolution(7); keepalived.conf(5), enable_script_security.

import type { AccountFacts, PathComponent } from './facts.ts'

const setUid = 0o4000
const sticky = 0o1000
const rootUid = 0

/** The first step on the way that keeps the account from running (or reading) the file; undefined: none does. */
export function obstacle(
  components: readonly PathComponent[],
  account: AccountFacts,
  executed: boolean,
): PathComponent | undefined {
  const file = components.at(-1)
  return components.find(component => {
    if (component.kind === 'link') return false
    if (component !== file) return !allows(component, account, 0o1)
    if (component.kind === 'directory') return true
    return !allows(component, account, executed ? 0o1 : 0o4)
  })
}

/** Whether the bit (4 read, 1 execute or search) is set for the account. Supplementary groups are not given to scripts. */
function allows({ kind, uid, gid, mode }: PathComponent, account: AccountFacts, bit: number): boolean {
  if (account.uid === rootUid) return bit !== 0o1 || kind === 'directory' || (mode & 0o111) !== 0
  if (uid === account.uid) return (mode & (bit << 6)) !== 0
  if (gid === account.gid) return (mode & (bit << 3)) !== 0
  return (mode & bit) !== 0
}

interface Exposure {
  readonly component: PathComponent
  /** Who may change it: `its owner bob`, `its group`, `everybody`. */
  readonly who: string
}

/** The first step that somebody other than root and the account itself may change; undefined: none. */
export function exposure(components: readonly PathComponent[], account: AccountFacts): Exposure | undefined {
  const file = components.at(-1)
  // A set-uid program of root runs as root, whoever starts it.
  const asRoot = account.uid === rootUid || (file?.uid === rootUid && (file.mode & setUid) !== 0)
  const trusted = asRoot ? { uid: rootUid, gid: rootUid } : account
  for (const component of components) {
    const who = changer(component, trusted)
    if (who !== undefined) return { component, who }
  }
  return undefined
}

function changer(
  { kind, uid, gid, owner, mode }: PathComponent,
  trusted: { readonly uid: number; readonly gid: number },
): string | undefined {
  if (uid !== rootUid && uid !== trusted.uid) return `its owner ${owner}`
  // The mode of a link means nothing; whoever owns it can make it lead elsewhere.
  if (kind === 'link') return undefined
  // In a sticky directory as /tmp nobody can replace what belongs to another.
  if (kind === 'directory' && (mode & sticky) !== 0) return undefined
  if ((mode & 0o002) !== 0) return 'everybody'
  return (mode & 0o020) !== 0 && gid !== 0 && gid !== trusted.gid ? 'its group' : undefined
}
