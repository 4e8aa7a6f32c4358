// How long two nodes had the same address while nothing kept them from hearing each other. Pure; times are microseconds.

export interface Span {
  readonly from: number
  readonly to: number
}

/** The parts of the spans that lie outside of every hole. */
export function outside(spans: readonly Span[], holes: readonly Span[]): Span[] {
  let rest = [...spans]
  for (const hole of holes) {
    rest = rest.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, hole.from) },
        { from: Math.max(from, hole.to), to },
      ].filter(part => part.to > part.from),
    )
  }
  return rest
}

/** Follows the addresses of the nodes and remembers when more than one of them had the same. */
export class OverlapRecord {
  readonly #holders = new Map<string, Set<string>>()
  readonly #open = new Map<string, number>()
  readonly #spans = new Map<string, Span[]>()

  take(address: string, node: string, present: boolean, at: number): void {
    const holders = this.#holders.get(address) ?? new Set()
    this.#holders.set(address, holders)
    if (present) holders.add(node)
    else holders.delete(node)
    const since = this.#open.get(address)
    if (holders.size > 1 && since === undefined) this.#open.set(address, at)
    if (holders.size > 1 || since === undefined) return
    this.#open.delete(address)
    this.#spans.set(address, [...(this.#spans.get(address) ?? []), { from: since, to: at }])
  }

  holders(address: string): readonly string[] {
    return [...(this.#holders.get(address) ?? [])]
  }

  /** All overlaps of an address up to `now`. */
  spans(address: string, now: number): Span[] {
    const since = this.#open.get(address)
    return [...(this.#spans.get(address) ?? []), ...(since === undefined ? [] : [{ from: since, to: now }])]
  }
}
