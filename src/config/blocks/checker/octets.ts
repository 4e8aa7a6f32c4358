// Hexadecimal octets as UDP_CHECK writes them: blanks separate, two digits make an octet, a lone digit before a blank is an octet
// too, and in a reply `x` is any nibble. keepalived.conf(5) `payload`, `require_reply`.

import type { Entry } from '../../language/entry.ts'
import { textsOf } from '../../language/entry.ts'

const octetPattern = /[0-9a-fA-FxX]{1,2}/g

/** Octets of all words of the entry. */
export function buildOctets(entry: Entry | undefined): Uint8Array {
  return buildMasked(entry).octets
}

/** The same with a mask whose bits are 0 where anything goes. */
export function buildMasked(entry: Entry | undefined): { readonly octets: Uint8Array; readonly mask: Uint8Array } {
  const pairs = entry === undefined ? [] : textsOf(entry).flatMap(word => word.match(octetPattern) ?? [])
  const nibbles = pairs.map(pair => pair.padStart(2, '0'))
  return {
    octets: Uint8Array.from(nibbles, pair => Number.parseInt(pair.replaceAll(/x/gi, '0'), 16)),
    mask: Uint8Array.from(nibbles, pair => Number.parseInt(pair.replaceAll(/[^xX]/g, 'f').replaceAll(/x/gi, '0'), 16)),
  }
}
