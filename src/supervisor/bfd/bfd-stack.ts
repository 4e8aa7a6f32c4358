// The BFD part of the daemon: its actor, and who hears of which session (`vrrp` and `checker` of a bfd_instance). After
// a start and a reload everybody is told once how each session is, which for a new one is down.

import type { BfdInstance } from '../../config/blocks/bfd/model.ts'
import type { Config } from '../../config/model.ts'
import type { Log } from '../../lib/log.ts'
import type { Part, PartWorkers } from '../actors/part.ts'
import { BfdActor, type SessionView } from './bfd-actor.ts'

interface BfdStackPorts {
  readonly log: Log
  /** For track_bfd. */
  tellVrrp(session: string, up: boolean): void
  /** For BFD_CHECK. */
  tellChecker(session: string, up: boolean): void
  gaveUp(): void
}

export class BfdStack implements Part {
  readonly #ports: BfdStackPorts
  readonly #actor: BfdActor
  readonly #up = new Map<string, boolean>()
  #sessions: readonly BfdInstance[] = []

  constructor(ports: BfdStackPorts) {
    this.#ports = ports
    this.#actor = new BfdActor({
      log: ports.log,
      tell: (session, up) => this.#tell(session, up),
      gaveUp: () => ports.gaveUp(),
    })
  }

  /** VRRP and the checkers must have been started. */
  start({ bfd: sessions, global }: Config): void {
    this.#sessions = sessions
    this.#actor.start(sessions, global.threads.bfd)
    this.tellAll()
  }

  reload({ bfd: sessions, global }: Config): void {
    this.#sessions = sessions
    for (const name of this.#up.keys()) if (!sessions.some(session => session.name === name)) this.#up.delete(name)
    this.#actor.reload(sessions, global.threads.bfd)
    this.tellAll()
  }

  /** How each session is, for those who have just begun or have another configuration. */
  tellAll(): void {
    for (const { name } of this.#sessions) this.#tell(name, this.#up.get(name) ?? false)
  }

  addressesChanged(): void {
    this.#actor.addressesChanged()
  }

  views(): SessionView[] {
    return this.#actor.views()
  }

  workers(): PartWorkers {
    return { bfd: this.#actor.worker }
  }

  stop(): Promise<void> {
    return this.#actor.stop()
  }

  #tell(name: string, up: boolean): void {
    const session = this.#sessions.find(each => each.name === name)
    if (session === undefined) return
    this.#up.set(name, up)
    if (session.tellsVrrp) this.#ports.tellVrrp(name, up)
    if (session.tellsChecker) this.#ports.tellChecker(name, up)
  }
}
