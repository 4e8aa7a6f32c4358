// The Internet checksum (RFC 1071) and the pseudo headers it is taken over (RFC 793 section 3.1, RFC 8200 section 8.1).

/** Checksum of all parts as if they were one run of bytes; every part but the last must have an even length. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts) sum += sumWords(part)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** IPv4: source, destination, zero, protocol, length of the upper-layer packet. */
export function pseudoHeader4(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  return Uint8Array.from([...source, ...destination, 0, protocol, length >> 8, length & 255])
}

/** IPv6: source, destination, 32-bit length, three zeros, next header. */
export function pseudoHeader6(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  return Uint8Array.from([...source, ...destination, 0, 0, length >> 8, length & 255, 0, 0, 0, protocol])
}

function sumWords(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i + 1 < bytes.length; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!
  if (bytes.length % 2 === 1) sum += bytes[bytes.length - 1]! << 8
  return sum
}
