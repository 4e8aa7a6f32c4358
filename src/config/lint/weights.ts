// Weights of trackers that cannot do what they were written for. These rules look at one node. Whether a weight is
// large enough depends on the other nodes: src/config/cluster checks that.

import { ownerPriority } from '../../lib/priority.ts'
import type { TrackedKind } from '../../lib/tracked-reading.ts'
import type { Finding } from '../advice/finding.ts'
import { namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import { trackLists } from '../blocks/tracking/keywords.ts'
import { lastOf, rowsOf, type Statement } from '../language/entry.ts'
import type { ListRow } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import { type CountedTrackers, countedOf, groupOf, reachOf } from './counted.ts'
import type { LintRule } from './rule.ts'

interface Tracker {
  readonly list: ListRow<readonly [string]>
  readonly name: string
  readonly weight: number
  readonly min: number
  readonly max: number
}

export const weightRules: readonly LintRule[] = [
  {
    code: 'KA2001',
    title: 'A weight that never changes the priority',
    severity: 'warning',
    check: config => config.instances.flatMap(instance => withoutEffect(config, instance)),
  },
  {
    code: 'KA2002',
    title: 'A weight together with nopreempt',
    severity: 'warning',
    check: config => config.instances.flatMap(instance => besideNopreempt(config, instance)),
  },
]

function withoutEffect(config: WrittenConfig, instance: VrrpInstance): readonly Finding[] {
  const { name, priority } = instance
  const trackers = weighted(countedOf(config, instance))
  return trackers.flatMap(tracker => {
    const cause =
      priority === ownerPriority ? 'trackers never change priority 255' : limitedBy(tracker, trackers, priority)
    if (cause === undefined) return []
    return {
      ...siteOfTracker(config, name, tracker),
      message: `weight ${signed(tracker.weight)} of ${tracker.name} never changes the priority of ${name}: ${cause}`,
      help: 'choose a priority from which the weight leads past those of the other nodes, or weight 0 to give up the address',
    }
  })
}

/** The sum stays beyond a limit, whatever the other trackers add. */
function limitedBy(tracker: Tracker, all: readonly Tracker[], priority: number): string | undefined {
  const others = all.filter(other => other !== tracker)
  const lowest = others.reduce((sum, other) => sum + other.min, priority) + tracker.min
  const highest = others.reduce((sum, other) => sum + other.max, priority) + tracker.max
  if (lowest >= 254) return `it is 254 at most, which it has without the weight (priority ${priority})`
  return highest <= 1 ? `it is 1 at least, which it has without the weight (priority ${priority})` : undefined
}

function besideNopreempt(config: WrittenConfig, instance: VrrpInstance): readonly Finding[] {
  if (instance.preempt) return []
  const nopreempt = lastOf(namedBlock(config, topLevel.vrrpInstance, instance.name), vrrpInstance.nopreempt)
  return weighted(countedOf(config, instance)).map(tracker => ({
    ...siteOfTracker(config, instance.name, tracker),
    message: `${tracker.name} has weight ${signed(tracker.weight)} but ${instance.name} has nopreempt: no node takes the address from a MASTER that only lost priority`,
    help: 'write weight 0, so that a failure gives up the address, or remove nopreempt on all nodes',
    ...relatedTo(nopreempt, 'nopreempt is here'),
  }))
}

const objectLists: Readonly<Record<TrackedKind, ListRow<readonly [string]>>> = {
  file: trackLists.trackFile,
  process: trackLists.trackProcess,
  bfd: trackLists.trackBfd,
}

function weighted(trackers: CountedTrackers): readonly Tracker[] {
  const scripts = trackers.scripts.map(each => ({ list: trackLists.trackScript, name: each.script, each }))
  const links = trackers.interfaces.map(each => ({ list: trackLists.trackInterface, name: each.interface, each }))
  const objects = trackers.objects.map(each => ({ list: objectLists[each.kind], name: each.name, each }))
  return [...scripts, ...links, ...objects]
    .filter(({ each }) => each.weight !== 0)
    .map(({ list, name, each }) => ({ list, name, weight: each.weight, ...reachOf(each) }))
}

/** The row of the instance, else that of its group. */
function siteOfTracker(config: WrittenConfig, instance: string, { list, name }: Tracker): Pick<Finding, 'at'> {
  const group = groupOf(config, instance)
  const blocks = [
    namedBlock(config, topLevel.vrrpInstance, instance),
    ...(group === undefined ? [] : [namedBlock(config, topLevel.vrrpSyncGroup, group.name)]),
  ]
  const row = blocks.flatMap(block => rowsOf(block, list)).find(({ values }) => values[0] === name)
  return row === undefined ? {} : { at: row.at }
}

function relatedTo(setting: Statement | undefined, message: string): Pick<Finding, 'related'> {
  return setting === undefined ? {} : { related: [{ at: setting.at, message }] }
}

function signed(weight: number): string {
  return weight > 0 ? `+${weight}` : String(weight)
}
