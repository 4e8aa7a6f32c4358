// The supervisor's side of the bfd worker: keeps the sessions for a successor, lends the sockets, and passes on what VRRP and the
// checkers have to know. While the worker is away nobody is told anything: packets wait in the kernel, and the successor decides.

import type { BfdInstance } from '../../config/blocks/bfd/model.ts'
import type { ThreadConduct } from '../../config/blocks/global/model.ts'
import { type Board, createBoard, deadlineOf } from '../../ipc/board.ts'
import { type FromBfd, fromBfdShapes, type ToBfd } from '../../ipc/messages/bfd.ts'
import type { FromAnyWorker } from '../../ipc/messages/common.ts'
import type { Log } from '../../lib/log.ts'
import type { Instant } from '../../lib/time.ts'
import { errnoName } from '../../native/libc.ts'
import { openWakeDescriptor, type WakeDescriptor } from '../../native/wait.ts'
import type { ToldEffect } from '../../workers/bfd/core/effect.ts'
import { detectionTimeUs, type Session } from '../../workers/bfd/core/session.ts'
import { assignSlots } from '../actors/board-slots.ts'
import type { PartWorker } from '../actors/part.ts'
import { bfdRestart } from '../actors/restart-policy.ts'
import { WorkerActor } from '../actors/worker-actor.ts'
import { BfdDescriptors } from './bfd-descriptors.ts'
import { diagnosticName, stateName } from './bfd-words.ts'

interface BfdActorPorts {
  readonly log: Log
  /** A session came up or went down. */
  tell(session: string, up: boolean): void
  /** The worker cannot be kept alive. */
  gaveUp(): void
}

/** What is known of one session, for dumps and status. */
export interface SessionView {
  readonly params: BfdInstance
  readonly session: Session | undefined
  /** When a valid packet last came, while Init or Up. */
  readonly heardAt: Instant | undefined
}

/** Neighbours may wait for as little as some tens of milliseconds: a thread that hangs is replaced soon. */
const pingIntervalMs = 100
const pongLimitMs = 400
const stopWithinMs = 1_000

export class BfdActor {
  readonly #ports: BfdActorPorts
  readonly #board: Board = createBoard()
  readonly #wake: WakeDescriptor = openWakeDescriptor()
  readonly #worker: WorkerActor<ToBfd, FromBfd>
  readonly #descriptors: BfdDescriptors
  readonly #sessions = new Map<string, Session>()
  #params: readonly BfdInstance[] = []
  #slots: Readonly<Record<string, number>> = {}
  #onStopped: (() => void) | undefined

