// Addresses that a dead predecessor of this process left and that no instance of today's configuration looks after:
// taken off, so that nobody answers for them twice. The estate (watchdog/estate.ts) says which.

import { messageOf } from '../../../lib/errors.ts'
import { familyOf } from '../../../lib/ip.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import type { AddressTable } from '../../../native/address-table.ts'
import type { HeldAddress } from '../../watchdog/estate.ts'

interface OrphanPorts {
  readonly log: Log
  readonly table: Pick<AddressTable, 'removeAddress'>
  link(name: string): LinkState | undefined
}

/** What it takes to name an address that is only to be removed. */
const plainAddress = { scope: 0, flags: 0, nodad: false }

/** Where the link is gone the address is too. Failures are logged; never rejects. */
export async function removeOrphans(orphans: readonly HeldAddress[], { log, table, link }: OrphanPorts): Promise<void> {
  const removals = orphans.map(async ({ address, prefix, interface: name }) => {
    const ifindex = link(name)?.ifindex
    if (ifindex === undefined) return
    try {
      await table.removeAddress({ family: familyOf(address), address, prefix, ifindex, ...plainAddress })
    } catch (thrown) {
      log.error('address-remove-failed', { instance: '-', address, reason: messageOf(thrown) })
    }
  })
  await Promise.all(removals)
}
