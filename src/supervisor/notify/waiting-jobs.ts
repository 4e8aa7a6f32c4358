// The notifications of one name that wait for their scripts. States are what an operator acts on, so an event never costs one its
// place; several equal events are one. Pure.

import type { ScriptCommand } from '../../config/blocks/script/model.ts'

/** The scripts of one notification, run one after the other. */
export interface NotifyJob {
  /** Whose line: `INSTANCE name` or `GROUP name`. */
  readonly line: string
  readonly state: string
  /** Something that happened, and may do so again; not what the state is from now on. */
  readonly isEvent: boolean
  readonly runs: readonly { readonly command: ScriptCommand; readonly extraArgs: readonly string[] }[]
}

/** The list with one more job, at most `max` long, and the job that had to go for it. */
export function withJob(
  waiting: readonly NotifyJob[],
  job: NotifyJob,
  max: number,
): { readonly waiting: readonly NotifyJob[]; readonly dropped: NotifyJob | undefined } {
  const isRepeated = job.isEvent && waiting.some(one => one.isEvent && one.state === job.state)
  if (isRepeated) return { waiting, dropped: undefined }
  const more = [...waiting, job]
  if (more.length <= max) return { waiting: more, dropped: undefined }
  const oldestEvent = more.findIndex(({ isEvent }) => isEvent)
  // Of states alone the newest count.
  const goes = Math.max(0, oldestEvent)
  return { waiting: more.filter((_, i) => i !== goes), dropped: more[goes] }
}

/** At the shutdown only the newest state is still told. */
export function newestOf(waiting: readonly NotifyJob[]): NotifyJob | undefined {
  return waiting.findLast(({ isEvent }) => !isEvent) ?? waiting.at(-1)
}
