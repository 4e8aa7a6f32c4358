// The counters of an instance since it started. Plain data with keepalived's own names (its JSON `stats` object), so
// that dumps can copy the fields through. `vers_err` and `chk_err` are not part of `stats`; RFC 2787 and 6527 name
// them, and `send_err` is ours.

export interface Counters {
  readonly advert_rcvd: number
  readonly advert_sent: number
  readonly become_master: number
  readonly release_master: number
  readonly packet_len_err: number
  readonly advert_interval_err: number
  readonly ip_ttl_err: number
  readonly invalid_type_rcvd: number
  readonly addr_list_err: number
  readonly invalid_authtype: number
  readonly authtype_mismatch: number
  readonly auth_failure: number
  readonly auth_ext_missing: number
  readonly auth_ext_malformed: number
  readonly auth_ext_unknown_key: number
  readonly auth_ext_invalid_hmac: number
  readonly auth_ext_stale: number
  readonly auth_ext_replay: number
  readonly pri_zero_rcvd: number
  readonly pri_zero_sent: number
  readonly vers_err: number
  readonly chk_err: number
  /** Packets of adverts that did not leave the host. */
  readonly send_err: number
}

export type CounterName = keyof Counters

/** The fields of keepalived's `stats` object, in the order of its JSON dump. */
export const statNames = [
  'advert_rcvd',
  'advert_sent',
  'become_master',
  'release_master',
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'auth_ext_missing',
  'auth_ext_malformed',
  'auth_ext_unknown_key',
  'auth_ext_invalid_hmac',
  'auth_ext_stale',
  'auth_ext_replay',
  'pri_zero_rcvd',
  'pri_zero_sent',
] as const satisfies readonly CounterName[]

/** All counters at zero: at start, and after an operator cleared them. */
export const zeroCounters: Counters = {
  advert_rcvd: 0,
  advert_sent: 0,
  become_master: 0,
  release_master: 0,
  packet_len_err: 0,
  advert_interval_err: 0,
  ip_ttl_err: 0,
  invalid_type_rcvd: 0,
  addr_list_err: 0,
  invalid_authtype: 0,
  authtype_mismatch: 0,
  auth_failure: 0,
  auth_ext_missing: 0,
  auth_ext_malformed: 0,
  auth_ext_unknown_key: 0,
  auth_ext_invalid_hmac: 0,
  auth_ext_stale: 0,
  auth_ext_replay: 0,
  pri_zero_rcvd: 0,
  pri_zero_sent: 0,
  vers_err: 0,
  chk_err: 0,
  send_err: 0,
}

/** The counters with each named one raised by one; a name given twice counts twice. */
export function count(counters: Counters, ...names: readonly CounterName[]): Counters {
  const next: Record<CounterName, number> = { ...counters }
  for (const name of names) next[name]++
  return next
}

/** The counters with each named one lowered by one, but not below zero: they may have been cleared meanwhile. */
export function uncount(counters: Counters, ...names: readonly CounterName[]): Counters {
  const next: Record<CounterName, number> = { ...counters }
  for (const name of names) next[name] = Math.max(0, next[name] - 1)
  return next
}
