// The thread of the vrrp worker: a small reactor that never touches promises or Node's timers once it runs.
//
//   supervisor --- start, rx, link, script, reload, stop, ping … (msgpack, then a wake-up) ---> drain --> loop --> core
//   supervisor <-- ready, step (snapshot + effects, atomic), pong, counters, stopped ---------- post
//   network    <-- adverts: sendto on a descriptor that the main thread opened and owns -------- transmit
//   board      <-- next deadline of each instance, sign of life
//
// Each turn (turn.ts): drain what has arrived, then let due timers fire, then sleep until the earliest deadline or a wake-up.

import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import {
  type Board,
  bridgedAt,
  countConsumed,
  markAlive,
  openBoard,
  publishDeadline,
  sleep,
  wakeWord,
} from '../../ipc/board.ts'
import { decode, post, receive } from '../../ipc/channel.ts'
import { type FromVrrp, type ToVrrp, toVrrpShapes } from '../../ipc/messages/vrrp.ts'
import { assert } from '../../lib/errors.ts'
import { formatIp } from '../../lib/ip.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { suspendedUs } from '../../native/clock.ts'
import { errnoName } from '../../native/libc.ts'
import { ownThreadId } from '../../native/schedule.ts'
import { transmit } from '../../native/transmit-socket.ts'
import { provokeFault } from '../fault.ts'
import { VrrpLoop } from './loop.ts'
import { type TurnPorts, takeTurn } from './turn.ts'

/** Even an idle worker looks around once in a while, so that its sign of life is never older. */
const sleepMaxUs = 1_000_000

/** The worker's life; returns when it was told to stop. */
export default async function vrrpWorker(task: { port: MessagePort; board: SharedArrayBuffer }): Promise<void> {
  const { port } = task
  post<FromVrrp>(port, { t: 'standby', thread: ownThreadId() })
  const [raw] = (await once(port, 'message')) as [unknown]
  const first = decode<ToVrrp>(raw, toVrrpShapes)
  assert(first.t === 'start', `the first message is start, not ${first.t}`)
  await react(port, openBoard(task.board), first)
}

async function react(port: MessagePort, board: Board, first: Extract<ToVrrp, { t: 'start' }>): Promise<void> {
  const loop = new VrrpLoop({
    post: message => post(port, message),
    transmit: (socket, link, { destination, source, packet, hopLimit }) => {
      const sourceText = socket.family === 6 ? formatIp(source) : undefined
      const errno = transmit(socket.fd, socket.family, link.ifindex, destination, sourceText, packet, hopLimit)
      return errno === 0 ? null : errnoName(errno)
    },
    publish: (slot, at) => publishDeadline(board, slot, at),
    bridgedAt: slot => bridgedAt(board, slot),
  })
  const ports: TurnPorts = {
    receive: () => receive<ToVrrp>(port, toVrrpShapes),
    post: message => post<FromVrrp>(port, message),
    now: monotonicNowUs,
    suspendedUs,
    countConsumed: () => countConsumed(board),
    markAlive: now => markAlive(board, now),
    fault: provokeFault,
  }
  loop.start(first, monotonicNowUs())
  for (;;) {
    const seen = wakeWord(board)
    const outcome = takeTurn(loop, ports)
    if (outcome instanceof Promise) return outcome
    if (outcome === 'stopped') return
    if (outcome === 'more') continue
    const now = monotonicNowUs()
    const nextAt = loop.nextDeadline(now) ?? now + sleepMaxUs
    sleep(board, seen, Math.min(nextAt - now, sleepMaxUs))
  }
}
