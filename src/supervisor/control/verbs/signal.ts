// `signal NAME`: what a signal would ask for, for machines where Node.js hears no real-time signals. A stop is for signals only.

import { ok } from '../../../lib/result.ts'
import { orderRows } from '../../process/orders.ts'
import { arg, verb } from './verb.ts'

const orderable = orderRows.filter(([order]) => order !== 'stop')
const names = orderable.map(([, { name }]) => name)

export const signal = verb({
  summary: `ask the running daemon for ${names.join(', ')}`,
  args: { name: arg.oneOf(names) },
  answer: (daemon, { name }) => {
    for (const [order, row] of orderable) if (row.name === name) daemon.order(order)
    return ok(null)
  },
})
