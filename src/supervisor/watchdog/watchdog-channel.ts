// The channel between the watchdog process and the daemon process (node:child_process ipc, structured clones): its
// messages, and the daemon's end of it. The daemon's death shows as its exit; the watchdog's death shows to the daemon
// as a closed channel, and it steps down.

import { isRecord } from '../../lib/record.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import { isOrder, type Order } from '../process/orders.ts'
import type { Estate, HeldAddress } from './estate.ts'

/** watchdog -> daemon */
export type ToDaemon =
  | { readonly t: 'order'; readonly order: Order }
  /** First of all, to a daemon whose predecessor died: see `heirName`. */
  | { readonly t: 'estate'; readonly estate: Estate }

/** daemon -> watchdog */
export type FromDaemon =
  /** Everything is started; again after each reload, successful or not. */
  | { readonly t: 'ready' }
  /** Twice a second. */
  | { readonly t: 'alive' }
  /**
   * What has to be taken down if this process cannot do it any more: addresses that it is about to add (or that have another
   * time), and those that it has removed. What a predecessor left counts until it is removed.
   */
  | { readonly t: 'holding'; readonly added: readonly HeldAddress[]; readonly removed: readonly HeldAddress[] }
  /** The state of an instance, for a successor; null: it is gone. `survivalUs`: see estate.ts; null unless it is MASTER. */
  | {
      readonly t: 'role'
      readonly instance: string
      readonly state: State | null
      readonly survivalUs: number | null
    }
  /** One line for people, shown by `systemctl status`. */
  | { readonly t: 'status'; readonly text: string }
  /** The daemon stops because somebody else asked it to. */
  | { readonly t: 'leaving' }

export interface WatchdogLink {
  /** Is there a watchdog at all? */
  readonly attached: boolean
  ready(): void
  holding(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  role(instance: string, state: State | null, survivalUs: number | null): void
  status(text: string): void
  leaving(): void
  /** Ends the pings and lets go of the channel, so that it does not keep the process alive. */
  close(): void
}

interface WatchdogLinkPorts {
  order(order: Order): void
  /** The watchdog has died: step down and end. Called once. */
  lost(): void
}

export const aliveEveryMs = 500

/** The daemon's end. Starts to ping at once, so that a hanging start is seen as well as a hanging run. */
export function attachToWatchdog(ports: WatchdogLinkPorts): WatchdogLink {
  let closed = false
  const send = (message: FromDaemon) => {
    // A channel that breaks while we write to it reports it by `disconnect`.
    if (!closed && process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }
  const pings = setInterval(() => send({ t: 'alive' }), aliveEveryMs)
  const lost = () => {
    if (closed) return
    closed = true
    clearInterval(pings)
    ports.lost()
  }
  process.on('disconnect', lost)
  // It died while we were loading: the event came before anybody listened. Without any channel it is undefined.
  if (process.connected === false) setImmediate(lost)
  process.on('message', (message: unknown) => {
    const order = orderIn(message)
    if (order !== undefined) ports.order(order)
  })
  return {
    attached: process.connected === true,
    ready: () => send({ t: 'ready' }),
    holding: (added, removed) => send({ t: 'holding', added, removed }),
    role: (instance, state, survivalUs) => send({ t: 'role', instance, state, survivalUs }),
    status: text => send({ t: 'status', text }),
    leaving: () => send({ t: 'leaving' }),
    close: () => {
      closed = true
      clearInterval(pings)
      process.off('disconnect', lost)
      if (process.connected) process.disconnect()
    },
  }
}

/** A message of the daemon, if it is one. The processes may be of different releases during an upgrade. */
export function readFromDaemon(message: unknown): FromDaemon | undefined {
  if (!isRecord(message)) return undefined
  switch (message.t) {
    case 'ready':
    case 'alive':
    case 'leaving':
      return { t: message.t }
    case 'status':
      return typeof message.text === 'string' ? { t: 'status', text: message.text } : undefined
    case 'role':
      return typeof message.instance === 'string' && typeof message.state === 'object'
        ? {
            t: 'role',
            instance: message.instance,
            state: message.state as State | null,
            survivalUs: typeof message.survivalUs === 'number' ? message.survivalUs : null,
          }
        : undefined
    case 'holding': {
      const { added, removed } = message
      return areHeldAddresses(added) && areHeldAddresses(removed) ? { t: 'holding', added, removed } : undefined
    }
    default:
      return undefined
  }
}

/** In the environment of a daemon that is going to be told what its predecessor left. */
export const heirName = 'KEEPALIVED_TS_HEIR'
const estateWithinMs = 2000
/** A watchdog of an earlier release does not say this. */
const older: Partial<Estate> = { survivalsUs: {} }

/**
 * What the predecessor left; undefined if there was none, or the watchdog does not say. Takes `heirName` out of the
 * environment.
 */
export function receiveEstate(environment: Record<string, string | undefined>): Promise<Estate | undefined> {
  const expected = environment[heirName] !== undefined
  delete environment[heirName]
  if (!expected) return Promise.resolve(undefined)
  return new Promise(resolve => {
    const settle = (estate: Estate | undefined) => {
      clearTimeout(timer)
      process.off('message', hear)
      resolve(estate)
    }
    const hear = (message: unknown) => {
      if (isRecord(message) && message.t === 'estate') settle({ ...older, ...(message.estate as Estate) })
    }
    const timer = setTimeout(() => settle(undefined), estateWithinMs)
    process.on('message', hear)
  })
}

function areHeldAddresses(value: unknown): value is readonly HeldAddress[] {
  return Array.isArray(value) && value.every(isHeldAddress)
}

function isHeldAddress(value: unknown): value is HeldAddress {
  if (!isRecord(value)) return false
  const { address, prefix, interface: name, peer, survivalUs } = value
  const numbers = Number.isInteger(prefix) && Number.isInteger(survivalUs)
  const peered = peer === undefined || typeof peer === 'string'
  return typeof address === 'string' && typeof name === 'string' && numbers && peered
}

function orderIn(message: unknown): Order | undefined {
  return isRecord(message) && message.t === 'order' && isOrder(message.order) ? message.order : undefined
}
