// Which sync daemons of IPVS run: keepalived.conf(5) `lvs_sync_daemon`, alone or after the state of a VRRP instance.
// Pure; how they are started is sync-daemons.ts.

import type { SyncDaemon } from '../../config/blocks/server/model.ts'

export type SyncRole = 'master' | 'backup'

/** What the operator calls the states of an instance. */
export type VrrpState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP'

/** By the name of the state; an instance in init has not said anything yet. */
export const vrrpStates = { backup: 'BACKUP', master: 'MASTER', fault: 'FAULT' } as const satisfies Record<
  string,
  VrrpState
>

/** Without an instance to follow both run; otherwise the one that goes with its state, and backup before it has one. */
export function syncRoles(
  daemon: SyncDaemon | undefined,
  stateOf: (instance: string) => VrrpState | undefined,
): readonly SyncRole[] {
  if (daemon === undefined) return []
  if (daemon.instance === undefined) return ['master', 'backup']
  const state = stateOf(daemon.instance)
  if (state === 'STOP') return []
  return state === 'MASTER' ? ['master'] : ['backup']
}
