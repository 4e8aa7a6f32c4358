// Virtual routers of one number on one network (vrrp-behaviour section 3.8).

import type { Entry } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf } from '../context.ts'
import type { VrrpInstance } from './model.ts'

/**
 * Two instances of one family, number and group on one interface answer each other's adverts, as do two unicast instances of one
 * source that share a peer: fatal. Multicast and unicast do not hear each other.
 */
export function checkRouterIds(
  instances: readonly VrrpInstance[],
  blocks: readonly Entry[],
  context: BuildContext,
): void {
  const seen = new Map<string, VrrpInstance>()
  for (const instance of instances) {
    const block = blocks.find(each => nameOf(each) === instance.name)
    if (block === undefined) continue
    const keys = keysOf(instance)
    const other = keys.map(key => seen.get(key)).find(found => found !== undefined)
    if (other === undefined) {
      for (const key of keys) seen.set(key, instance)
      continue
    }
    const message = `${other.name} and ${instance.name} both use virtual_router_id ${instance.vrid} with IPv${instance.family} on ${instance.interface}`
    const firstBlock = blocks.find(each => nameOf(each) === other.name)
    complain(context, 'duplicate-virtual-router-id', block, message, {
      help: 'give one of them another number, on all of its nodes',
      related: firstBlock === undefined ? [] : [{ span: firstBlock.span, message: `${other.name} is here` }],
    })
  }
}

/**
 * The instances with their identity (vrrp-behaviour section 8). Unicast instances of one source that differ only in their peers
 * are told apart by the order in which they stand.
 */
export function withRouters(instances: readonly Omit<VrrpInstance, 'router'>[]): VrrpInstance[] {
  const counts = new Map<string, number>()
  return instances.map(instance => {
    const router = routerOf(instance)
    const count = (counts.get(router) ?? 0) + 1
    counts.set(router, count)
    return { ...instance, router: count === 1 ? router : `${router} ${count}` }
  })
}

function routerOf(instance: Omit<VrrpInstance, 'router'>): string {
  const { family, vrid, unicast, sourceAddress, broadcastAddress, multicastGroup } = instance
  const to = unicast === undefined ? (broadcastAddress ?? multicastGroup) : `unicast ${sourceAddress ?? ''}`
  return `${instance.interface} ${family} ${vrid} ${to}`
}

/** What no other instance may have: one for the group, or one for each unicast peer. */
function keysOf(instance: VrrpInstance): readonly string[] {
  const { family, vrid, unicast, sourceAddress, broadcastAddress, multicastGroup } = instance
  const network = `${instance.interface} ${family} ${vrid}`
  if (unicast === undefined) return [`${network} ${broadcastAddress ?? multicastGroup}`]
  return unicast.peers.map(peer => `${network} unicast ${sourceAddress ?? ''} ${peer.address}`)
}
