// Why an instance must not run, worked out anew from what it has seen: there is no count that could get out of balance.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { effectOfReading, readingOf } from '../../../lib/tracked-reading.ts'
import { reachOf } from './destination.ts'
import type { Fault, World } from './state.ts'

/** All present faults; empty: the instance can run. */
export function faultsOf(params: VrrpInstance, world: World): Fault[] {
  const faults: Fault[] = []
  if (!params.dontTrackPrimary && !world.interfaceUp) faults.push('interface-down')
  if (reachOf(params) === 'multicast' && world.ifindex !== 0 && !world.multicast) faults.push('not-multicast')
  if (world.broadcastLost) faults.push('not-broadcast')
  if (params.unicast?.peers.length === 0) faults.push('no-unicast-peer')
  if (world.sourceLost) faults.push('no-source-ip')
  if (world.deaf !== null) faults.push('deaf')
  if (world.mute !== null) faults.push('mute')
  if (hasBadTracker(params, world)) faults.push('tracker')
  if (isWaiting(params, world)) faults.push('waiting')
  if (world.groupFault) faults.push('group')
  return faults
}

/** The faults that stop an instance which is already running: a script without a result yet only hinders the start. */
export function stoppingFaults(faults: readonly Fault[]): Fault[] {
  return faults.filter(fault => fault !== 'waiting')
}

function hasBadTracker(params: VrrpInstance, world: World): boolean {
  const badScript = params.trackedScripts.some(({ script, weight, reverse }) => {
    const status = world.scripts[script] ?? 'unknown'
    return weight === 0 && status !== 'unknown' && (status === 'up') === reverse
  })
  const badLink = params.trackedInterfaces.some(
    ({ interface: name, weight, reverse }) => weight === 0 && (world.links[name] ?? false) === reverse,
  )
  const badObject = params.trackedObjects.some(
    ({ kind, name, weight, reverse }) =>
      effectOfReading(kind, weight, reverse, readingOf(world.readings, kind, name)).fault,
  )
  return badScript || badLink || badObject
}

function isWaiting(params: VrrpInstance, world: World): boolean {
  return params.trackedScripts.some(
    ({ script, weight }) => weight === 0 && (world.scripts[script] ?? 'unknown') === 'unknown',
  )
}
