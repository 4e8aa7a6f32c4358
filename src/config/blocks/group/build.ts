// vrrp_sync_group blocks to the model: members are looked up after all instances are known.

import type { Entry } from '../../language/entry.ts'
import { entriesOf, isSet, lastOf, read, textsOf } from '../../language/entry.ts'
import { problem } from '../../report/codes.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf, placeOf } from '../context.ts'
import type { GlobalDefs } from '../global/model.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import type { SyncGroup, VrrpInstance } from '../instance/model.ts'
import { topLevel } from '../keywords.ts'
import { buildNotify } from '../script/notify.ts'
import type { KnownScripts } from '../tracking/build.ts'
import { buildTracking } from '../tracking/build.ts'
import type { KnownObject } from '../tracking/tracked-objects.ts'
import { buildTrackedObjects } from '../tracking/tracked-objects.ts'
import { syncGroup } from './keywords.ts'

export interface GroupInputs {
  readonly global: GlobalDefs
  readonly scripts: KnownScripts
  readonly objects: readonly KnownObject[]
  readonly position: number
  /** Names of all instances of the file, those that were refused for a fault of their own included. */
  readonly instances: ReadonlySet<string>
  /** Instances that already belong to a group, with the name of that group. */
  readonly taken: Map<string, string>
}

/** The group, or undefined if no member is left. Notes its members in `taken`. */
export function buildSyncGroup(block: Entry, inputs: GroupInputs, context: BuildContext): SyncGroup | undefined {
  const name = nameOf(block)
  const members = buildMembers(block, name, inputs, context)
  if (members.length === 0) {
    complain(context, 'group-without-members', block, `sync group ${name} has no member; it is left out`, {
      help: 'list instances in group { }',
    })
    return undefined
  }
  if (members.length === 1) {
    complain(context, 'group-of-one', block, `sync group ${name} has only one member, so it binds nothing together`, {
      help: 'add the other instances, or remove the group',
    })
  }
  const tracking = buildTracking(block, inputs.position, inputs.scripts, undefined, context)
  return {
    name,
    place: placeOf(block),
    members,
    notify: buildNotify(block, context),
    smtpAlert: read(block, syncGroup.smtpAlert) ?? inputs.global.smtpAlertVrrp ?? inputs.global.smtpAlert ?? false,
    trackingWeight: isSet(block, syncGroup.syncGroupTrackingWeight),
    trackedScripts: tracking.scripts,
    trackedInterfaces: tracking.interfaces,
    trackedObjects: buildTrackedObjects(block, inputs.position, inputs.objects, context),
  }
}

/** What members take over from their group unless they say something of their own: notify_priority_changes. */
export function withGroupDefaults(
  instances: readonly VrrpInstance[],
  groups: readonly SyncGroup[],
  root: Entry,
): readonly VrrpInstance[] {
  const named = (blocks: readonly Entry[], name: string) => blocks.find(block => nameOf(block) === name)
  return instances.map(instance => {
    const group = groups.find(({ members }) => members.includes(instance.name))
    const ofGroup =
      group === undefined
        ? undefined
        : read(named(entriesOf(root, topLevel.vrrpSyncGroup), group.name), syncGroup.notifyPriorityChanges)
    if (
      ofGroup === undefined ||
      isSet(named(entriesOf(root, topLevel.vrrpInstance), instance.name), vrrpInstance.notifyPriorityChanges)
    ) {
      return instance
    }
    return { ...instance, notifyPriorityChanges: ofGroup }
  })
}

function buildMembers(block: Entry, name: string, inputs: GroupInputs, context: BuildContext): readonly string[] {
  const members: string[] = []
  const rows = lastOf(block, syncGroup.group)?.children ?? []
  for (const [row, member] of rows.flatMap(each => textsOf(each).map(text => [each, text] as const))) {
    const other = inputs.taken.get(member)
    if (!inputs.instances.has(member)) {
      const span = row.words.find(word => word.text === member)?.span ?? row.span
      const message = `sync group ${name} names '${member}', which is no vrrp_instance`
      context.report(problem('unknown-group-member', span, message, { help: helpOnMember(member, inputs.instances) }))
    } else if (other !== undefined) {
      const message = `${member} belongs to sync group ${other} already; ${name} does without it`
      complain(context, 'member-of-two-groups', row, message, { help: 'an instance can be in one group only' })
    } else {
      inputs.taken.set(member, name)
      members.push(member)
    }
  }
  return members
}

function helpOnMember(member: string, instances: ReadonlySet<string>): string {
  const bare = member.replace(/[,;]+$/, '')
  if (bare !== member)
    return `names are separated by blanks: write ${bare === '' ? 'them' : bare} without '${member.slice(bare.length)}'`
  if (instances.size === 0) return 'define the instance'
  return `instances that are defined: ${[...instances].join(', ')}`
}
