// Counts the processes that vrrp_track_process names and tells when there are enough of them, or not any more. The
// kernel tells of processes that come and go; where it does not, and while too much happens, /proc is read again and
// again. keepalived.conf(5) vrrp_track_process. Which process is meant: process-match.ts; how many there must be, and
// for how long: process-quorum.ts.

import type { VrrpTrackProcess } from '../../config/blocks/tracking/model.ts'
import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs, usPerMs } from '../../lib/time.ts'
import { type ProcessEvent, ProcessEvents } from '../../native/process-events.ts'
import { processFacts, processIds } from '../../native/process-table.ts'
import { commandLineLengthFor, matcherOf, type ProcessMatcher } from './process-match.ts'
import { initialQuorum, type QuorumState, withCount } from './process-quorum.ts'

interface ProcessTrackerPorts {
  readonly log: Log
  /** Called when a quorum is gained or lost, and for each definition that is new. Must not throw. */
  onQuorum(name: string, met: boolean): void
}

export interface ProcessStatus {
  readonly process: VrrpTrackProcess
  readonly state: QuorumState
}

interface Tracked {
  readonly process: VrrpTrackProcess
  readonly identity: string
  readonly matches: ProcessMatcher
  state: QuorumState
}

/** More events than this in a window, and we stop listening until the next look at /proc. */
const eventsMax = 1_000
const windowUs = 250_000
/** Between two looks at /proc where nobody tells, or too much. */
const lookEveryMs = 1_000
/** A look takes at most one part in so many of our time, however many processes there are. */
const lookShare = 10
/** Processes that are looked at before others have their turn. */
const lookChunk = 64

/** The processes that an instance or a group tracks; the others are not counted. */
export function trackedProcesses(config: Config): VrrpTrackProcess[] {
  const users = [...config.instances, ...config.syncGroups]
  const objects = users.flatMap(user => user.trackedObjects.filter(({ kind }) => kind === 'process'))
  const names = new Set(objects.map(({ name }) => name))
  return config.trackProcesses.filter(({ name }) => names.has(name))
}

export class ProcessTracker {
  readonly #ports: ProcessTrackerPorts
  #tracked: readonly Tracked[] = []
  #commandLineLength = 0
  /** Process id -> what of `#tracked` it counts for; those that count for nothing are not in it. */
  #found = new Map<number, readonly number[]>()
  /** Processes that something happened to while a look is under way; undefined: none is. */
  #touched: Set<number> | undefined
  #lookAgain = false
  #events: ProcessEvents | undefined
  #deaf = false
  #window = { since: 0, events: 0 }
  #warned = false
  #settling = false
  #lookTimer: NodeJS.Timeout | undefined
  #delayTimer: NodeJS.Timeout | undefined

  constructor(ports: ProcessTrackerPorts) {
    this.#ports = ports
  }

