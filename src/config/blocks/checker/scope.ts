// The scope of a checker while it is built: its real server and its virtual server. Types only.

import type { Entry } from '../../language/entry.ts'
import type { ServerScope } from '../server/scope.ts'
import type { Checker, CheckerCommon } from './model.ts'

/** The real server that a checker belongs to. */
export interface CheckerScope extends ServerScope {
  readonly server: { readonly id: string; readonly address: string; readonly port: number; readonly weight: number }
}

/** Checker, real server, virtual server: the first one that says something counts. */
export type Levels = readonly [checker: Entry, server: Entry, virtual: Entry]

/** A checker without what all have in common. */
export type Own = Checker extends infer C ? (C extends CheckerCommon ? Omit<C, keyof CheckerCommon> : never) : never
