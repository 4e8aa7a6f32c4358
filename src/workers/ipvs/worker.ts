// The ipvs worker's entry: which message goes where. It decides what the IPVS table should be; the supervisor holds the netlink
// socket and carries the commands out.
//
//   supervisor -- start, reload, verdict, table (1 per dump), results (1 per commands), stop --> loop --> core
//   supervisor <-- step (1 per change), commands (1 in flight), dump, owned, refused ------------ loop <-- core
//   supervisor <-- stopped (1); standby (1), ready (1), pong (1 per ping) of event-worker.ts

import type { MessagePort } from 'node:worker_threads'
import { type FromIpvs, type ToIpvs, toIpvsShapes } from '../../ipc/messages/ipvs.ts'
import { runEventWorker } from '../event-worker.ts'
import { IpvsLoop } from './loop.ts'

/** Resolves after `stopped`. */
export default function run(task: { readonly port: MessagePort }): Promise<void> {
  return runEventWorker<ToIpvs, FromIpvs>(task.port, toIpvsShapes, ({ send, end }) => {
    const loop = new IpvsLoop({
      send: message => {
        send(message)
        if (message.t === 'stopped') end()
      },
    })
    return message => {
      switch (message.t) {
        case 'start':
          loop.start(message)
          return
        case 'reload':
          loop.reload(message.virtualServers, message.settings)
          return
        case 'verdict':
          loop.verdict(message.verdict)
          return
        case 'table':
          loop.table(message.entries)
          return
        case 'results':
          loop.results(message.n, message.errnos)
          return
        case 'stop':
          loop.stop(message.tell, message.release)
      }
    }
  })
}
