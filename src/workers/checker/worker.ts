// The checker worker's entry: one long-running task that lives until it is aborted. Not the checks, not their schedule.
//
//   supervisor -- start, reload, suspended, misc-end (1 each) --> shell --> core
//   supervisor <-- step (1 per change), misc-run (1 per run) ---- shell <-- core
//   supervisor <-- standby (1), ready (1), pong (1 per ping) ---- worker

import type { MessagePort } from 'node:worker_threads'
import { listen, post } from '../../ipc/channel.ts'
import { type FromChecker, type ToChecker, toCheckerShapes } from '../../ipc/messages/checker.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { provokeFault } from '../fault.ts'
import { CheckerShell } from './shell.ts'

/** Rejects, and so ends the actor, on a malformed message or a bug. */
export default function run(task: { readonly port: MessagePort }): Promise<never> {
  const { port } = task
  return new Promise<never>((_, reject) => {
    const send = (message: FromChecker) => post(port, message)
    const shell = new CheckerShell({ send, now: monotonicNowUs, random: Math.random, fail: reject })
    listen<ToChecker>(port, toCheckerShapes, message => dispatch(message), reject)
    send({ t: 'standby' })

    function dispatch(message: ToChecker): void {
      switch (message.t) {
        case 'ping':
          send({ t: 'pong', n: message.n })
          return
        case 'fault':
          provokeFault(message.kind)?.catch(reject)
          return
        case 'start':
          shell.start(message.set, message.resume, message.fresh)
          send({ t: 'ready' })
          return
        case 'reload':
          shell.reload(message.set)
          return
        case 'suspended':
          shell.suspend(message.checkers)
          return
        case 'misc-end':
          shell.miscEnded(message.checker, message.run, message.end)
          return
      }
    }
  })
}
