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

const drainLookMs = 1_000
const auditMinMs = 10_000
/** A big table takes long to read. */
const auditMsPerService = 100
const auditMaxMs = 600_000
const doublingsMax = 6

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
      this.#drainTimer = setTimeout(() => this.#lookAtDraining(), drainLookMs)
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
    const base = Math.max(auditMinMs, this.#ports.owned().length * auditMsPerService)
    return Math.min(auditMaxMs, base * 2 ** this.#quarrels)
  }

  #lookAtDraining(): void {
    this.#drainTimer = undefined
    this.#ports.audit(this.#ports.draining())
    this.update()
  }

  #audit(): void {
    this.#auditTimer = undefined
    this.#quarrels = this.#drifted ? Math.min(doublingsMax, this.#quarrels + 1) : 0
    this.#drifted = false
    this.#ports.audit(this.#ports.owned())
    this.update()
  }
}
