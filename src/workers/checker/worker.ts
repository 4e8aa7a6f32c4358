// The checker worker's entry: which message goes where. Not the checks, not their schedule.
//
//   supervisor -- start, reload, suspended, file, session, misc-end --> loop --> core
//   supervisor <-- step (1 per change), misc-run (1 per run) ---- loop <-- core
//   supervisor <-- standby (1), ready (1), pong (1 per ping) ---- event-worker.ts

import type { MessagePort } from 'node:worker_threads'
import { type FromChecker, type ToChecker, toCheckerShapes } from '../../ipc/messages/checker.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { runEventWorker } from '../event-worker.ts'
import { CheckerLoop } from './loop.ts'

/** Lives until it is aborted. */
export default function run(task: { readonly port: MessagePort }): Promise<void> {
  return runEventWorker<ToChecker, FromChecker>(task.port, toCheckerShapes, ({ send, fail }) => {
    const loop = new CheckerLoop({ send, now: monotonicNowUs, random: Math.random, fail })
    return message => {
      switch (message.t) {
        case 'start':
          loop.start(message.set, message.resume, message.fresh)
          return
        case 'reload':
          loop.reload(message.set)
          return
        case 'suspended':
          loop.suspend(message.checkers)
          return
        case 'file':
          loop.fileChanged(message.name, message.value)
          return
        case 'misc-end':
          loop.miscEnded(message.checker, message.run, message.end)
          return
        case 'session':
          loop.sessionIs(message.session, message.up)
      }
    }
  })
}
