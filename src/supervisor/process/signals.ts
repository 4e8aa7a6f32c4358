// Listening for the signals of orders.ts. Node.js itself hears no real-time signals (and would die of them), so keepalived's 36 and 63 are
// listened to through Node's own signal wrapper: `process.binding` up to Node 22, `--expose-internals` later. Where neither
// works, `keepalived-ts signal NAME` asks for the same through the control socket.

import { createRequire } from 'node:module'
import { messageOf } from '../../lib/errors.ts'
import { type Order, orderRows } from './orders.ts'

interface SignalHooks {
  order(order: Order, signal: string): void
}

interface Listening {
  /** False: real-time signals would end this process, and the control socket has to be used instead. */
  readonly realTime: boolean
}

/** Listens to every signal that keepalived knows, from now on. With `ignoreInterrupt` SIGINT does nothing. */
export function listenToSignals(hooks: SignalHooks, ignoreInterrupt: boolean): Listening {
  for (const [order, { signal }] of orderRows) {
    if (signal !== undefined) process.on(signal, () => hooks.order(order, signal))
  }
  process.on('SIGINT', () => {
    if (!ignoreInterrupt) hooks.order('stop', 'SIGINT')
  })
  process.on('SIGPIPE', () => undefined)
  const wrapper = signalWrapper()
  if (wrapper === undefined) return { realTime: false }
  for (const [order, { number, signal }] of orderRows) {
    if (signal !== undefined) continue
    const listener = new wrapper()
    listener.onsignal = () => hooks.order(order, `signal ${number}`)
    listener.start(number)
    listener.unref()
  }
  return { realTime: true }
}

/** The command-line flag of Node.js that this Node needs to hear real-time signals; undefined if it can, or nothing helps. */
export function flagForRealTimeSignals(): string | undefined {
  const flag = '--expose-internals'
  return process.execArgv.includes(flag) || signalWrapper() !== undefined ? undefined : flag
}

interface SignalListener {
  onsignal: (number: number) => void
  start(number: number): number
  unref(): void
}
type SignalWrapper = new () => SignalListener

function signalWrapper(): SignalWrapper | undefined {
  return quietly(() => wrapperIn(fromProcessBinding()) ?? wrapperIn(fromExposedInternals()))
}

function fromProcessBinding(): unknown {
  const { binding } = process as unknown as { readonly binding?: unknown }
  if (typeof binding !== 'function') return undefined
  return attempt(() => binding.call(process, 'signal_wrap'))
}

function fromExposedInternals(): unknown {
  if (!process.execArgv.includes('--expose-internals')) return undefined
  return attempt(() => createRequire(import.meta.url)('internal/test/binding').internalBinding('signal_wrap'))
}

function wrapperIn(binding: unknown): SignalWrapper | undefined {
  if (typeof binding !== 'object' || binding === null || !('Signal' in binding)) return undefined
  return typeof binding.Signal === 'function' ? (binding.Signal as SignalWrapper) : undefined
}

/** Node says by an exception that it does not have the module; any other failure has the same consequence. */
function attempt(load: () => unknown): unknown {
  try {
    return load()
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** Node warns people who use these modules; an operator can do nothing about it. */
function quietly<T>(action: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return action()
  } finally {
    process.emitWarning = emitWarning
  }
}
