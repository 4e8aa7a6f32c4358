// The names of BFD states and diagnostics for log and dumps, as keepalived writes them (RFC 5880 §4.1).

import type { SessionState } from '../../workers/bfd/core/packet.ts'

const states: Readonly<Record<SessionState, string>> = {
  'admin-down': 'AdminDown',
  down: 'Down',
  init: 'Init',
  up: 'Up',
}

const diagnostics: readonly string[] = [
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
]

export function stateName(state: SessionState): string {
  return states[state]
}

export function diagnosticName(diag: number): string {
  return diagnostics[diag] ?? `Unknown (${diag})`
}
