// KEEPALIVED-MIB, VRRP part: vrrpInstanceTable (.2.3). Times are seconds in version 2 and hundredths of a second in version 3 for
// the advert interval, as keepalived shows them, and seconds elsewhere.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { NotifyScripts } from '../../../config/blocks/script/model.ts'
import { authTypes } from '../../../lib/auth-type.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { VRRP } from './keepalived-oid.ts'
import { type Column, type Row, type Setter, table } from './mib.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'
import { hasScripts, scriptText } from './script-text.ts'
import { gauge, inetAddress, inetAddressType, integer, text, yesNo } from './value.ts'
import { initialStateOf, stateOf } from './vrrp-state.ts'

const usPerCentisecond = 10_000
const priorityMax = 255

const setPriority: Setter<InstanceModel> = ({ params }, value) => {
  if (typeof value === 'string' || value.type !== 'integer') return { ok: false, why: 'wrongType' }
  // keepalived takes any number here and uses its lowest eight bits.
  if (value.value < 1 || value.value > priorityMax) return { ok: false, why: 'wrongValue' }
  const change = { type: 'priority', instance: params.name, value: value.value, before: params.priority } as const
  return { ok: true, change }
}

const setPreempt: Setter<InstanceModel> = ({ params }, value) => {
  if (typeof value === 'string' || value.type !== 'integer') return { ok: false, why: 'wrongType' }
  if (value.value !== 1 && value.value !== 2) return { ok: false, why: 'wrongValue' }
  const change = { type: 'preempt', instance: params.name, value: value.value === 1, before: params.preempt } as const
  return { ok: true, change }
}

export const instanceMib: readonly Column[] = table<InstanceModel>(
  [...VRRP, 3, 1],
  numberedInstances,
  {
    2: ({ params }) => text(params.name),
    3: ({ params }) => gauge(params.vrid),
    4: instance => integer(stateOf(instance)),
    5: instance => integer(initialStateOf(instance)),
    // The state that it strives for is the one that it is in: there are no intermediate ones.
    6: instance => integer(stateOf(instance)),
    7: ({ params }) => integer(params.priority),
    8: ({ params, state }) => integer(state?.effectivePriority ?? params.priority),
    9: (instance, model) => yesNo(allAddressesHeld(instance.params, model)),
    10: ({ params }) => text(params.interface),
    // keepalived: whether it tracks any interface by name.
    11: ({ params }) => yesNo(params.trackedInterfaces.length > 0),
    12: ({ params }) => gauge(params.advertIntervalUs / (params.version === 2 ? usPerSecond : usPerCentisecond)),
    13: ({ params }) => yesNo(params.preempt),
    14: ({ params }) => gauge(params.preemptDelayUs / usPerSecond),
    15: ({ params }) => integer(authTypes[params.authentication.type]),
    16: ({ params }, model) => yesNo(model.lvs?.syncDaemon?.instance === params.name),
    17: ({ params }, { lvs }) =>
      lvs?.syncDaemon?.instance === params.name ? text(lvs.syncDaemon.interface) : undefined,
    18: ({ params }, model) => {
      const group = model.groups.find(each => each.members.includes(params.name))
      return group === undefined ? undefined : text(group.name)
    },
    19: ({ params }) => gauge(params.garp.masterDelayUs / usPerSecond),
    20: ({ params }) => yesNo(params.smtpAlert),
    21: ({ params: { notify } }) => yesNo(notifies(notify)),
    22: ({ params }) => scriptText(params.notify.master),
    23: ({ params }) => scriptText(params.notify.backup),
    24: ({ params }) => scriptText(params.notify.fault),
    25: ({ params }) => scriptText(params.notify.stop),
    26: ({ params }) => scriptText(params.notify.any),
    // keepalived: version 2 has no accept mode, shown as 0.
    27: ({ params }) => (params.version === 2 ? integer(0) : yesNo(params.accept)),
    28: ({ params }) => yesNo(params.promoteSecondaries),
    // Links are never polled.
    29: () => yesNo(false),
    30: ({ params }) => integer(params.version),
    31: ({ params }) => scriptText(params.notify.masterRxLowerPri),
    32: ({ params }) => scriptText(params.notify.deleted),
    33: ({ params }) => yesNo(params.notify.notifyDeleted),
    34: ({ params }) => (usesGroup(params) ? inetAddressType(params.family) : undefined),
    35: ({ params }) => (usesGroup(params) ? inetAddress(params.multicastGroup) : undefined),
    36: ({ params }) => (params.version === 3 && params.family === 4 ? yesNo(params.v3ChecksumAsV2) : undefined),
  },
  { 7: setPriority, 13: setPreempt },
)

function numberedInstances(model: ReadModel): readonly Row<InstanceModel>[] {
  return model.instances.map((instance, i) => ({ index: [i + 1], of: instance }))
}

/** What `held` calls an address. */
export function heldKey(instance: string, address: { readonly address: string; readonly prefix: number }): string {
  return `${instance} ${address.address}/${address.prefix}`
}

function allAddressesHeld(params: VrrpInstance, model: ReadModel): boolean {
  const all = [...params.addresses, ...params.excludedAddresses]
  return all.every(address => model.held.has(heldKey(params.name, address)))
}

function notifies(notify: NotifyScripts): boolean {
  const { master, backup, fault, stop, deleted, masterRxLowerPri, any } = notify
  return hasScripts(master, backup, fault, stop, deleted, masterRxLowerPri, any)
}

function usesGroup(params: VrrpInstance): boolean {
  return params.unicast === undefined && params.broadcastAddress === undefined
}
