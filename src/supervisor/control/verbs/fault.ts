// `fault WORKER KIND`: provokes a fault in a worker, so that tests see what becomes of it. Never without the daemon's consent.

import { faultKinds, workerNames } from '../../../ipc/messages/common.ts'
import { err, ok } from '../../../lib/result.ts'
import { arg, verb } from './verb.ts'

export const fault = verb({
  summary: `provoke a fault in a worker, for tests: ${workerNames.join('|')}, ${faultKinds.join('|')}`,
  args: { worker: arg.oneOf(workerNames), kind: arg.oneOf(faultKinds) },
  answer: (daemon, { worker: name, kind }) => {
    if (process.env.KEEPALIVED_TS_FAULTS !== '1') {
      return err('refused: start the daemon with KEEPALIVED_TS_FAULTS=1 in its environment to allow faults')
    }
    const worker = daemon.worker(name)
    if (worker === undefined) return err(`there is no ${name} worker: the configuration has nothing for it`)
    worker.fault(kind)
    return ok(null)
  },
})
