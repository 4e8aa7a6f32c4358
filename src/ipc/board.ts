// The board: a page of memory that the supervisor and the vrrp worker share. It carries what must not cost a message or
// must be readable after the worker has died: the wake word, the count of consumed messages, the time of the last sign
// of life, when each MASTER's next advert is due, and when the advert bridge last spoke
// for it. The supervisor owns it and hands the same board to each successor, so a new worker and the bridge know exactly
// what is due when, and a worker that was merely stalled sees that its peers have not missed it.

import type { Instant } from '../lib/time.ts'

/** Instances a board has room for: 255 VRIDs x 2 families x 8 interfaces. */
export const boardSlotsMax = 4080

const wakeIndex = 0
const consumedIndex = 1
const wordCount = 2
const aliveAtIndex = 1
const firstSlot = 2
/** Per instance: the deadline that the worker publishes, and when the bridge last sent in its stead. */
const cellsPerSlot = 2

export interface Board {
  readonly memory: SharedArrayBuffer
  readonly words: Int32Array
  readonly instants: BigInt64Array
}

export function createBoard(): Board {
  return openBoard(new SharedArrayBuffer((firstSlot + boardSlotsMax * cellsPerSlot) * 8))
}

/** The same board seen from another thread. */
export function openBoard(memory: SharedArrayBuffer): Board {
  return { memory, words: new Int32Array(memory, 0, wordCount), instants: new BigInt64Array(memory) }
}

/** Wakes the worker. Call after each message posted to it. */
export function wake(board: Board): void {
  Atomics.add(board.words, wakeIndex, 1)
  Atomics.notify(board.words, wakeIndex)
}

/** The wake word now; pass it to `sleep`, so that a wake-up between the look and the sleep is not lost. */
export function wakeWord(board: Board): number {
  return Atomics.load(board.words, wakeIndex)
}

/** Blocks the calling thread until the wake word changes or the time is over. Never call it on the main thread. */
export function sleep(board: Board, seen: number, durationUs: number): void {
  if (durationUs > 0) Atomics.wait(board.words, wakeIndex, seen, durationUs / 1_000)
}

export function countConsumed(board: Board): void {
  Atomics.add(board.words, consumedIndex, 1)
}

/** Messages the worker has taken so far, modulo 2^32. */
export function consumed(board: Board): number {
  return Atomics.load(board.words, consumedIndex)
}

export function resetConsumed(board: Board): void {
  Atomics.store(board.words, consumedIndex, 0)
}

export function markAlive(board: Board, now: Instant): void {
  Atomics.store(board.instants, aliveAtIndex, BigInt(now))
}

export function aliveAt(board: Board): Instant {
  return Number(Atomics.load(board.instants, aliveAtIndex))
}

/** Publishes when the next advert of the MASTER in this slot is due; undefined takes it off the board. */
export function publishDeadline(board: Board, slot: number, at: Instant | undefined): void {
  Atomics.store(board.instants, cellOf(slot), BigInt(at ?? 0))
}

/** What was last published for the slot, or undefined. */
export function deadlineOf(board: Board, slot: number): Instant | undefined {
  const at = Number(Atomics.load(board.instants, cellOf(slot)))
  return at === 0 ? undefined : at
}

/** The supervisor sent an advert for the instance in this slot itself. */
export function publishBridged(board: Board, slot: number, at: Instant): void {
  Atomics.store(board.instants, cellOf(slot) + 1, BigInt(at))
}

/** When the supervisor last sent an advert in the worker's stead; 0: never. */
export function bridgedAt(board: Board, slot: number): Instant {
  return Number(Atomics.load(board.instants, cellOf(slot) + 1))
}

function cellOf(slot: number): number {
  return firstSlot + slot * cellsPerSlot
}
