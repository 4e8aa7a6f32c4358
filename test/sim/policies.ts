// The deciding functions that a simulated host runs on: the program's own, unless a test wants to see what happens without one
// of their rules. Everything else of a simulated host is only plumbing.

import { host } from '../../src/supervisor/actors/host-policy.ts'
import { decide } from '../../src/supervisor/vrrp/worker/policy.ts'
import { watch } from '../../src/supervisor/watchdog/watchdog-policy.ts'
import { fenceLeadUs } from '../../src/workers/vrrp/fence.ts'
import { takeTurn } from '../../src/workers/vrrp/turn.ts'

export interface Policies {
  readonly decide: typeof decide
  readonly host: typeof host
  readonly watch: typeof watch
  readonly takeTurn: typeof takeTurn
  readonly fenceLeadUs: number
}

export const realPolicies: Policies = { decide, host, watch, takeTurn, fenceLeadUs }
