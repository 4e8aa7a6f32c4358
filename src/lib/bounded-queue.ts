// A queue that cannot grow without end: when it is full the oldest entry goes (newest wins), and the loss is counted.

export class BoundedQueue<T> {
  readonly lengthMax: number
  #items: T[] = []
  #dropped = 0

  constructor(lengthMax: number) {
    this.lengthMax = lengthMax
  }

  /** Adds an entry; returns false if the oldest one had to go for it. */
  push(item: T): boolean {
    const full = this.#items.length >= this.lengthMax
    if (full) {
      this.#items.shift()
      this.#dropped++
    }
    this.#items.push(item)
    return !full
  }

  shift(): T | undefined {
    return this.#items.shift()
  }

  /** Takes everything out, oldest first. */
  drain(): T[] {
    const items = this.#items
    this.#items = []
    return items
  }

  get length(): number {
    return this.#items.length
  }

  /** Entries lost to the bound since the queue was made. */
  get dropped(): number {
    return this.#dropped
  }
}
