// The running configuration with masked secrets, which `keepalived-ts plan` compares a file with. See running-config.ts.

import { err, ok } from '../../../lib/result.ts'
import { verb } from './verb.ts'

export const config = verb({
  args: {},
  answer: daemon => {
    const running = daemon.runningConfig()
    return running === undefined ? err('no configuration runs yet') : ok(running)
  },
})