  /**
   * Counts these instead of those before; definitions that stay as they are keep their state. All are known when this
   * returns.
   */
  use(processes: readonly VrrpTrackProcess[]): void {
    const before = new Map(this.#tracked.map(tracked => [tracked.identity, tracked]))
    const identities = processes.map(process => JSON.stringify(process))
    if (identities.length === before.size && identities.every(identity => before.has(identity))) return
    this.#tracked = processes.map((process, i) => {
      const identity = identities[i]!
      const state = before.get(identity)?.state ?? initialQuorum(process, 0)
      return { process, identity, matches: matcherOf(process), state }
    })
    this.#commandLineLength = commandLineLengthFor(processes)
    this.#found = new Map()
    if (processes.length === 0) {
      this.stop()
      return
    }
    for (const pid of processIds()) this.#look(pid, this.#found)
    // A look that is under way is about other definitions.
    if (this.#touched !== undefined) this.#lookAgain = true
    const counts = this.#counts()
    for (const [i, tracked] of this.#tracked.entries()) {
      if (before.has(tracked.identity)) continue
      tracked.state = initialQuorum(tracked.process, counts[i]!)
      this.#ports.onQuorum(tracked.process.name, tracked.state.up)
    }
    this.#settle()
    if (this.#events === undefined && this.#lookTimer === undefined) this.#listen()
  }

  statuses(): readonly ProcessStatus[] {
    return this.#tracked
  }

  stop(): void {
    clearTimeout(this.#lookTimer)
    clearTimeout(this.#delayTimer)
    this.#lookTimer = undefined
    this.#tracked = []
    this.#events?.close()
    this.#events = undefined
  }

  #listen(): void {
    let events: ProcessEvents
    try {
      events = new ProcessEvents({
        event: event => this.#take(event),
        overrun: () => this.#lookSoon(0),
        failed: error => {
          this.#ports.log.warn('process-events-failed', { reason: error.message })
          this.#lookSoon(0)
        },
      })
    } catch (thrown) {
      this.#doWithoutEvents(messageOf(thrown))
      return
    }
    this.#events = events
    this.#deaf = false
    events.listen().then(
      // What happened between the first look and now.
      () => this.#lookSoon(0),
      (thrown: unknown) => {
        if (this.#events !== events) return
        events.close()
        this.#events = undefined
        this.#doWithoutEvents(messageOf(thrown))
      },
    )
  }

  #doWithoutEvents(reason: string): void {
    if (!this.#warned) this.#ports.log.warn('process-events-missing', { reason })
    this.#warned = true
    this.#lookSoon(lookEveryMs)
  }

  #take(event: ProcessEvent): void {
    this.#guard()
    this.#touched?.add(event.pid)
    switch (event.type) {
      case 'fork': {
        const inherited = this.#found.get(event.parent)
        if (inherited === undefined) return
        this.#found.set(event.pid, inherited)
        break
      }
      case 'changed':
        // Reading is what costs time, and everything will be read anyway.
        if (this.#deaf) return
        if (!this.#look(event.pid, this.#found)) return
        break
      case 'exit':
        if (!this.#found.delete(event.pid)) return
    }
    this.#settleSoon()
  }

  /** A host that starts thousands of processes a second must not keep us from VRRP. */
  #guard(): void {
    const now = monotonicNowUs()
    if (now - this.#window.since > windowUs) this.#window = { since: now, events: 0 }
    if (++this.#window.events <= eventsMax || this.#deaf) return
    this.#ports.log.info('process-events-flood', { seconds: lookEveryMs / 1_000 })
    this.#deaf = true
    this.#events?.setDeaf(true)
    this.#lookSoon(lookEveryMs)
  }

  #lookSoon(delayMs: number): void {
    if (this.#touched !== undefined) this.#lookAgain = true
    else this.#lookTimer ??= setTimeout(() => void this.#lookAtAll(), delayMs)
  }

  /** In pieces: there may be thousands. */
  async #lookAtAll(): Promise<void> {
    const tracked = this.#tracked
    const touched = new Set<number>()
    this.#touched = touched
    this.#lookAgain = false
    if (this.#deaf) {
      this.#deaf = false
      this.#window = { since: monotonicNowUs(), events: 0 }
      this.#events?.setDeaf(false)
    }
    const found = new Map<number, readonly number[]>()
    let spentUs = 0
    for (const pids = processIds(); pids.length > 0 && this.#tracked === tracked; ) {
      const since = monotonicNowUs()
      for (const pid of pids.splice(0, lookChunk)) this.#look(pid, found)
      spentUs += monotonicNowUs() - since
      await new Promise(resolve => setImmediate(resolve))
    }
    this.#touched = undefined
    this.#lookTimer = undefined
    if (this.#tracked.length === 0) return
    if (this.#tracked === tracked) this.#merge(found, touched)
    if (this.#lookAgain) this.#lookSoon(lookEveryMs)
    else if (this.#events === undefined) this.#lookSoon(Math.max(lookEveryMs, (spentUs * lookShare) / usPerMs))
  }

  /** Of a process that something happened to meanwhile, the events know more. */
  #merge(found: Map<number, readonly number[]>, touched: ReadonlySet<number>): void {
    for (const pid of touched) {
      const known = this.#found.get(pid)
      if (known === undefined) found.delete(pid)
      else found.set(pid, known)
    }
    this.#found = found
    this.#settle()
  }

  /** Returns false if the process counted for nothing and still does. */
  #look(pid: number, into: Map<number, readonly number[]>): boolean {
    const facts = processFacts(pid, this.#commandLineLength)
    const counts = facts === undefined ? [] : [...this.#tracked.keys()].filter(i => this.#tracked[i]!.matches(facts))
    if (counts.length === 0) return into.delete(pid)
    into.set(pid, counts)
    return true
  }

  /** After all events that have come together: a shell that becomes another program was never one process more. */
  #settleSoon(): void {
    if (this.#settling) return
    this.#settling = true
    setImmediate(() => {
      this.#settling = false
      this.#settle()
    })
  }

  #settle(): void {
    const now = monotonicNowUs()
    const counts = this.#counts()
    for (const [i, tracked] of this.#tracked.entries()) {
      const { process, state } = tracked
      tracked.state = withCount(process, state, counts[i]!, now)
      if (tracked.state.up === state.up) continue
      const event = tracked.state.up ? 'process-quorum-gained' : 'process-quorum-lost'
      this.#ports.log.info(event, { process: process.name, count: tracked.state.count })
      this.#ports.onQuorum(process.name, tracked.state.up)
    }
    this.#setDelayTimer(now)
  }

  #setDelayTimer(now: number): void {
    clearTimeout(this.#delayTimer)
    const due = this.#tracked.flatMap(({ state }) => state.changeAt ?? [])
    if (due.length === 0) return
    this.#delayTimer = setTimeout(() => this.#settle(), Math.ceil((Math.min(...due) - now) / usPerMs))
  }

  #counts(): number[] {
    const counts = this.#tracked.map(() => 0)
    for (const matched of this.#found.values()) for (const i of matched) counts[i]!++
    return counts
  }
}
