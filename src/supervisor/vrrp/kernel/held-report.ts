// What the watchdog knows of addresses: each before the kernel is asked for it, and that it is gone after that. Whenever this process
// dies, what it leaves is known. Only differences are told; what goes is told once for all of a turn.

import type { Later } from '../../actors/timer-port.ts'
import type { HeldAddress } from '../../watchdog/estate.ts'

interface ReportPorts {
  told(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  readonly later: Later
}

export class HeldReport {
  readonly #ports: ReportPorts
  readonly #told = new Map<string, HeldAddress>()
  readonly #gone = new Map<string, HeldAddress>()

  /** `inherited`: by key, what the watchdog knows from a dead predecessor. */
  constructor(ports: ReportPorts, inherited: ReadonlyMap<string, HeldAddress>) {
    this.#ports = ports
    // What we go on with is told again, so that the watchdog knows that somebody looks after it.
    for (const [key, held] of inherited) this.#told.set(key, { ...held, survivalUs: -1 })
  }

  keys(): readonly string[] {
    return [...this.#told.keys()]
  }

  /** These are about to be there. Told at once, if they are news. */
  ahead(entries: Iterable<readonly [key: string, held: HeldAddress]>): void {
    const added: HeldAddress[] = []
    for (const [key, held] of entries) {
      if (this.#told.get(key)?.survivalUs === held.survivalUs) continue
      this.#told.set(key, held)
      this.#gone.delete(key)
      added.push(held)
    }
    if (added.length > 0) this.#ports.told(added, [])
  }

  /** It is not there any more. */
  gone(key: string): void {
    const held = this.#told.get(key)
    if (held === undefined) return
    this.#told.delete(key)
    if (this.#gone.size === 0) this.#ports.later(() => this.flush(), 0)
    this.#gone.set(key, held)
  }

  /** Tells at once what is gone. */
  flush(): void {
    const gone = [...this.#gone.values()]
    this.#gone.clear()
    if (gone.length > 0) this.#ports.told([], gone)
  }
}
