// The context that every builder of the model gets besides the entries, and small functions that all of them need.

import type { Entry } from '../language/entry.ts'
import { readOption } from '../language/entry.ts'
import type { ProblemDetails, ProblemName, Report } from '../report/codes.ts'
import { problem } from '../report/codes.ts'
import type { Place } from '../report/place.ts'
import { addressOptions } from './address/keywords.ts'

export interface BuildContext {
  readonly report: Report
  readonly interfaceExists: (name: string) => boolean
  /** Names of the interfaces that exist, for advice. */
  readonly interfaceNames: () => readonly string[]
  /** Refuse what keepalived does not have, and its faults keep its consequences. */
  readonly strictKeepalived: boolean
  readonly hostName: string
  /** Whether a command can be found, by its path or in the search path. */
  readonly commandExists: (name: string) => boolean
  /** Whether the host has an account, and a group if one is named; true if that cannot be told. */
  readonly accountExists: (user: string, group: string | undefined) => boolean
}

/** Reports a problem at the keyword of an entry, or without a place if there is no entry. */
export function complain(
  context: BuildContext,
  name: ProblemName,
  at: Entry | undefined,
  message: string,
  details: ProblemDetails = {},
): void {
  context.report(problem(name, at === undefined ? undefined : spanAt(at, 0), message, details))
}

/** The span of one word of an entry, or of the whole entry if it has not so many. */
export function spanAt(entry: Entry, word: number): Entry['span'] {
  return entry.words[word]?.span ?? entry.span
}

export function placeOf(entry: Entry): Place {
  return { file: entry.span.file, line: entry.span.line }
}

/** The name of a block, as `VI_1` of `vrrp_instance VI_1`. */
export function nameOf(entry: Entry): string {
  return String(entry.values[0] ?? '')
}

/** A property only if it has a value: for optional properties of the model. */
export function given<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T }
}

/** Reports a user or group that the host does not have. */
export function checkAccount(
  context: BuildContext,
  user: string,
  group: string | undefined,
  at: Entry,
  name: 'unknown-user' | 'unknown-user-behind' = 'unknown-user',
): void {
  if (context.accountExists(user, group)) return
  const message =
    group === undefined ? `there is no user '${user}'` : `there is no user '${user}' with a group '${group}'`
  const help =
    name === 'unknown-user-behind'
      ? `the word behind a command is the user that runs it; if '${user}' is an argument, put command and arguments into one pair of double quotes`
      : 'create the account, or name one that /etc/passwd and /etc/group have; the scripts concerned cannot run'
  complain(context, name, at, message, { help })
}

/** `dev eth0`, or undefined. */
export function deviceOf(entry: Entry): string | undefined {
  return readOption(entry, addressOptions.dev)
}
