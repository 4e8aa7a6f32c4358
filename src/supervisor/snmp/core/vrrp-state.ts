// States of instances and sync groups as the MIBs number them. KEEPALIVED-MIB VrrpState, RFC 2787 vrrpOperState, RFC 6527
// vrrpv3OperationsStatus.

import type { SyncGroup } from '../../../config/blocks/instance/model.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'

export const mibStates = { init: 0, backup: 1, master: 2, fault: 3, shutdown: 5, deleted: 6 } as const

export function stateOf(instance: InstanceModel): number {
  return mibStates[instance.state?.name ?? 'init']
}

/** initialize(1), backup(2), master(3): a fault is no state of the RFCs. */
export function rfcStateOf(instance: InstanceModel): number {
  const name = instance.state?.name
  return name === 'master' ? 3 : name === 'backup' ? 2 : 1
}

/** A group is at fault if a member is, and otherwise what its members are, once they agree. */
export function groupStateOf(model: ReadModel, group: SyncGroup): number {
  const states = model.instances.filter(({ params }) => group.members.includes(params.name)).map(stateOf)
  if (states.includes(mibStates.fault)) return mibStates.fault
  if (states.length > 0 && states.every(state => state === mibStates.master)) return mibStates.master
  return states.includes(mibStates.backup) || states.includes(mibStates.master) ? mibStates.backup : mibStates.init
}

/** Configured state. */
export function initialStateOf(instance: InstanceModel): number {
  return mibStates[instance.params.initialState === 'MASTER' ? 'master' : 'backup']
}
