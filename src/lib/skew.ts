// The skew time of VRRP in integer microseconds, keepalived's arithmetic: multiply before divide, round down.
// RFC 3768 section 6.1 (v2), RFC 9568 section 6.1 (v3).

/** Skew time in microseconds: v2 depends on the priority alone, v3 also on the MASTER's interval. */
export function skewUs(version: 2 | 3, priority: number, masterIntervalUs: number): number {
  if (version === 2) return Math.trunc(((256 - priority) * 1_000_000) / 256)
  return Math.trunc(((256 - priority) * Math.trunc(masterIntervalUs / 10_000) * 625) / 16)
}
