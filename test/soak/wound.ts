// What the chaos soak does to a node, drawn from a seeded generator: the same seed gives the same list of wounds. Pure.

import { type FaultKind, faultKinds } from '../../src/ipc/messages/common.ts'
import type { Prng } from '../sim/prng.ts'

export type Wound =
  | { readonly kind: 'worker'; readonly fault: FaultKind }
  | { readonly kind: 'kill-daemon'; readonly signal: 'SIGKILL' | 'SIGSEGV' }
  | { readonly kind: 'kill-watchdog' }
  | { readonly kind: 'pause'; readonly forMs: number }
  | { readonly kind: 'link-flap'; readonly forMs: number }
  | { readonly kind: 'partition'; readonly directions: readonly ('input' | 'output')[]; readonly forMs: number }
  | { readonly kind: 'delete-address'; readonly vip: number }
  | { readonly kind: 'reload'; readonly priorityOfA: number }

export interface Stab {
  readonly node: 'a' | 'b'
  readonly wound: Wound
  /** Time until the next one begins, counted from the end of this one. */
  readonly restMs: number
}

/** How often each kind comes. Deaths are rare: a watchdog gives up after four of them in five minutes, and that is to be seen, but not always. */
const WEIGHTS: readonly (readonly [Wound['kind'], number])[] = [
  ['worker', 8],
  ['kill-daemon', 2],
  ['kill-watchdog', 1],
  ['pause', 2],
  ['link-flap', 3],
  ['partition', 4],
  ['delete-address', 4],
  ['reload', 4],
]
const DIRECTIONS = [['input'], ['output'], ['input', 'output']] as const

/** The node that is MASTER in peace gets two of three. */
export function nextStab(random: Prng): Stab {
  return { node: random.pick(['a', 'a', 'b']), wound: nextWound(random), restMs: random.integer(50, 1_500) }
}

/** One line for people. */
export function describeStab({ node, wound }: Stab): string {
  const { kind, ...details } = wound
  const words = Object.values(details).map(value => (Array.isArray(value) ? value.join('+') : String(value)))
  return `${node}: ${[kind, ...words].join(' ')}`
}

function nextWound(random: Prng): Wound {
  const kind = nextKind(random)
  switch (kind) {
    case 'worker':
      return { kind, fault: random.pick(faultKinds) }
    case 'kill-daemon':
      return { kind, signal: random.pick(['SIGKILL', 'SIGSEGV']) }
    case 'kill-watchdog':
      return { kind }
    case 'pause':
      return { kind, forMs: random.integer(20, 1_000) }
    case 'link-flap':
      return { kind, forMs: random.integer(50, 2_000) }
    case 'partition':
      return { kind, directions: random.pick(DIRECTIONS), forMs: random.integer(50, 3_000) }
    case 'delete-address':
      return { kind, vip: random.integer(0, 1) }
    case 'reload':
      return { kind, priorityOfA: random.integer(110, 250) }
  }
}

function nextKind(random: Prng): Wound['kind'] {
  const total = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)
  let drawn = random.integer(1, total)
  for (const [kind, weight] of WEIGHTS) {
    drawn -= weight
    if (drawn <= 0) return kind
  }
  throw new Error('the weights do not sum up')
}
