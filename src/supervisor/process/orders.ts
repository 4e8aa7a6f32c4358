// The orders of an operator to the daemon, as one table: the name for `--signum` and `keepalived-ts signal`, and the
// signal. daemon.ts carries them out. Reference: keepalived(8), SIGNALS.

import { constants } from 'node:os'

interface OrderRow {
  readonly name: string
  /** What Node.js calls the signal; a real-time signal has no name there. */
  readonly signal?: NodeJS.Signals
  readonly number: number
}

const { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 } = constants.signals

/** Numbers of real-time signals are those of glibc and musl, where SIGRTMIN is 34 (35 in musl) and SIGRTMAX 64. */
const orders = {
  stop: { name: 'STOP', signal: 'SIGTERM', number: SIGTERM },
  reload: { name: 'RELOAD', signal: 'SIGHUP', number: SIGHUP },
  'dump-data': { name: 'DATA', signal: 'SIGUSR1', number: SIGUSR1 },
  'dump-stats': { name: 'STATS', signal: 'SIGUSR2', number: SIGUSR2 },
  'clear-stats': { name: 'STATS_CLEAR', number: 63 },
  'dump-json': { name: 'JSON', number: 36 },
} as const satisfies Readonly<Record<string, OrderRow>>

export type Order = keyof typeof orders

/** Every order with its row, in the order of the table. */
export const orderRows: readonly (readonly [Order, OrderRow])[] = Object.entries(orders) as [Order, OrderRow][]

export function isOrder(value: unknown): value is Order {
  return typeof value === 'string' && Object.hasOwn(orders, value)
}

/** The number behind a name of `--signum`; undefined if there is none. */
export function signalNumber(name: string): number | undefined {
  return orderRows.find(([, row]) => row.name === name)?.[1].number
}
