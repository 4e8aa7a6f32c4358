// Object identifiers: order and prefixes. RFC 2578 §3.5 (names) and RFC 2741 §2.1 (lexicographic order).

/** Each number is an unsigned 32 bit integer. */
export type Oid = readonly number[]

/** Negative, zero or positive; a prefix comes before what it begins. */
export function compareOid(a: Oid, b: Oid): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Does `oid` begin with `prefix`? An OID begins with itself. */
export function beginsWith(oid: Oid, prefix: Oid): boolean {
  return oid.length >= prefix.length && prefix.every((number, i) => number === oid[i])
}

/** `1.3.6.1`, with or without a leading dot. For constants only: throws nothing, checks nothing. */
export function oidOf(text: string): Oid {
  return text.replace(/^\./, '').split('.').map(Number)
}

export function formatOid(oid: Oid): string {
  return oid.join('.')
}

/**
 * The index of the first element for which `isPast` holds, in a list where it holds for all that follow; its length if
 * for none.
 */
export function firstWhere<T>(list: readonly T[], isPast: (element: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isPast(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
