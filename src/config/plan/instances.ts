// Instances of a plan: matched by name, as a reload matches them, and what the change means for the addresses, the role and
// the other nodes.

import { ownerPriority } from '../../lib/priority.ts'
import { skewUs } from '../../lib/skew.ts'
import { listed, shortSeconds } from '../advice/words.ts'
import { authentication, vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import type { Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import { addressText, instanceChanges } from './instance-fields.ts'
import type { FieldChange, PlanItem, Role, Roles } from './item.ts'
import { changeOf, pairUp } from './item.ts'

export function planInstances(before: WrittenConfig, after: WrittenConfig, roles: Roles): readonly PlanItem[] {
  const pairs = pairUp(before.instances, after.instances, instance => instance.name)
  return pairs.flatMap(({ name, before: old, after: fresh }) => {
    const part = { kind: 'vrrp_instance', name, change: changeOf(old, fresh) } as const
    if (old === undefined || fresh === undefined) {
      const effects = fresh === undefined ? effectsOfRemoval(old!, roles[name]) : effectsOfAddition(fresh)
      return { ...part, fields: [], effects }
    }
    const fields = instanceChanges(before, old, after, fresh)
    if (fields.length === 0) return []
    return { ...part, fields, effects: effectsOfChange(old, fresh, fields, roles[name]) }
  })
}

function effectsOfAddition(fresh: VrrpInstance): readonly string[] {
  const addresses = listed(placedAddresses(fresh)) || 'no address'
  const start =
    fresh.priority === ownerPriority
      ? 'owner of its addresses: MASTER at once'
      : `starts as BACKUP, MASTER after ${waitText(fresh)} unless it hears a MASTER of higher priority`
  return [start, `as MASTER it holds ${addresses}`]
}

function effectsOfRemoval(old: VrrpInstance, role: Role | undefined): readonly string[] {
  const addresses = placedAddresses(old).map(address => `VIP ${address} is removed`)
  const told = old.notify.notifyDeleted ? 'DELETED is notified' : 'FAULT is notified'
  const resigns = 'resigns with priority 0, so a BACKUP takes over within its skew time'
  if (role === 'master') return [resigns, ...addresses, told]
  if (role === undefined) return [`as MASTER it ${resigns}`, ...addresses.map(text => `${text} where it is held`), told]
  return [`is ${role.toUpperCase()} here, so no address moves`, told]
}

function effectsOfChange(
  old: VrrpInstance,
  fresh: VrrpInstance,
  fields: readonly FieldChange[],
  role: Role | undefined,
): readonly string[] {
  const changed = new Set(fields.map(({ field }) => field))
  return [
    ...addressEffects(old, fresh, role),
    ...wireEffects(old, fresh, changed),
    ...peerEffects(fields),
    ...priorityEffects(old, fresh, role),
    ...(changed.has(vrrpInstance.interface.keyword)
      ? [`adverts leave on ${fresh.interface} instead of ${old.interface}`]
      : []),
    roleEffect(fresh, role),
  ]
}

function addressEffects(old: VrrpInstance, fresh: VrrpInstance, role: Role | undefined): readonly string[] {
  const [before, after] = [placedAddresses(old), placedAddresses(fresh)]
  const removed = before.filter(address => !after.includes(address))
  const added = after.filter(address => !before.includes(address))
  switch (role) {
    case 'master':
      return [
        ...removed.map(address => `VIP ${address} is removed`),
        ...added.map(address => `VIP ${address} is added and announced`),
      ]
    case undefined:
      return [
        ...removed.map(address => `VIP ${address} is removed where it is held`),
        ...added.map(address => `VIP ${address} is added and announced if this node is MASTER`),
      ]
    default:
      return [
        ...removed.map(address => `VIP ${address} is not taken over any more`),
        ...added.map(address => `VIP ${address} is taken over too, not held now`),
      ]
  }
}

/** Fields that all nodes must agree on. */
const agreed: readonly string[] = [
  vrrpInstance.virtualRouterId,
  vrrpInstance.nativeIpv6,
  vrrpInstance.version,
  authentication.authType,
  authentication.authPass,
  vrrpInstance.mcastDstIp,
].map(row => row.keyword)

function wireEffects(old: VrrpInstance, fresh: VrrpInstance, changed: ReadonlySet<string>): readonly string[] {
  const fields = agreed.filter(field => changed.has(field))
  const also = ({ keyword }: Row, matters: boolean) => (matters && changed.has(keyword) ? [keyword] : [])
  fields.push(...also(vrrpInstance.v3ChecksumAsV2, fresh.version === 3 && fresh.family === 4))
  fields.push(...also(vrrpInstance.advertInt, fresh.version === 2 && old.version === 2))
  if (fields.length === 0) return []
  return [
    `nodes with the old ${listed(fields)} do not hear this one and it does not hear them: two MASTERs until all are changed`,
  ]
}

function peerEffects(fields: readonly FieldChange[]): readonly string[] {
  const peers = fields.find(({ field }) => field === vrrpInstance.unicastPeer.keyword)
  return [
    ...(peers?.from ?? []).map(
      peer => `${peer} gets no adverts any more: it becomes MASTER too if it hears no other node`,
    ),
    ...(peers?.to ?? []).map(peer => `adverts go to ${peer} too; it must list this node`),
  ]
}

function priorityEffects(old: VrrpInstance, fresh: VrrpInstance, role: Role | undefined): readonly string[] {
  if (old.priority === fresh.priority) return []
  const change = `priority ${old.priority} → ${fresh.priority}`
  if (role === 'master') {
    return fresh.priority < old.priority
      ? [`${change}: a node of higher priority that preempts takes the role away`]
      : [`${change}: no role changes`]
  }
  if (role !== undefined && fresh.priority > old.priority && fresh.preempt) {
    return [`${change}: takes over from a MASTER of lower priority`]
  }
  return [`${change}: the election goes by the new value`]
}

function roleEffect(fresh: VrrpInstance, role: Role | undefined): string {
  switch (role) {
    case 'master':
      return 'role kept: stays MASTER, sends an advert at once'
    case 'backup':
      return `stays BACKUP, restarts its master-down timer (${waitText(fresh)})`
    case 'fault':
    case 'init':
      return 'faults and start conditions are looked at anew'
    case undefined:
      return `a MASTER keeps its role and sends an advert at once, a BACKUP restarts its master-down timer (${waitText(fresh)})`
  }
}

function placedAddresses(instance: VrrpInstance): readonly string[] {
  return [...instance.addresses, ...instance.excludedAddresses].map(vip =>
    addressText(vip, instance).replace(/ dev (\S+)/, ' on $1'),
  )
}

/** Master-down time at the configured priority. */
function waitText({ version, priority, advertIntervalUs, downTimerAdverts }: VrrpInstance): string {
  return shortSeconds(downTimerAdverts * advertIntervalUs + skewUs(version, priority, advertIntervalUs))
}
