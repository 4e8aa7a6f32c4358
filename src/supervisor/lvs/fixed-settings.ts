// The settings of load balancing that a reload cannot change: the namespace of the sockets and the name of the nftables
// table. Pure. keepalived refuses such a reload as a whole, and so do we.

import type { LvsConfig } from '../../config/blocks/server/model.ts'
import type { FixedChange } from '../loading/config-source.ts'

/** undefined: the reload may go on. Load balancing that begins or ends with the reload changes nothing. */
export function fixedLvsChange(before: LvsConfig | undefined, after: LvsConfig | undefined): FixedChange | undefined {
  if (before === undefined || after === undefined) return undefined
  const settings = [
    ['net_namespace_ipvs', before.kernel?.namespace, after.kernel?.namespace],
    ['nftables_ipvs', before.nft?.table, after.nft?.table],
  ] as const
  const changed = settings.find(([, old, fresh]) => old !== fresh)
  if (changed === undefined) return undefined
  const [keyword, old, fresh] = changed
  return { keyword, before: old ?? 'none', after: fresh ?? 'none' }
}
