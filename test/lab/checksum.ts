// The Internet checksum (RFC 1071), written here a second time on purpose: the tests must not trust the code they test.

/** Ones-complement sum over the parts, each padded to 16 bits, folded and inverted. Over sound data: 0. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += (part[i]! << 8) | (part[i + 1] ?? 0)
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** IPv4 pseudo header as VRRPv3 uses it, IPv6 one as RFC 8200 §8.1. */
export function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  if (source.length === 4) return Uint8Array.from([...source, ...destination, 0, protocol, length >> 8, length & 255])
  return Uint8Array.from([...source, ...destination, 0, 0, length >> 8, length & 255, 0, 0, 0, protocol])
}
