// IPv4 and IPv6 addresses between text (configuration, logs) and network-order bytes (wire, netlink).

export type Family = 4 | 6

/** Text to 4 or 16 bytes; undefined if it is not an address. A colon decides the family. No host names, no scope id. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** The family that the text claims to be of: a colon makes it IPv6. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 6 : 4
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(address: Uint8Array): boolean {
  return address.length === 4 ? address[0]! >> 4 === 14 : address[0] === 0xff
}

/** Bytes to canonical text (RFC 5952 for IPv6: lower case, longest run of zeros shortened). */
export function formatIp(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes)
}

/** Compares two addresses of one family as unsigned big-endian numbers: negative, zero or positive. */
export function compareIp(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function parseIpv4(text: string): Uint8Array | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  const bytes = new Uint8Array(4)
  for (let i = 0; i < 4; i++) {
    const part = match[i + 1]!
    const value = Number(part)
    // A leading zero would be octal to some readers.
    if (value > 255 || (part.length > 1 && part[0] === '0')) return undefined
    bytes[i] = value
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : []
  if (head === undefined || tail === undefined) return undefined
  const zeros = 16 - head.length - tail.length
  if (halves.length === 1 ? zeros !== 0 : zeros < 2) return undefined
  return Uint8Array.from([...head, ...new Array<number>(zeros).fill(0), ...tail])
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    if (mayEndInIpv4 && i === groups.length - 1 && group.includes('.')) {
      const v4 = parseIpv4(group)
      if (v4 === undefined) return undefined
      bytes.push(...v4)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    }
  }
  return bytes
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  const run = longestZeroRun(groups)
  const hex = (part: number[]) => part.map(group => group.toString(16)).join(':')
  if (run.length < 2) return hex(groups)
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = -1
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = -1
    else {
      if (start < 0) start = i
      if (i - start + 1 > best.length) best = { start, length: i - start + 1 }
    }
  }
  return best
}
