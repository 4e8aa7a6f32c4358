// The life of a worker that runs on an ordinary event loop: one long-running task that digests its messages, answers pings and
// fails on request. Not what its messages mean, and not the vrrp and bfd workers, which sleep in their own ways.

import type { MessagePort } from 'node:worker_threads'
import { listen, post, type Shapes } from '../ipc/channel.ts'
import type { FromAnyWorker, ToAnyWorker } from '../ipc/messages/common.ts'
import { ownThreadId } from '../native/schedule.ts'
import { provokeFault } from './fault.ts'

type Message = { readonly t: string }

interface EventWorkerPorts<From> {
  send(message: From): void
  /** Ends the worker: something impossible happened. */
  fail(reason: Error): void
  /** Ends the worker: everything is done. */
  end(): void
}

/** Digests one message of the supervisor; `start` is answered with `ready` when it returns. */
type Digest<To> = (message: Exclude<To, ToAnyWorker>) => void

/** Resolves after `end()`; rejects, and so ends the actor, on a malformed message or a bug. */
export function runEventWorker<To extends Message, From extends Message>(
  port: MessagePort,
  shapes: Shapes<To | ToAnyWorker>,
  make: (ports: EventWorkerPorts<From>) => Digest<To>,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const own = (message: FromAnyWorker) => post(port, message)
    const digest = make({ send: message => post(port, message), fail: reject, end: resolve })
    listen<To | ToAnyWorker>(port, shapes, message => dispatch(message), reject)
    own({ t: 'standby', thread: ownThreadId() })

    function dispatch(message: To | ToAnyWorker): void {
      if (isPing(message)) own({ t: 'pong', n: message.n })
      else if (isFault(message)) provokeFault(message.kind)?.catch(reject)
      else {
        digest(message as Exclude<To, ToAnyWorker>)
        if (message.t === 'start') own({ t: 'ready' })
      }
    }
  })
}

function isPing(message: Message): message is Extract<ToAnyWorker, { t: 'ping' }> {
  return message.t === 'ping'
}

function isFault(message: Message): message is Extract<ToAnyWorker, { t: 'fault' }> {
  return message.t === 'fault'
}
