// The outcome of one event: the next state and what must now be true. Effects are in the order they have to be applied.

import type { EventFields, EventName, PlainFields } from '../../../lib/log-events.ts'
import type { Effect, LogLevel } from './effect.ts'
import type { State } from './state.ts'

export interface Step<S extends State = State> {
  readonly state: S
  readonly effects: readonly Effect[]
}

/** A step without effects. */
export function stay<S extends State>(state: S): Step<S> {
  return { state, effects: [] }
}

/** The step with more effects after those it has. */
export function and<S extends State>(step: Step<S>, ...effects: readonly Effect[]): Step<S> {
  return { state: step.state, effects: [...step.effects, ...effects] }
}

/** A named event for the log. */
export function log<Event extends EventName, Fields extends PlainFields & EventFields<Event, 'instance'>>(
  level: LogLevel,
  event: Event,
  fields: Fields,
): Effect {
  return { type: 'log', level, event, fields }
}
