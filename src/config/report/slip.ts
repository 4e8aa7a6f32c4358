// Slips of the pen that are the same wherever they are made: characters that only look like those of the language, an
// address with its port behind a colon, a host name. What to say of them. Pure.

import { parseIp } from '../../lib/ip.ts'

/** Full-width characters of East Asian keyboards and typographic ones, each with what keepalived reads. */
const lookAlikes: ReadonlyMap<string, string> = new Map([
  ...[...'０１２３４５６７８９！＂＃＄％＆＇（）＊＋，－．／：；＜＝＞？＠［＼］＾＿｀｛｜｝～'].map(
    character => [character, String.fromCodePoint(character.codePointAt(0)! - 0xfee0)] as const,
  ),
  ...[...'“”„«»「」'].map(character => [character, '"'] as const),
  ...[...'‘’‚'].map(character => [character, "'"] as const),
  ...[...'–—−'].map(character => [character, '-'] as const),
  ['、', ','],
  ['。', '.'],
])

/** What to write in place of a character that looks like one of the language, or undefined if the text has none. */
export function lookAlikeAdvice(text: string): string | undefined {
  for (const character of text) {
    const meant = lookAlikes.get(character)
    if (meant === undefined) continue
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    return `'${character}' (U+${code}) is not ${meant === "'" ? '"\'"' : `'${meant}'`}: write the plain character`
  }
  return undefined
}

/** How an address was probably meant, or undefined: `10.0.0.1:80`, `[2001:db8::1]`, `[2001:db8::1]:80`, a host name. */
export function addressAdvice(text: string): string | undefined {
  const [, ipv4, port] = /^([\d.]+):(\d+|\w+)$/.exec(text) ?? []
  if (ipv4 !== undefined && parseIp(ipv4) !== undefined)
    return `address and port are two words, with a blank between: ${ipv4} ${port}`
  const [, ipv6, behind = ''] = /^\[([\da-fA-F:.]+)\](?::(\w+))?$/.exec(text) ?? []
  if (ipv6 !== undefined && parseIp(ipv6) !== undefined)
    return `an IPv6 address is written without brackets: ${`${ipv6} ${behind}`.trimEnd()}`
  if (/^[a-z][a-z\d-]*(\.[a-z\d-]+)*$/.test(text)) return `host names are not looked up: write the address of ${text}`
  return undefined
}
