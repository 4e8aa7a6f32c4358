// How VRRP version 2 numbers authentication on the wire, RFC 2338 section 5.3.6; keepalived's dump and MIB use the same numbers.

export const authTypes = { none: 0, pass: 1, ah: 2 } as const
