// The watchdog: starts the daemon process, hands operators' wishes on to it, kills and restarts it as
// watchdog-policy.ts says, tells systemd how things are, and takes the addresses down if it gives up. No native code is
// loaded here, so that nothing that can happen to the daemon happens to it.

import { type ChildProcess, fork } from 'node:child_process'
import { constants } from 'node:os'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs, usPerMs } from '../../lib/time.ts'
import type { Order } from '../process/orders.ts'
import { flagsAgainstDebugger } from '../process/signals.ts'
import { type HeldAddress, shortestSurvivalUs } from './estate.ts'
import {
  begun,
  died,
  dueEvictions,
  emptyKeeper,
  estateOf,
  evictionAt,
  heard,
  leftBehind,
  withEvictions,
} from './estate-keeper.ts'
import type { SystemdNotifier } from './systemd-notify.ts'
import { type FromDaemon, heirName, readFromDaemon, type ToDaemon } from './watchdog-channel.ts'
import {
  isWell,
  newWatchdog,
  type WatchdogEffect,
  type WatchdogEvent,
  type WatchdogLimits,
  watch,
  watchdogDeadline,
} from './watchdog-policy.ts'

interface WatchdogPorts {
  readonly log: Log
  readonly systemd: SystemdNotifier
  /** Resolves with a reason if it failed. */
  removeAddresses(addresses: readonly HeldAddress[]): Promise<string | undefined>
}

interface WatchdogOptions {
  readonly limits: WatchdogLimits
  /** JavaScript file of the daemon process, its arguments and what its environment has besides ours. */
  readonly entry: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** How often systemd is told that all is well; undefined: never. */
  readonly beatEveryMs?: number | undefined
  /** -V: addresses stay whatever happens. */
  readonly dontReleaseVrrp: boolean
}

/** systemd shows a reload until `ready`; a daemon that does not come back from one must not leave it at that. */
const reloadWithinMs = 60_000
/**
 * The daemon's main thread and vrrp worker are real-time, V8's helper threads are not: on one CPU a collection would
 * wait for helpers that never get their turn (seen: adverts a second late). docs/adr/0009-main-thread-priority.md
 */
const singleThreadedGc = '--single-threaded-gc'
/** Last words of the daemon that are still in the channel when its exit is seen. */
const lastWordsWithinMs = 200

export class Watchdog {
  readonly #ports: WatchdogPorts
  readonly #options: WatchdogOptions
  #state = newWatchdog()
  #child: ChildProcess | undefined
  #keeper = emptyKeeper
  #evictionTimer: NodeJS.Timeout | undefined
  #timer: NodeJS.Timeout | undefined
  #look: NodeJS.Immediate | undefined
  #reloadTimer: NodeJS.Timeout | undefined
  #beats: NodeJS.Timeout | undefined
  #status = 'Starting'
  #finished: (status: number) => void = () => undefined

  constructor(ports: WatchdogPorts, options: WatchdogOptions) {
    this.#ports = ports
    this.#options = options
  }

  /** Runs until there is nothing more to watch over; resolves with the exit status of this process. */
  run(): Promise<number> {
    const { beatEveryMs } = this.#options
    if (beatEveryMs !== undefined) this.#beats = setInterval(() => this.#beat(), beatEveryMs)
    return new Promise(resolve => {
      this.#finished = resolve
      this.#dispatch({ type: 'start' })
    })
  }

  /** What a signal has asked for. */
  order(order: Order): void {
    if (order === 'stop') this.#stop()
    else if (order === 'reload') this.#reload()
    else this.#send(order)
  }

