// Notes what an instance sees of links, scripts and other tracked objects in its `world`. reconsider.ts decides what
// follows from it.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { LinkState } from '../../../lib/link.ts'
import { readingKey } from '../../../lib/tracked-reading.ts'
import { isBroadcastLost } from './destination.ts'
import type { ScriptStatus, Surroundings } from './event.ts'
import { chooseSource } from './source-address.ts'
import type { World } from './state.ts'

/** The world after a look at everything; what is not mentioned is down, or unknown if it is a script. */
export function observeAll(params: VrrpInstance, before: World, surroundings: Surroundings): World {
  const { links, scripts, readings, reserved } = surroundings
  const nothing = { interfaceUp: false, ifindex: 0, sourceLost: true, scripts: {}, links: {}, readings: {} }
  const { deaf = before.deaf } = surroundings
  const empty: World = { ...before, ...nothing, deaf }
  const linked = links.reduce((world, link) => observeLink(params, world, link, reserved), empty)
  const statuses = params.trackedScripts.map(({ script }) => [script, scripts[script] ?? 'unknown'] as const)
  const scripted = statuses.reduce((world, [script, status]) => observeScript(params, world, script, status), linked)
  const read = Object.entries(readings)
  return read.reduce((world, [object, value]) => observeReading(params, world, object, value), scripted)
}

/** The world after news of one link; unchanged if the instance does not look at it. */
export function observeLink(params: VrrpInstance, before: World, link: LinkState, reserved: readonly string[]): World {
  const world = link.name === params.interface ? observeOwnLink(params, before, link, reserved) : before
  if (!params.trackedInterfaces.some(tracked => tracked.interface === link.name)) return world
  return { ...world, links: { ...world.links, [link.name]: link.up } }
}

/** The world after a script result. A result once known is not forgotten for an `unknown` one. */
export function observeScript(params: VrrpInstance, before: World, script: string, status: ScriptStatus): World {
  const known = before.scripts[script] ?? 'unknown'
  if (!params.trackedScripts.some(tracked => tracked.script === script)) return before
  if (status === 'unknown' && known !== 'unknown') return before
  return { ...before, scripts: { ...before.scripts, [script]: status } }
}

/** The world after news of a tracked file, BFD session or process; unchanged if the instance does not look at it. */
export function observeReading(params: VrrpInstance, before: World, object: string, value: number): World {
  if (before.readings[object] === value) return before
  if (!params.trackedObjects.some(({ kind, name }) => readingKey(kind, name) === object)) return before
  return { ...before, readings: { ...before.readings, [object]: value } }
}

function observeOwnLink(params: VrrpInstance, before: World, link: LinkState, reserved: readonly string[]): World {
  const { up: interfaceUp, ifindex, mtu, multicast } = link
  const source = chooseSource(params, link, before.source, reserved)
  return {
    ...before,
    interfaceUp,
    ifindex,
    mtu,
    multicast,
    broadcastLost: isBroadcastLost(params, link),
    source: source ?? before.source,
    sourceLost: source === null,
  }
}
