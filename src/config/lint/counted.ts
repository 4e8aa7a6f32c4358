// Which trackers of an instance count, with its sync group considered, as the vrrp worker does it. keepalived.conf(5),
// vrrp_sync_group.

import { contribution, countedTrackers, ownerPriority } from '../../lib/priority.ts'
import type { SyncGroup, VrrpInstance } from '../blocks/instance/model.ts'
import type { TrackedInterface, TrackedObject, TrackedScript } from '../blocks/tracking/model.ts'
import type { WrittenConfig } from '../model.ts'

/** keepalived: nothing that is tracked adds more to a priority, or takes away more. */
const additionMax = 253

export interface CountedTrackers {
  readonly scripts: readonly TrackedScript[]
  readonly interfaces: readonly TrackedInterface[]
  readonly objects: readonly TrackedObject[]
}

export function groupOf(config: WrittenConfig, instance: string): SyncGroup | undefined {
  return config.syncGroups.find(group => group.members.includes(instance))
}

/** Members of a group that exist, in its order. */
export function membersOf(config: WrittenConfig, group: SyncGroup): readonly VrrpInstance[] {
  return group.members.flatMap(name => config.instances.find(instance => instance.name === name) ?? [])
}

export function countedOf(config: WrittenConfig, instance: VrrpInstance): CountedTrackers {
  const group = groupOf(config, instance.name)
  if (group === undefined) return ownTrackers(instance)
  const ownerInside = membersOf(config, group).some(member => member.priority === ownerPriority)
  const rules = { trackingWeight: group.trackingWeight, ownerInside }
  return {
    scripts: countedTrackers(instance.trackedScripts, group.trackedScripts, rules),
    interfaces: countedTrackers(instance.trackedInterfaces, group.trackedInterfaces, rules),
    objects: countedTrackers(instance.trackedObjects, group.trackedObjects, rules),
  }
}

/** What the instance itself names, whether it counts or not. */
function ownTrackers(instance: VrrpInstance): CountedTrackers {
  const { trackedScripts: scripts, trackedInterfaces: interfaces, trackedObjects: objects } = instance
  return { scripts, interfaces, objects }
}

/** What a tracker adds at least and at most. */
export function reachOf(tracker: TrackedScript | TrackedInterface | TrackedObject): { min: number; max: number } {
  // A file may say anything.
  if ('kind' in tracker && tracker.kind === 'file') return { min: -additionMax, max: additionMax }
  const { weight, reverse } = tracker
  const up = contribution(weight, reverse, true)
  const down = contribution(weight, reverse, false)
  return { min: Math.min(up, down), max: Math.max(up, down) }
}
