// Why an instance must not run, worked out anew from what it has seen and from what its sync group says: there is no count that
// could get out of balance, and no verdict of others that could outlive them.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { effectOfReading, readingOf } from '../../../lib/tracked-reading.ts'
import type { Fault, FaultKind } from '../../../lib/vrrp-fault.ts'
import { reachOf } from './destination.ts'
import type { World } from './state.ts'

/** All present faults; empty: the instance can run. `faultyMembers`: the other members of its sync group that are at fault. */
export function faultsOf(params: VrrpInstance, world: World, faultyMembers: readonly string[] = []): Fault[] {
  const group = faultyMembers.map((of): Fault => ({ kind: 'group', of }))
  return [...ownFaults(params, world), ...badTrackers(params, world), ...waiting(params, world), ...group]
}

/** The faults that stop an instance which is already running: a script without a result yet only hinders the start. */
export function stoppingFaults(faults: readonly Fault[]): Fault[] {
  return faults.filter(({ kind }) => kind !== 'waiting')
}

function ownFaults(params: VrrpInstance, world: World): Fault[] {
  const { interface: name } = params
  const faults: Fault[] = []
  const add = (kind: FaultKind, of = name) => faults.push({ kind, of })
  if (!params.dontTrackPrimary && !world.interfaceUp) add('interface-down')
  if (reachOf(params) === 'multicast' && world.ifindex !== 0 && !world.multicast) add('not-multicast')
  if (world.broadcastLost) add('not-broadcast')
  if (params.unicast?.peers.length === 0) add('no-unicast-peer')
  if (world.sourceLost) add('no-source-ip')
  if (world.deaf !== null) add('deaf', world.deaf)
  if (world.mute !== null) add('mute', world.mute)
  return faults
}

function badTrackers(params: VrrpInstance, world: World): Fault[] {
  const scripts = params.trackedScripts.flatMap(({ script, weight, reverse }): Fault[] => {
    const status = world.scripts[script] ?? 'unknown'
    if (weight !== 0 || status === 'unknown' || (status === 'up') !== reverse) return []
    return [{ kind: reverse ? 'script-up' : 'script-down', of: script }]
  })
  const links = params.trackedInterfaces.flatMap(({ interface: of, weight, reverse }): Fault[] => {
    if (weight !== 0 || (world.links[of] ?? false) !== reverse) return []
    return [{ kind: reverse ? 'tracked-interface-up' : 'tracked-interface-down', of }]
  })
  const objects = params.trackedObjects.flatMap(({ kind, name: of, weight, reverse }): Fault[] =>
    effectOfReading(kind, weight, reverse, readingOf(world.readings, kind, of)).fault ? [{ kind, of }] : [],
  )
  return [...scripts, ...links, ...objects]
}

function waiting(params: VrrpInstance, world: World): Fault[] {
  return params.trackedScripts.flatMap(({ script: of, weight }): Fault[] =>
    weight === 0 && (world.scripts[of] ?? 'unknown') === 'unknown' ? [{ kind: 'waiting', of }] : [],
  )
}
