// `reload`: reads the configuration anew, waits, and says what came of it; the exit status is 1 if the old one stays.

import { verb } from './verb.ts'

/** A load is given up after a minute; what follows it takes seconds. */
export const reloadWithinMs = 90_000

export const reload = verb({
  summary: 'read the configuration anew; says what runs now, or why the old one stays in use (exit status 1)',
  args: {},
  withinMs: reloadWithinMs,
  daemonOptions: true,
  answer: daemon => daemon.reload(),
  print: (said, output) => {
    output.out(`${String(said)}\n`)
    return 0
  },
})
