// Every verb of the control socket by its name, and what a request is because of them.

import type { Result } from '../../lib/result.ts'
import { config } from './verbs/config.ts'
import { fault } from './verbs/fault.ts'
import { reload } from './verbs/reload.ts'
import { signal } from './verbs/signal.ts'
import { status } from './verbs/status.ts'
import type { Asked, Daemon } from './verbs/verb.ts'

/** A new verb has its line here, in the order of the help. */
export const verbs = { status, reload, signal, fault, config } as const

type VerbName = keyof typeof verbs

/** One JSON object: the name of the verb, and what is said along with it. */
export type ControlRequest = {
  readonly [Name in VerbName]: { readonly cmd: Name } & Asked<(typeof verbs)[Name]['args']>
}[VerbName]

export function isVerbName(value: unknown): value is VerbName {
  return typeof value === 'string' && Object.hasOwn(verbs, value)
}

export function answerRequest(daemon: Daemon, { cmd, ...said }: ControlRequest): Promise<Result<unknown, string>> {
  return verbs[cmd].answer(daemon, said)
}
