// The channel between the supervisor and the checker worker.

import type { Checker } from '../../config/blocks/checker/model.ts'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { SslMaterial } from '../../config/blocks/server/model.ts'
import type { CheckEffect, CheckState } from '../../workers/checker/core/check-state.ts'
import type { MiscEnd } from '../../workers/checker/core/misc-exit.ts'
import type { Shapes } from '../channel.ts'
import { type FromAnyWorker, fromAnyWorkerShapes, type ToAnyWorker, toAnyWorkerShapes } from './common.ts'

export interface CheckerSet {
  readonly checkers: readonly Checker[]
  /** What the track files say now, by name. */
  readonly files: Readonly<Record<string, number>>
  readonly ssl: SslMaterial | null
  /** Ids of checkers whose virtual address is not on this host at present (ha_suspend). */
  readonly suspended: readonly string[]
}

/** supervisor -> checker worker */
export type ToChecker =
  /** `resume`: states by checker id. `fresh`: the daemon starts, so one failure is enough for a first verdict. */
  | {
      readonly t: 'start'
      readonly set: CheckerSet
      readonly resume: Readonly<Record<string, CheckState>>
      readonly fresh: boolean
    }
  | { readonly t: 'reload'; readonly set: CheckerSet }
  | { readonly t: 'suspended'; readonly checkers: readonly string[] }
  | { readonly t: 'file'; readonly name: string; readonly value: number }
  | { readonly t: 'misc-end'; readonly checker: string; readonly run: number; readonly end: MiscEnd }
  /** A BFD session is up or down, for BFD_CHECK. */
  | { readonly t: 'session'; readonly session: string; readonly up: boolean }
  | ToAnyWorker

/** checker worker -> supervisor. A step is atomic: snapshot and effects travel together. */
export type FromChecker =
  | {
      readonly t: 'step'
      readonly checker: string
      readonly snapshot: CheckState
      readonly effects: readonly CheckEffect[]
    }
  /** Run the program of a MISC_CHECK and answer with `misc-end`. */
  | {
      readonly t: 'misc-run'
      readonly checker: string
      readonly run: number
      readonly command: ScriptCommand
      readonly timeoutUs: number
    }
  | FromAnyWorker

export const toCheckerShapes: Shapes<ToChecker> = {
  ...toAnyWorkerShapes,
  start: { set: 'object', resume: 'object', fresh: 'boolean' },
  reload: { set: 'object' },
  suspended: { checkers: 'array' },
  file: { name: 'string', value: 'number' },
  'misc-end': { checker: 'string', run: 'number', end: 'object' },
  session: { session: 'string', up: 'boolean' },
}

export const fromCheckerShapes: Shapes<FromChecker> = {
  ...fromAnyWorkerShapes,
  step: { checker: 'string', snapshot: 'object', effects: 'array' },
  'misc-run': { checker: 'string', run: 'number', command: 'object', timeoutUs: 'number' },
}
