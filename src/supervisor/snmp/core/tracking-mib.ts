// KEEPALIVED-MIB, VRRP part: what instances and sync groups track, and the scripts (.2.4, .2.5, .2.9, .2.14, .2.15).

import type { TrackedInterface, TrackedScript, VrrpScript } from '../../../config/blocks/tracking/model.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { VRRP } from './keepalived-oid.ts'
import { type Column, type Row, table } from './mib.ts'
import type { ReadModel } from './read-model.ts'
import { scriptText } from './script-text.ts'
import { gauge, integer, text, type Value, yesNo } from './value.ts'

interface Tracker {
  readonly trackedInterfaces: readonly TrackedInterface[]
  readonly trackedScripts: readonly TrackedScript[]
}

const instances = (model: ReadModel): readonly Tracker[] => model.instances.map(({ params }) => params)
const groups = (model: ReadModel): readonly Tracker[] => model.groups

export const trackingMib: readonly Column[] = [
  ...interfaceTable(4, instances),
  ...scriptTable(5, instances),
  ...interfaceTable(14, groups),
  ...scriptTable(15, groups),
  ...table<VrrpScript>([...VRRP, 9, 1], model => usedScripts(model).map((of, i) => ({ index: [i + 1], of })), {
    2: script => text(script.name),
    3: script => scriptText(script.command),
    4: script => integer(script.intervalUs / usPerSecond),
    5: script => integer(script.weight),
    6: resultOf,
    7: script => gauge(script.rise),
    8: script => gauge(script.fall),
    9: script => yesNo(script.reverse),
    10: script => text(script.command.argv[0] ?? ''),
    11: script => gauge(script.intervalUs),
    12: script => gauge(script.timeoutUs),
  }),
]

function interfaceTable(number: number, trackers: (model: ReadModel) => readonly Tracker[]): readonly Column[] {
  // keepalived: the position in the list, although the MIB says ifIndex.
  const rows = (model: ReadModel): Row<TrackedInterface>[] =>
    trackers(model).flatMap(({ trackedInterfaces }, i) =>
      trackedInterfaces.map((of, j) => ({ index: [i + 1, j + 1], of })),
    )
  return table<TrackedInterface>([...VRRP, number, 1], rows, {
    1: tracked => text(tracked.interface),
    2: tracked => integer(tracked.weight),
    3: tracked => yesNo(tracked.reverse),
  })
}

function scriptTable(number: number, trackers: (model: ReadModel) => readonly Tracker[]): readonly Column[] {
  const rows = (model: ReadModel): Row<TrackedScript>[] =>
    trackers(model).flatMap(({ trackedScripts }, i) => trackedScripts.map((of, j) => ({ index: [i + 1, j + 1], of })))
  return table<TrackedScript>([...VRRP, number, 1], rows, {
    2: tracked => text(tracked.script),
    3: tracked => integer(tracked.weight),
    4: tracked => yesNo(tracked.reverse),
  })
}

/** keepalived throws scripts away that nobody tracks. */
function usedScripts(model: ReadModel): readonly VrrpScript[] {
  return model.scripts.filter(({ name }) => Object.hasOwn(model.scriptStatuses, name))
}

/** init(1), bad(2), good(3), initfailed(5). */
function resultOf(script: VrrpScript, model: ReadModel): Value {
  const status = model.scriptStatuses[script.name]
  if (status === 'up') return integer(3)
  if (status === 'down') return integer(2)
  return integer(script.initFail ? 5 : 1)
}
