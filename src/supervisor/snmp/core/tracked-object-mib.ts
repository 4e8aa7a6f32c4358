// KEEPALIVED-MIB, VRRP part: track files, BFD sessions and track processes, and who tracks them (.2.12, .2.13, .2.16 to .2.22).

import type { BfdInstance } from '../../../config/blocks/bfd/model.ts'
import type { TrackedObject, TrackFile, VrrpTrackProcess } from '../../../config/blocks/tracking/model.ts'
import { type Readings, readingOf, type TrackedKind } from '../../../lib/tracked-reading.ts'
import { VRRP } from './keepalived-oid.ts'
import { type Column, type Row, table } from './mib.ts'
import type { ReadModel } from './read-model.ts'
import { gauge, integer, text, yesNo } from './value.ts'

interface Tracker {
  readonly trackedObjects: readonly TrackedObject[]
}

const parameterMatches = { any: 0, exact: 1, partial: 2, initial: 3 } as const

const instances = (model: ReadModel): readonly Tracker[] => model.instances.map(({ params }) => params)
const groups = (model: ReadModel): readonly Tracker[] => model.groups

export const trackedObjectMib: readonly Column[] = [
  ...trackedTable(12, 'file', instances),
  ...trackedTable(16, 'file', groups),
  ...trackedTable(17, 'bfd', instances),
  ...trackedTable(19, 'bfd', groups),
  ...trackedTable(20, 'process', instances),
  ...trackedTable(22, 'process', groups),
  ...table<TrackFile>([...VRRP, 13, 1], model => used(model, 'file', model.trackFiles), {
    2: file => text(file.name),
    3: file => text(file.path),
    4: (file, { readings }) => integer(readingOf(readings, 'file', file.name)),
    5: file => integer(file.weight),
    6: file => yesNo(file.reverse),
  }),
  ...table<BfdInstance>([...VRRP, 18, 1], model => numbered(model.bfd.filter(({ tellsVrrp }) => tellsVrrp)), {
    2: session => text(session.name),
    3: (session, { readings }) => integer(readingOf(readings, 'bfd', session.name)),
    // A session has no weight of its own: each tracker has one.
    4: () => integer(0),
    5: () => yesNo(false),
  }),
  ...table<VrrpTrackProcess>([...VRRP, 21, 1], model => used(model, 'process', model.trackProcesses), {
    2: tracked => text(tracked.name),
    3: tracked => text(tracked.command),
    4: tracked => text(tracked.parameters.join(' ')),
    5: tracked => integer(parameterMatches[tracked.parameterMatch]),
    6: tracked => integer(tracked.weight),
    7: tracked => yesNo(tracked.reverse),
    8: tracked => gauge(tracked.quorum),
    // keepalived: -1 for any number; microseconds.
    9: tracked => integer(tracked.quorumMax ?? -1),
    10: tracked => gauge(tracked.forkDelayUs),
    11: tracked => gauge(tracked.terminateDelayUs),
    12: tracked => yesNo(tracked.fullCommand),
    13: (tracked, model) => integer(model.processCounts[tracked.name] ?? 0),
    14: (tracked, { readings }) => yesNo(isUp(readings, tracked)),
  }),
]

/** Columns: index, name, weight, reverse. */
function trackedTable(
  number: number,
  kind: TrackedKind,
  trackers: (model: ReadModel) => readonly Tracker[],
): readonly Column[] {
  const rows = (model: ReadModel): Row<TrackedObject>[] =>
    trackers(model).flatMap(({ trackedObjects }, i) =>
      trackedObjects.filter(object => object.kind === kind).map((of, j) => ({ index: [i + 1, j + 1], of })),
    )
  return table<TrackedObject>([...VRRP, number, 1], rows, {
    2: object => text(object.name),
    3: object => integer(object.weight),
    4: object => yesNo(object.reverse),
  })
}

/** keepalived forgets what nobody tracks. */
function used<T extends { readonly name: string }>(
  model: ReadModel,
  kind: TrackedKind,
  defined: readonly T[],
): readonly Row<T>[] {
  const all = [...instances(model), ...groups(model)].flatMap(({ trackedObjects }) => trackedObjects)
  const names = new Set(all.filter(object => object.kind === kind).map(({ name }) => name))
  return numbered(defined.filter(({ name }) => names.has(name)))
}

function numbered<T>(list: readonly T[]): readonly Row<T>[] {
  return list.map((of, i) => ({ index: [i + 1], of }))
}

function isUp(readings: Readings, { name }: VrrpTrackProcess): boolean {
  return readingOf(readings, 'process', name) !== 0
}
