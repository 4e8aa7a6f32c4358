// The numbers of AgentX value types. RFC 2741 §5.4.

import type { Absence, Value } from './value.ts'

export const typeNumbers: Readonly<Record<Value['type'] | Absence | 'null', number>> = {
  integer: 2,
  octets: 4,
  null: 5,
  oid: 6,
  'ip-address': 64,
  counter32: 65,
  gauge32: 66,
  ticks: 67,
  counter64: 70,
  'no-such-object': 128,
  'no-such-instance': 129,
  'end-of-mib-view': 130,
}

/** Opaque travels as octets do. */
export const OPAQUE = 68
/** OIDs that begin with 1.3.6.1.n are sent as n and the rest. RFC 2741 §5.1. */
export const INTERNET = [1, 3, 6, 1] as const
export const SUBIDS_MAX = 128