  constructor(ports: BfdActorPorts) {
    this.#ports = ports
    this.#descriptors = new BfdDescriptors(ports.log, () => {
      this.#worker.post({ t: 'sockets', sockets: this.#descriptors.current() })
    })
    this.#worker = new WorkerActor<ToBfd, FromBfd>(
      {
        id: 'bfd',
        file: new URL('../../workers/bfd/worker.js', import.meta.url),
        shapes: fromBfdShapes,
        board: this.#board,
        wake: () => this.#wake.wake(),
        restart: bfdRestart,
        warmSpare: true,
        pingEveryMs: pingIntervalMs,
        pongWithinMs: pongLimitMs,
      },
      {
        activated: clean => this.#activated(clean),
        message: message => this.#message(message),
        gaveUp: () => ports.gaveUp(),
      },
      ports.log,
    )
  }

  start(sessions: readonly BfdInstance[], conduct: ThreadConduct): void {
    this.#configure(sessions)
    this.#worker.setConduct(conduct)
    this.#worker.start()
  }

  /** Sessions between the same addresses go on, with other timers if need be. */
  reload(sessions: readonly BfdInstance[], conduct: ThreadConduct): void {
    this.#configure(sessions)
    this.#worker.setConduct(conduct)
    this.#worker.post({ t: 'reload', setting: this.#setting() })
  }

  addressesChanged(): void {
    this.#descriptors.addressesChanged()
  }

  views(): SessionView[] {
    return this.#params.map(params => {
      const session = this.#sessions.get(params.name)
      return { params, session, heardAt: session === undefined ? undefined : this.#heardAt(session) }
    })
  }

  /** As the supervisor looks after it. */
  get worker(): PartWorker {
    return this.#worker
  }

  /** Neighbours are told that it is on purpose. */
  async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, stopWithinMs)
      this.#onStopped = () => {
        clearTimeout(timer)
        resolve()
      }
      if (!this.#worker.post({ t: 'stop' })) this.#onStopped()
    })
    await this.#worker.stop()
    this.#descriptors.close()
    this.#wake.close()
  }

  #configure(sessions: readonly BfdInstance[]): void {
    this.#params = sessions
    const names = sessions.map(({ name }) => name)
    this.#slots = assignSlots(this.#slots, names)
    for (const name of this.#sessions.keys()) if (!names.includes(name)) this.#sessions.delete(name)
    this.#descriptors.use(sessions)
  }

  #setting() {
    return { sessions: this.#params, slots: this.#slots, sockets: this.#descriptors.current() }
  }

  /**
   * `clean`: two threads died before `ready`, perhaps because of these snapshots. Then all sessions begin anew, and
   * those that were up are told as down.
   */
  #activated(clean: boolean): void {
    const up = [...this.#sessions.values()].filter(({ state }) => state === 'up')
    if (clean) {
      this.#sessions.clear()
      for (const { params } of up) this.#ports.tell(params.name, false)
    }
    this.#worker.post({
      t: 'start',
      setting: this.#setting(),
      resume: Object.fromEntries(this.#sessions),
      wakeFd: this.#wake.fd,
    })
  }

  #message(message: Exclude<FromBfd, FromAnyWorker>): void {
    const { log } = this.#ports
    switch (message.t) {
      case 'step':
        this.#step(message)
        return
      case 'rejected': {
        const { session, reason, source, hops } = message
        const help = reason === 'too-many-hops' ? { help: hopsHelp } : {}
        log.warn('bfd-rejected', { session, source, hops, reason, ...help })
        return
      }
      case 'send-result': {
        const { session, errno } = message
        const neighbor = this.#params.find(({ name }) => name === session)?.neighbor ?? 'its neighbour'
        if (errno === 0) log.info('bfd-send-recovered', { session, neighbor })
        else log.warn('bfd-send-failed', { session, neighbor, error: errnoName(errno) })
        return
      }
      case 'stopped':
        this.#onStopped?.()
    }
  }

  /** A step of a session that a reload has just removed may still be under way. */
  #step({ session, snapshot, effects }: Extract<FromBfd, { t: 'step' }>): void {
    if (!this.#params.some(({ name }) => name === session)) return
    this.#sessions.set(session, snapshot)
    for (const effect of effects) this.#carryOut(session, effect)
  }

  #carryOut(session: string, effect: ToldEffect): void {
    const { log } = this.#ports
    switch (effect.type) {
      case 'tell':
        this.#ports.tell(session, effect.up)
        return
      case 'expired':
        log.warn('bfd-expired', { session, ms: Math.round(effect.detectionUs / 1_000) })
        return
      case 'changed':
        this.#logChange(session, effect)
    }
  }

  #logChange(session: string, { from, to, diag, remoteDiag }: Extract<ToldEffect, { type: 'changed' }>): void {
    const { log } = this.#ports
    if (to === 'up') log.info('bfd-up', { session })
    else if (to === 'init') log.debug('bfd-init', { session })
    else {
      const fields = { state: stateName(to), local: diagnosticName(diag), remote: diagnosticName(remoteDiag) }
      log[from === 'up' ? 'warn' : 'info']('bfd-down', { session, ...fields })
    }
  }

  #heardAt(session: Session): Instant | undefined {
    const at = deadlineOf(this.#board, this.#slots[session.params.name]!)
    if (at === undefined || (session.state !== 'init' && session.state !== 'up')) return undefined
    return at - detectionTimeUs(session)
  }
}

const hopsHelp =
  'a neighbour on the link sends 255 (RFC 5881); keepalived sends 64 over IPv6 unless it has hoplimit 255; else set max_hops or hoplimit here'

/** Names of the sessions that are up. */
export function sessionsUp(views: readonly SessionView[]): readonly string[] {
  return views.filter(({ session }) => session?.state === 'up').map(({ params }) => params.name)
}

/** One line of `keepalived-ts status`. */
export function sessionStatus({ params, session }: SessionView): object {
  return {
    name: params.name,
    neighbor: params.neighbor,
    state: session?.state ?? 'down',
    diagnostic: diagnosticName(session?.diag ?? 0),
  }
}
