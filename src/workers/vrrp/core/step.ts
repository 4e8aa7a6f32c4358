// The outcome of one event: the next state and what must now be true. Effects are in the order they have to be applied.

import type { Effect, LogLevel } from './effect.ts'
import type { State } from './state.ts'

export interface Step<S extends State = State> {
  readonly state: S
  readonly effects: readonly Effect[]
}

/** Nothing to do but to remember `state`. */
export function stay<S extends State>(state: S): Step<S> {
  return { state, effects: [] }
}

/** The step with more effects after those it has. */
export function and<S extends State>(step: Step<S>, ...effects: readonly Effect[]): Step<S> {
  return { state: step.state, effects: [...step.effects, ...effects] }
}

/** A named event for the log. */
export function log(
  level: LogLevel,
  event: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): Effect {
  return { type: 'log', level, event, fields }
}
