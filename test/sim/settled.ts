// What must be true of a virtual router when elections are over: one MASTER that has all its addresses, nobody else has any, and
// nobody who would preempt it outranks it.

import type { SimHost } from './host.ts'
import type { VirtualRouter } from './witness.ts'

/** What is wrong; undefined: nothing. `ranked`: those that preempt have had the time to do so. */
export function settledFailure(hosts: readonly SimHost[], router: VirtualRouter, ranked: boolean): string | undefined {
  const participants = hosts.filter(host => paramsOf(host, router) !== undefined)
  const holders = hosts.filter(host => router.addresses.some(address => host.kernel.present.has(address)))
  const names = holders.map(host => host.name).join(' ')
  if (participants.length === 0)
    return holders.length === 0 ? undefined : `addresses are held by ${names}, where it is not configured`
  if (holders.length !== 1) return `${holders.length} hold addresses: ${names}`
  const [holder] = holders as [SimHost]
  const params = paramsOf(holder, router)
  if (params === undefined) return `${holder.name} holds addresses of an instance that it does not have`
  const wanted = params.addresses.map(({ address }) => address)
  const wrong = router.addresses.filter(address => holder.kernel.present.has(address) !== wanted.includes(address))
  if (wrong.length > 0) return `${holder.name} is MASTER, but ${wrong.join(' ')} are not as they should be`
  if (!ranked) return undefined
  const better = participants.find(
    host => paramsOf(host, router)!.preempt && paramsOf(host, router)!.priority > params.priority,
  )
  return (
    better &&
    `${holder.name} with ${params.priority} is MASTER, ${better.name} with ${paramsOf(better, router)!.priority} lets it`
  )
}

function paramsOf(host: SimHost, router: VirtualRouter) {
  return host.config.instances.find(({ vrid }) => vrid === router.vrid)
}
