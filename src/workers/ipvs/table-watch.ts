// When to look at the kernel's table without a reason: often while servers drain, now and then in case somebody else
// has changed it. If somebody keeps changing it, the corrections come ever more slowly, so that two programs do not
// fight at full speed. reconciler.ts and loop.ts make the corrections.

import type { IpvsServiceId } from '../../lib/ipvs.ts'

interface TableWatchPorts {
  /** Look at these; what is wrong is put right. */
  audit(services: readonly IpvsServiceId[]): void
  /** All services that are ours. */
  owned(): readonly IpvsServiceId[]
  /** Those on which a removed server still has connections. */
  draining(): readonly IpvsServiceId[]
}

const DRAIN_LOOK_MS = 1_000
const AUDIT_MIN_MS = 10_000
/** A big table takes long to read. */
const AUDIT_MS_PER_SERVICE = 100
const AUDIT_MAX_MS = 600_000
const DOUBLINGS_MAX = 6

export class TableWatch {
  readonly #ports: TableWatchPorts
  #drainTimer: NodeJS.Timeout | undefined
  #auditTimer: NodeJS.Timeout | undefined
  /** Audits in a row that found something wrong. */
  #quarrels = 0
  #drifted = false
  #begun = false

  constructor(ports: TableWatchPorts) {
    this.#ports = ports
  }

  begin(): void {
    this.#begun = true
    this.update()
  }

  /** A reload: takes the new services. */
  update(): void {
    if (!this.#begun) return
    if (this.#drainTimer === undefined && this.#ports.draining().length > 0) {
      this.#drainTimer = setTimeout(() => this.#lookAtDraining(), DRAIN_LOOK_MS)
    }
    this.#auditTimer ??= setTimeout(() => this.#audit(), this.delayMs)
  }

  /** The last look has found changes that somebody else made. */
  drifted(): void {
    this.#drifted = true
  }

  close(): void {
    this.#begun = false
    clearTimeout(this.#drainTimer)
    clearTimeout(this.#auditTimer)
  }

  /** Until the next look at everything. */
  get delayMs(): number {
    const base = Math.max(AUDIT_MIN_MS, this.#ports.owned().length * AUDIT_MS_PER_SERVICE)
    return Math.min(AUDIT_MAX_MS, base * 2 ** this.#quarrels)
  }

  #lookAtDraining(): void {
    this.#drainTimer = undefined
    this.#ports.audit(this.#ports.draining())
    this.update()
  }

  #audit(): void {
    this.#auditTimer = undefined
    this.#quarrels = this.#drifted ? Math.min(DOUBLINGS_MAX, this.#quarrels + 1) : 0
    this.#drifted = false
    this.#ports.audit(this.#ports.owned())
    this.update()
  }
}