  #stop(): void {
    this.#ports.systemd.stopping()
    this.#dispatch({ type: 'stop' })
  }

  /** A daemon that is not running yet will read the new configuration anyway. */
  #reload(): void {
    if (this.#state.phase.name !== 'running') return
    this.#ports.systemd.reloading()
    clearTimeout(this.#reloadTimer)
    this.#reloadTimer = setTimeout(() => this.#ports.systemd.ready('The reload takes long'), reloadWithinMs)
    this.#send('reload')
  }

  #send(order: Order): void {
    const message: ToDaemon = { t: 'order', order }
    // A daemon that is dying does not take it; its exit tells the rest.
    if (this.#child?.connected) this.#child.send(message, undefined, undefined, () => undefined)
  }

  #dispatch(event: WatchdogEvent): void {
    const step = watch(this.#state, event, monotonicNowUs(), this.#options.limits)
    this.#state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    this.#setTimer()
  }

  #carryOut(effect: WatchdogEffect): void {
    switch (effect.type) {
      case 'spawn':
        this.#spawn()
        return
      case 'order-stop':
        this.#send('stop')
        return
      case 'kill':
        this.#ports.log.error('watchdog-kill', { reason: effect.reason })
        this.#child?.kill('SIGKILL')
        return
      case 'restart':
        this.#ports.log.error('watchdog-restart', { cause: effect.cause, delayMs: effect.delayUs / usPerMs })
        this.#ports.systemd.status(`Restarting the daemon process (${effect.cause})`)
        this.#beginEvictions()
        return
      case 'finish':
        void this.#finish(effect)
    }
  }

  #spawn(): void {
    const { entry, args, environment } = this.#options
    this.#keeper = begun(this.#keeper)
    const child = fork(entry, args, {
      // A session of its own: Ctrl-C is for us, who order a stop; a suspended watchdog does not suspend the adverts.
      detached: true,
      execArgv: [
        ...process.execArgv.filter(argument => argument !== '--expose-internals'),
        ...flagsAgainstDebugger(),
        singleThreadedGc,
      ],
      env: { ...process.env, ...environment, ...(this.#keeper.diedAt === null ? {} : { [heirName]: '1' }) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    this.#child = child
    this.#bequeath(child)
    this.#ports.log.debug('watchdog-spawned', { pid: child.pid ?? 0 })
    child.on('message', message => this.#hear(readFromDaemon(message)))
    let isGone = false
    const gone = (status: number | null, signal: string | null) => {
      if (isGone) return
      isGone = true
      void this.#gone(child, status, signal)
    }
    child.on('exit', gone)
    child.on('error', error => {
      this.#ports.log.error('daemon-crashed', { reason: error.message })
      // It also reports failures to send or kill; only without a process is there no exit to wait for.
      if (child.pid === undefined) gone(null, null)
    })
  }

  #hear(message: FromDaemon | undefined): void {
    this.#keeper = heard(this.#keeper, message, monotonicNowUs())
    switch (message?.t) {
      case 'ready':
        clearTimeout(this.#reloadTimer)
        this.#dispatch({ type: 'ready' })
        this.#ports.systemd.ready(this.#status)
        return
      case 'alive':
        this.#dispatch({ type: 'alive' })
        return
      case 'holding':
        this.#dispatch({ type: 'held', survivalUs: shortestSurvivalUs(this.#keeper.held) })
        this.#armEvictions()
        return
      case 'role':
        return
      case 'status':
        this.#status = message.text
        this.#ports.systemd.status(message.text)
        return
      case 'leaving':
        this.#ports.systemd.stopping()
        this.#dispatch({ type: 'leaving' })
        return
      case undefined:
        this.#ports.log.warn('watchdog-message-unknown', {})
    }
  }

  async #gone(child: ChildProcess, status: number | null, signal: string | null): Promise<void> {
    await drained(child)
    this.#child = undefined
    clearTimeout(this.#reloadTimer)
    this.#keeper = died(this.#keeper, monotonicNowUs())
    this.#dispatch({ type: 'exit', status, signal })
  }

  /**
   * Addresses that a successor could not save in time are removed before it is started, because the fork keeps this
   * thread busy while a peer takes over.
   */
  #beginEvictions(): void {
    if (this.#options.dontReleaseVrrp) return
    this.#keeper = withEvictions(this.#keeper, monotonicNowUs())
    this.#evictDue()
  }

  /**
   * Tells a new daemon the roles and addresses of the dead one, so that it can go on with those whose peers have not
   * noticed the death.
   */
  #bequeath(child: ChildProcess): void {
    const estate = estateOf(this.#keeper)
    if (estate === undefined) return
    const message: ToDaemon = { t: 'estate', estate }
    child.send(message, undefined, undefined, () => undefined)
  }

  #armEvictions(): void {
    clearTimeout(this.#evictionTimer)
    const at = evictionAt(this.#keeper)
    if (at === undefined) return
    this.#evictionTimer = setTimeout(() => this.#evictDue(), Math.max(0, at - monotonicNowUs()) / usPerMs)
  }

  #evictDue(): void {
    const { keeper, addresses } = dueEvictions(this.#keeper, monotonicNowUs())
    this.#keeper = keeper
    if (addresses.length > 0) void this.#evict(addresses)
    this.#armEvictions()
  }

  async #evict(addresses: readonly HeldAddress[]): Promise<void> {
    const reason = await this.#ports.removeAddresses(addresses)
    if (reason === undefined) this.#ports.log.warn('addresses-removed', { count: addresses.length })
    else this.#ports.log.error('addresses-remove-failed', { reason })
  }

  async #finish(end: Extract<WatchdogEffect, { readonly type: 'finish' }>): Promise<void> {
    const { log, systemd } = this.#ports
    clearInterval(this.#beats)
    clearTimeout(this.#evictionTimer)
    if (end.status !== 0) {
      log.error('watchdog-gave-up', { cause: end.cause, status: end.status })
      systemd.failed(errnoOf(end.status), `Gave up (${end.cause})`)
    }
    const left = this.#options.dontReleaseVrrp ? [] : leftBehind(this.#keeper)
    if (left.length > 0) await this.#evict(left)
    await systemd.settled()
    this.#finished(end.status)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#look)
    const at = watchdogDeadline(this.#state, this.#options.limits)
    if (at === undefined) return
    const delayMs = Math.max(0, Math.ceil((at - monotonicNowUs()) / usPerMs))
    // What the daemon has said is read first: overdue timers come before it in the event loop, immediates behind it.
    this.#timer = setTimeout(() => {
      this.#look = setImmediate(() => this.#dispatch({ type: 'timer' }))
    }, delayMs)
  }

  #beat(): void {
    if (isWell(this.#state, monotonicNowUs(), this.#options.limits)) this.#ports.systemd.alive()
  }
}

/** Resolves when nothing more can come through the channel of a process that has ended. */
function drained(child: ChildProcess): Promise<void> {
  if (!child.connected) return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(resolve, lastWordsWithinMs)
    child.once('disconnect', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** keepalived: a permanent error is told to systemd as EPERM or EINVAL. */
function errnoOf(status: number): number {
  return status === 4 ? constants.errno.EPERM : constants.errno.EINVAL
}
