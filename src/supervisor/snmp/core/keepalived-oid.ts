// Where the MIBs begin. KEEPALIVED-MIB, RFC 2787 (VRRP-MIB), RFC 6527 (VRRPV3-MIB).

import { type Oid, oidOf } from './oid.ts'

export const KEEPALIVED: Oid = oidOf('1.3.6.1.4.1.9586.100.5')
export const GLOBAL: Oid = [...KEEPALIVED, 1]
export const VRRP: Oid = [...KEEPALIVED, 2]
export const check: Oid = [...KEEPALIVED, 3]
export const RFC_V2: Oid = oidOf('1.3.6.1.2.1.68')
export const RFC_V3: Oid = oidOf('1.3.6.1.2.1.207')
export const ROUTER_ID: Oid = [...GLOBAL, 2, 0]
