// The order with which the supervisor repeats the adverts of a MASTER whose worker has died.

import type { VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { BridgeOrder } from '../../ipc/messages/vrrp.ts'
import { templateOf } from './core/seal.ts'
import type { State } from './core/state.ts'
import { masterDownUs } from './core/timers.ts'

/** The order for this instance; null unless it is MASTER. */
export function bridgeOrder(params: VrrpInstance, state: State): BridgeOrder | null {
  if (state.name !== 'master') return null
  const template = templateOf(params, state, state.effectivePriority)
  if (template === undefined) return null
  return {
    interface: params.interface,
    family: params.family,
    template,
    counters: { ipId: state.ipId, ahSequence: state.ahSequence },
    sealedAt: state.lastSentAt,
    intervalUs: params.advertIntervalUs,
    masterDownUs: masterDownUs(params, state.effectivePriority, params.advertIntervalUs),
  }
}
