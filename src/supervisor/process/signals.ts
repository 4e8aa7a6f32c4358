// Listening for the signals of orders.ts. Node.js itself hears no real-time signals (and would die of them), so
// keepalived's 36 and 63 are listened to through Node's own signal wrapper: `process.binding` up to Node 22,
// `--expose-internals` later. Where neither works, `keepalived-ts signal NAME` asks for the same through the control
// socket.

import * as inspector from 'node:inspector'
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

interface Caught {
  readonly order: Order
  readonly signal: string
}

/** Orders that came before anybody was there to carry them out; more of them say nothing new. */
const waitingMax = 64
const waiting: Caught[] = []
let carryOut: ((caught: Caught) => void) | undefined
let caught: { readonly realTime: boolean; release(): void } | undefined

/**
 * The first thing that every process does: from here on no signal of keepalived's ends it, and SIGUSR1 does not open
 * Node's debugger, through which every local user would be root. What comes is kept until somebody carries it out.
 * SIGTERM and SIGINT end the process until then.
 */
export function catchSignals(): void {
  if (caught !== undefined) return
  const undo: (() => void)[] = []
  for (const [order, { signal }] of orderRows) {
    if (signal === undefined || order === 'stop') continue
    const listener = () => take({ order, signal })
    process.on(signal, listener)
    // SIGUSR1 stays caught to the end: without a listener it opens the debugger.
    if (signal !== 'SIGUSR1') undo.push(() => process.off(signal, listener))
  }
  process.on('SIGPIPE', () => undefined)
  const wrapper = signalWrapper()
  for (const [order, { number, signal }] of orderRows) {
    if (wrapper === undefined || signal !== undefined) continue
    const listener = new wrapper()
    listener.onsignal = () => take({ order, signal: `signal ${number}` })
    listener.start(number)
    listener.unref()
    undo.push(() => listener.stop())
  }
  const release = () => {
    for (const each of undo) each()
  }
  caught = { realTime: wrapper !== undefined, release }
  closeDebugger()
}

/** A process that is no daemon (a subcommand) ends at SIGHUP and its kind, as every program does. */
export function releaseSignals(): void {
  caught?.release()
  waiting.length = 0
}

/** Carries out every order that a signal gives, first those that came before. With `ignoreInterrupt` SIGINT does nothing. */
export function listenToSignals(hooks: SignalHooks, ignoreInterrupt: boolean): Listening {
  process.on('SIGINT', () => {
    if (!ignoreInterrupt) hooks.order('stop', 'SIGINT')
  })
  process.on('SIGTERM', () => hooks.order('stop', 'SIGTERM'))
  return carryOutOrders(({ order, signal }) => hooks.order(order, signal))
}

/** The same without SIGTERM and SIGINT, for a process with its own way to stop. */
export function carryOutOrders(how: (caught: Caught) => void): Listening {
  catchSignals()
  carryOut = how
  for (const early of waiting.splice(0)) how(early)
  return { realTime: caught?.realTime === true }
}

function take(order: Caught): void {
  if (carryOut !== undefined) carryOut(order)
  else if (waiting.length < waitingMax) waiting.push(order)
}

/** Node opens the debugger on its event loop, soon after the signal; the last looks are for a machine that is very busy. */
const debuggerLooksMs = [0, 1, 5, 20, 100, 500, 2_000]

/**
 * A SIGUSR1 that came while Node itself was starting has opened the debugger, or will as soon as Node comes to it. A
 * debugger that was asked for on the command line stays.
 */
function closeDebugger(): void {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? '']
  if (given.some(argument => argument.includes('--inspect'))) return
  const close = () => {
    if (inspector.url() !== undefined) inspector.close()
  }
  close()
  for (const delayMs of debuggerLooksMs) setTimeout(close, delayMs).unref()
}

/** What a Node.js that we start is told, so that SIGUSR1 cannot open its debugger; empty where Node does not know it. */
export function flagsAgainstDebugger(): readonly string[] {
  return ['--disable-sigusr1'].filter(
    flag => process.allowedNodeEnvironmentFlags.has(flag) && !process.execArgv.includes(flag),
  )
}

/** The command-line flag of Node.js that this Node needs to hear real-time signals; undefined if it can, or nothing helps. */
export function flagForRealTimeSignals(): string | undefined {
  const flag = '--expose-internals'
  return process.execArgv.includes(flag) || signalWrapper() !== undefined ? undefined : flag
}

interface SignalListener {
  onsignal: (number: number) => void
  start(number: number): number
  stop(): void
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
