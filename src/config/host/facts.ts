// The facts about the host that lint rules may ask for: script files with owners and modes, accounts, addresses of
// interfaces. Interfaces only; the real ones are the supervisor's, tests bring their own. Nothing here throws.

import type { Family } from '../../lib/ip.ts'

/** One step on the way to a file. Symbolic links are steps of their own, followed by the steps to where they lead. */
export interface PathComponent {
  /** Absolute. */
  readonly path: string
  readonly kind: 'directory' | 'file' | 'link' | 'other'
  readonly uid: number
  readonly gid: number
  /** Name of the owner, or its number where it has none. */
  readonly owner: string
  /** Permission bits with set-id and sticky, 0..0o7777. */
  readonly mode: number
}

export type PathTrace =
  /** From the root directory to the file itself, which comes last. */
  | { readonly state: 'found'; readonly components: readonly PathComponent[] }
  | { readonly state: 'missing' }
  /** A directory on the way may not be looked into by us, or links go in circles. */
  | { readonly state: 'hidden' }

export interface FileFacts {
  trace(path: string): PathTrace
  /** Where the search path has a command; undefined: nowhere. */
  find(command: string): string | undefined
}

export interface AccountFacts {
  readonly user: string
  readonly uid: number
  readonly gid: number
}

export interface UserNames {
  readonly user?: string | undefined
  readonly group?: string | undefined
}

export interface InterfaceAddress {
  readonly interface: string
  readonly family: Family
  /** Canonical text. */
  readonly address: string
  readonly prefix: number
}

export interface LintFacts {
  readonly files: FileFacts
  /** The account that a script runs as when the daemon runs as root; undefined: the user or group does not exist. */
  accountOf(chosen: UserNames, scriptUser: UserNames | undefined): AccountFacts | undefined
  /** Addresses of the host now, loopback left out. */
  addresses(): readonly InterfaceAddress[]
}
