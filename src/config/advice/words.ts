// Numbers and lists as people read them, for the messages of rules, tables and plans.

import { usPerSecond } from '../../lib/time.ts'

/** Microseconds as seconds: `1 s`, `0.25 s`, `3.609375 s`. */
export function seconds(us: number): string {
  return `${us / usPerSecond} s`
}

/** Microseconds as seconds with at most three decimals. */
export function shortSeconds(us: number): string {
  return `${Math.round(us / 1_000) / 1_000} s`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? ''
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Permission bits as chmod takes them: `0755`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
