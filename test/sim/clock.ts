// Virtual time: a heap of what happens when. Events of the same moment happen in the order in which they were entered.

export type Action = () => void

/** Something that is going to happen, unless it is cancelled. */
export interface Entry {
  readonly at: number
  readonly order: number
  action: Action | null
}

export class VirtualClock {
  /** True time in microseconds, which no simulated host can read. */
  now = 0
  #heap: Entry[] = []
  #order = 0

  /** Enters an event; a time that has passed is now. */
  at(time: number, action: Action): Entry {
    const entry: Entry = { at: Math.max(time, this.now), order: this.#order++, action }
    this.#rise(entry)
    return entry
  }

  /** Does what comes next, if it comes not later than `end`; false: nothing does. */
  step(end: number): boolean {
    for (;;) {
      const next = this.#heap[0]
      if (next === undefined || next.at > end) return false
      this.#removeFirst()
      if (next.action === null) continue
      this.now = next.at
      next.action()
      return true
    }
  }

  #rise(entry: Entry): void {
    const heap = this.#heap
    let child = heap.length
    heap.push(entry)
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (isBefore(heap[parent]!, entry)) break
      heap[child] = heap[parent]!
      child = parent
    }
    heap[child] = entry
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    const { length } = heap
    if (length === 0) return
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      if (child >= length) break
      if (child + 1 < length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[parent] = heap[child]!
      parent = child
    }
    heap[parent] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
