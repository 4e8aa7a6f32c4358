// Members of a sync group that would move for different reasons: the group is MASTER together or not at all, so what differs
// between members is decided by the one that happens to act last. keepalived.conf(5), vrrp_sync_group.

import type { Finding, Site } from '../advice/finding.ts'
import { listed } from '../advice/words.ts'
import { namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { SyncGroup, VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import { lastOf } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import { membersOf } from './counted.ts'
import type { LintRule } from './rule.ts'

export const groupRules: readonly LintRule[] = [
  {
    code: 'KA2201',
    title: 'Members of a sync group with different priorities',
    severity: 'warning',
    check: config =>
      differing(config, vrrpInstance.priority, member => String(member.priority), {
        message: (group, values) => `members of sync group ${group} have different priorities: ${values}`,
        help: 'give all members of a node one priority; else which node wins depends on the member that is heard last',
      }),
  },
  {
    code: 'KA2202',
    title: 'Members of a sync group that track different things',
    severity: 'warning',
    check: config =>
      differing(config, vrrpInstance.trackScript, trackedBy, {
        message: (group, values) => `members of sync group ${group} track different things: ${values}`,
        help: 'a fault of one member holds all of them: track what matters in the vrrp_sync_group, once for all',
      }),
  },
  {
    code: 'KA2203',
    title: 'Members of a sync group with and without nopreempt',
    severity: 'warning',
    check: config =>
      differing(config, vrrpInstance.nopreempt, member => (member.preempt ? 'preempt' : 'nopreempt'), {
        message: (group, values) => `members of sync group ${group} differ in preemption: ${values}`,
        help: 'write nopreempt in all members or in none; a member that preempts cannot take the others with it',
      }),
  },
]

interface Wording {
  message(group: string, values: string): string
  readonly help: string
}

/** One finding for each group whose members do not all have the same value. */
function differing(
  config: WrittenConfig,
  row: Row,
  show: (member: VrrpInstance) => string,
  wording: Wording,
): readonly Finding[] {
  return config.syncGroups.flatMap(group => {
    const members = membersOf(config, group)
    if (new Set(members.map(show)).size < 2) return []
    const values = listed(members.map(member => `${member.name} ${show(member)}`))
    return {
      at: siteOfGroup(config, group),
      message: wording.message(group.name, values),
      help: wording.help,
      related: members.map(member => ({
        at: siteInMember(config, member, row),
        message: memberText(member, show),
      })),
    }
  })
}

function memberText(member: VrrpInstance, show: (member: VrrpInstance) => string): string {
  return `${member.name}: ${show(member)}`
}

function trackedBy({ trackedScripts, trackedInterfaces, trackedObjects }: VrrpInstance): string {
  const names = [
    ...trackedScripts.map(each => each.script),
    ...trackedInterfaces.map(each => each.interface),
    ...trackedObjects.map(each => each.name),
  ]
  return names.length === 0 ? 'nothing' : names.sort().join(' ')
}

function siteOfGroup(config: WrittenConfig, { name, place }: SyncGroup): Site {
  return namedBlock(config, topLevel.vrrpSyncGroup, name)?.at ?? place
}

function siteInMember(config: WrittenConfig, { name, place }: VrrpInstance, row: Row): Site {
  const block = namedBlock(config, topLevel.vrrpInstance, name)
  return (lastOf(block, row) ?? block)?.at ?? place
}
