// `signal NAME`: what a signal would ask for, for machines where Node.js hears no real-time signals. A stop is for signals only.

import { ok, type Result } from '../../../lib/result.ts'
import { orderRows } from '../../process/orders.ts'
import { reloadWithinMs } from './reload.ts'
import { arg, verb } from './verb.ts'

const orderable = orderRows.filter(([order]) => order !== 'stop')
const names = orderable.map(([, { name }]) => name)

export const signal = verb({
  summary: `ask the running daemon for ${names.join(', ')}`,
  args: { name: arg.oneOf(names) },
  withinMs: reloadWithinMs,
  answer: async (daemon, { name }): Promise<Result<string | null, string>> => {
    // RELOAD is answered when the reload is over, with its result; the other signals are answered at once.
    const wanted = orderable.find(([, row]) => row.name === name)?.[0]
    if (wanted === 'reload') return daemon.reload()
    if (wanted !== undefined) daemon.order(wanted)
    return ok(null)
  },
  print: (said, output) => {
    if (typeof said === 'string') output.out(`${said}\n`)
    return 0
  },
})
