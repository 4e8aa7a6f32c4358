// Reports about the instances for `status`, systemd and the watchdog: the role of each, and the addresses that must be
// removed if this process dies. Pure.

import type { HeldByInstance } from '../vrrp/kernel/holdings.ts'
import type { InstanceView } from '../vrrp/worker/actor.ts'
import { type HeldAddress, survivalUs } from '../watchdog/estate.ts'

/** Instance -> the name of its state. */
export function rolesOf(views: readonly InstanceView[]): Readonly<Record<string, ReturnType<typeof roleOf>>> {
  return Object.fromEntries(views.map(view => [view.params.name, roleOf(view)]))
}

/** One line for people: `VI_1 MASTER, VI_2 BACKUP`. */
export function roleLine(views: readonly InstanceView[]): string {
  return views.map(view => `${view.params.name} ${roleOf(view).toUpperCase()}`).join(', ')
}

/** For `status` on the control socket. */
export function instanceStatus(view: InstanceView): object {
  const { params, state } = view
  return { name: params.name, state: roleOf(view), priority: state?.effectivePriority ?? params.priority }
}

/** Addresses with the time for which the peers of their instance let it be silent, in microseconds. */
export function heldAddresses(held: readonly HeldByInstance[]): HeldAddress[] {
  return held.map(({ instance, address }) => ({
    address: address.address,
    prefix: address.prefix,
    interface: address.interface,
    survivalUs: survivalUs(instance),
  }))
}

function roleOf({ state }: InstanceView) {
  return state?.name ?? 'init'
}
