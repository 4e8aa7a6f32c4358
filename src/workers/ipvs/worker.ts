// The ipvs worker's entry: one long-running task that lives until it is aborted or told to stop. It decides what the IPVS table
// should be; the supervisor holds the netlink socket and carries the commands out.
//
//   supervisor -- start, reload, verdict, table (1 per dump), results (1 per commands), stop --> shell --> core
//   supervisor <-- step (1 per change), commands (1 in flight), dump, owned, refused ------------ shell <-- core
//   supervisor <-- standby (1), ready (1), pong (1 per ping), stopped (1) ----------------------- worker

import type { MessagePort } from 'node:worker_threads'
import { listen, post } from '../../ipc/channel.ts'
import { type FromIpvs, type ToIpvs, toIpvsShapes } from '../../ipc/messages/ipvs.ts'
import { provokeFault } from '../fault.ts'
import { IpvsShell } from './shell.ts'

/** Resolves after `stopped`; rejects, and so ends the actor, on a malformed message or a bug. */
export default function run(task: { readonly port: MessagePort }): Promise<void> {
  const { port } = task
  return new Promise<void>((resolve, reject) => {
    const send = (message: FromIpvs) => {
      post(port, message)
      if (message.t === 'stopped') resolve()
    }
    const shell = new IpvsShell({ send })
    listen<ToIpvs>(port, toIpvsShapes, message => dispatch(message), reject)
    send({ t: 'standby' })

    function dispatch(message: ToIpvs): void {
      switch (message.t) {
        case 'ping':
          send({ t: 'pong', n: message.n })
          return
        case 'fault':
          provokeFault(message.kind)?.catch(reject)
          return
        case 'start':
          shell.start(message)
          send({ t: 'ready' })
          return
        case 'reload':
          shell.reload(message.virtualServers, message.settings)
          return
        case 'verdict':
          shell.verdict(message.verdict)
          return
        case 'table':
          shell.table(message.entries)
          return
        case 'results':
          shell.results(message.n, message.errnos)
          return
        case 'stop':
          shell.stop(message.tell, message.release)
          return
      }
    }
  })
}
