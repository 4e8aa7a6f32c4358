// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the notation of keepalived.conf
// Seeded damage to a configuration: what fingers, editors and copying do to a file, one to three slips a case.

import type { Prng } from '../sim/prng.ts'

export interface Mutation {
  readonly name: string
  readonly apply: (text: string, random: Prng) => string
}

const slipsMax = 3

/** A damaged copy of `text`, and the names of what was done to it. Characters are bytes (Latin-1). */
export function mutate(text: string, random: Prng): { readonly text: string; readonly slips: readonly string[] } {
  const slips: string[] = []
  let damaged = text
  // Half of the cases have one slip only: several at once mostly end in a refusal by both.
  for (let left = random.chance(0.5) ? 1 : random.integer(2, slipsMax); left > 0; left--) {
    const { name, apply } = pick(mutations, random)
    damaged = apply(damaged, random)
    slips.push(name)
  }
  return { text: damaged, slips }
}

const oddBytes = ['\0', '\x01', '\x1b', '\x7f', '\xa0', '\xff', '\r', '\f', '\v', '\t', '\xc3\xa9', '\xe2\x80\x8b']
const numbers = [
  '0',
  '-1',
  '1',
  '255',
  '256',
  '65536',
  '4294967296',
  '99999999999999999999',
  '1.5',
  '0x10',
  '5x',
  '+7',
  'one',
]
const punctuation = ['{', '}', '"', '#', '!', '$', '@', '~', '\\', "'", '${X}', '=', '(', ')']

/** The ways to damage a file. */
export const mutations: readonly Mutation[] = [
  { name: 'drop a brace', apply: (text, random) => dropOneOf(text, /[{}]/g, random) },
  { name: 'double a brace', apply: (text, random) => replaceOneOf(text, /[{}]/g, brace => brace + brace, random) },
  { name: 'drop a quote', apply: (text, random) => dropOneOf(text, /"/g, random) },
  { name: 'drop a line', apply: (text, random) => editLines(text, lines => void lines.splice(at(lines, random), 1)) },
  { name: 'double a line', apply: (text, random) => editLines(text, lines => doubleLine(lines, at(lines, random))) },
  {
    name: 'swap two lines',
    apply: (text, random) => editLines(text, lines => swap(lines, at(lines, random), at(lines, random))),
  },
  { name: 'join two lines', apply: (text, random) => replaceOneOf(text, /\n/g, () => ' ', random) },
  {
    name: 'misspell',
    apply: (text, random) => replaceOneOf(text, /[A-Za-z_]{3,}/g, word => misspell(word, random), random),
  },
  { name: 'drop a word', apply: (text, random) => dropOneOf(text, /[^\s{}]+/g, random) },
  { name: 'swap two words', apply: swapWords },
  {
    name: 'another number',
    apply: (text, random) => replaceOneOf(text, /\b\d+\b/g, () => pick(numbers, random), random),
  },
  { name: 'an odd byte', apply: (text, random) => insert(text, pick(oddBytes, random), random) },
  { name: 'punctuation', apply: (text, random) => insert(text, pick(punctuation, random), random) },
  { name: 'cut the end off', apply: (text, random) => text.slice(0, random.integer(0, text.length)) },
  { name: 'capitals', apply: (text, random) => replaceOneOf(text, /[A-Za-z_]{3,}/g, otherCase, random) },
]

function dropOneOf(text: string, pattern: RegExp, random: Prng): string {
  return replaceOneOf(text, pattern, () => '', random)
}

function replaceOneOf(text: string, pattern: RegExp, change: (found: string) => string, random: Prng): string {
  const found = [...text.matchAll(pattern)]
  if (found.length === 0) return text
  const { 0: part, index } = pick(found, random)
  return text.slice(0, index) + change(part) + text.slice(index + part.length)
}

function editLines(text: string, edit: (lines: string[]) => void): string {
  const lines = text.split('\n')
  edit(lines)
  return lines.join('\n')
}

function doubleLine(lines: string[], i: number): void {
  lines.splice(i, 0, lines[i] ?? '')
}

function swap(lines: string[], i: number, j: number): void {
  const [a, b] = [lines[i] ?? '', lines[j] ?? '']
  lines[i] = b
  lines[j] = a
}

function swapWords(text: string, random: Prng): string {
  return replaceOneOf(
    text,
    /\S+[ \t]+\S+/g,
    pair =>
      pair
        .split(/[ \t]+/)
        .reverse()
        .join(' '),
    random,
  )
}

function misspell(word: string, random: Prng): string {
  const i = random.integer(0, word.length - 2)
  const [a, b] = [word[i]!, word[i + 1]!]
  const ways = [a, b + a, a + a + b, `${a}x`]
  return word.slice(0, i) + pick(ways, random) + word.slice(i + 2)
}

function otherCase(word: string): string {
  return word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase()
}

function insert(text: string, piece: string, random: Prng): string {
  const i = random.integer(0, text.length)
  return text.slice(0, i) + piece + text.slice(i)
}

function at(lines: readonly string[], random: Prng): number {
  return random.integer(0, lines.length - 1)
}

function pick<T>(items: readonly T[], random: Prng): T {
  return items[random.integer(0, items.length - 1)]!
}
