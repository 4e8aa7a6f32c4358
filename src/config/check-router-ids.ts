// Virtual routers of one number on one network (vrrp-behaviour section 3.8).

import type { BuildContext } from './build-context.ts'
import { complain, nameOf } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { isSet } from './grammar/entry.ts'
import type { VrrpInstance } from './model.ts'

/** Two multicast instances of one family, number and group on one interface answer each other's adverts: fatal. */
export function checkRouterIds(
  instances: readonly VrrpInstance[],
  blocks: readonly Entry[],
  context: BuildContext,
): void {
  const seen = new Map<string, VrrpInstance>()
  for (const instance of instances) {
    const block = blocks.find(each => nameOf(each) === instance.name)
    // Unicast instances are a number space of their own, told apart by their peers.
    if (block === undefined || isSet(block, 'unicast_peer')) continue
    const key = `${instance.interface} ${instance.family} ${instance.vrid} ${instance.multicastGroup}`
    const other = seen.get(key)
    if (other === undefined) {
      seen.set(key, instance)
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
