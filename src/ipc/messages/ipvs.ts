// The channel between the supervisor and the ipvs worker.

import type { VirtualServer } from '../../config/blocks/server/model.ts'
import type { IpvsCommand, IpvsEntry, IpvsServiceId } from '../../lib/ipvs.ts'
import type { Verdict } from '../../workers/checker/core/check-state.ts'
import type { LvsEffect } from '../../workers/ipvs/core/effect.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { NotifySettings } from '../../workers/ipvs/core/verdict.ts'
import type { Shapes } from '../channel.ts'
import { type FromAnyWorker, fromAnyWorkerShapes, type ToAnyWorker, toAnyWorkerShapes } from './common.ts'

/** supervisor -> ipvs worker */
export type ToIpvs =
  /**
   * `resume`: states by virtual server; empty at a daemon start. `owned`: services that a predecessor has put into the
   * kernel.
   */
  | {
      readonly t: 'start'
      readonly virtualServers: readonly VirtualServer[]
      readonly settings: NotifySettings
      readonly resume: Readonly<Record<string, ServerState>>
      readonly owned: readonly IpvsServiceId[]
      readonly verdicts: readonly Verdict[]
      /** Whether there is a table that somebody else may change; without IPVS a dump says nothing. */
      readonly audit: boolean
    }
  | { readonly t: 'reload'; readonly virtualServers: readonly VirtualServer[]; readonly settings: NotifySettings }
  | { readonly t: 'verdict'; readonly verdict: Verdict }
  /** Answer to `dump`: the services asked for that exist. */
  | { readonly t: 'table'; readonly entries: readonly IpvsEntry[] }
  /** Answer to `commands`: one errno each, 0 for done. */
  | { readonly t: 'results'; readonly n: number; readonly errnos: readonly number[] }
  /** The end: with `tell` say what `omega` asks for, with `release` take our services out of the kernel, then `stopped`. */
  | { readonly t: 'stop'; readonly tell: boolean; readonly release: boolean }
  | ToAnyWorker

/** ipvs worker -> supervisor. A step is atomic: snapshot and effects travel together. */
export type FromIpvs =
  | {
      readonly t: 'step'
      readonly virtualServer: string
      /** null: the virtual server is gone. */
      readonly snapshot: ServerState | null
      readonly effects: readonly LvsEffect[]
    }
  /** Carry these out in order and answer with `results` of the same number. Bounded by commandsMax. */
  | { readonly t: 'commands'; readonly n: number; readonly commands: readonly IpvsCommand[] }
  /** Asks for what the kernel has of these services; answered by `table`. */
  | { readonly t: 'dump'; readonly services: readonly IpvsServiceId[] }
  /** All services that are ours in the kernel, or may be from now on. */
  | { readonly t: 'owned'; readonly services: readonly IpvsServiceId[] }
  /** The kernel refused something; it is tried again later. Told once for each command and reason. */
  | {
      readonly t: 'refused'
      readonly service: string
      readonly op: string
      readonly detail: string
      readonly errno: number
    }
  /** A service of which something was refused is as it should be now. */
  | { readonly t: 'accepted'; readonly service: string }
  /** Somebody else has changed this service; it is being put right. `what` names the first few changes. */
  | { readonly t: 'drifted'; readonly service: string; readonly changes: number; readonly what: string }
  | { readonly t: 'stopped' }
  | FromAnyWorker

/** Commands in one message. */
export const commandsMax = 128

export const toIpvsShapes: Shapes<ToIpvs> = {
  ...toAnyWorkerShapes,
  start: {
    virtualServers: 'array',
    settings: 'object',
    resume: 'object',
    owned: 'array',
    verdicts: 'array',
    audit: 'boolean',
  },
  reload: { virtualServers: 'array', settings: 'object' },
  verdict: { verdict: 'object' },
  table: { entries: 'array' },
  results: { n: 'number', errnos: 'array' },
  stop: { tell: 'boolean', release: 'boolean' },
}

export const fromIpvsShapes: Shapes<FromIpvs> = {
  ...fromAnyWorkerShapes,
  step: { virtualServer: 'string', snapshot: 'nullable-object', effects: 'array' },
  commands: { n: 'number', commands: 'array' },
  dump: { services: 'array' },
  owned: { services: 'array' },
  refused: { service: 'string', op: 'string', detail: 'string', errno: 'number' },
  accepted: { service: 'string' },
  drifted: { service: 'string', changes: 'number', what: 'string' },
  stopped: {},
}
