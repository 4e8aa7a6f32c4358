// The thread of the vrrp worker: a small reactor that never touches promises or Node's timers once it runs.
//
//   supervisor --- start, rx, link, script, reload, stop, ping … (msgpack, then a wake-up) ---> drain --> shell --> core
//   supervisor <-- ready, step (snapshot + effects, atomic), pong, counters, stopped ---------- post
//   network    <-- adverts: sendto on a descriptor that the main thread opened and owns -------- transmit
//   board      <-- next deadline of each instance, sign of life
//
// Each turn: drain what has arrived, then let due timers fire, then sleep until the earliest deadline or a wake-up. Draining
// comes first, so that an advert that waits in the queue is seen before its master-down timer is.

import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import { type Board, bridgedAt, countConsumed, markAlive, openBoard, publishDeadline, sleep, wakeWord } from '../../ipc/board.ts'
import { decode, post, receive } from '../../ipc/channel.ts'
import { type FromVrrp, type ToVrrp, toVrrpShapes } from '../../ipc/messages/vrrp.ts'
import { assert } from '../../lib/errors.ts'
import { formatIp } from '../../lib/ip.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { setRealtime } from '../../native/schedule.ts'
import { transmit } from '../../native/transmit-socket.ts'
import { provokeFault } from '../fault.ts'
import { VrrpShell } from './shell.ts'

/** Even an idle worker looks around once in a while, so that its sign of life is never older. */
const SLEEP_MAX_US = 1_000_000
/** Messages handled before timers get their turn again: a flood must not stop the adverts. */
const DRAIN_MAX = 512

/** The worker's life; returns when it was told to stop. */
export default async function vrrpWorker(task: { port: MessagePort; board: SharedArrayBuffer }): Promise<void> {
  const { port } = task
  post<FromVrrp>(port, { t: 'standby' })
  const [raw] = (await once(port, 'message')) as [unknown]
  const first = decode<ToVrrp>(raw, toVrrpShapes)
  assert(first.t === 'start', `the first message is start, not ${first.t}`)
  await react(port, openBoard(task.board), first)
}

async function react(port: MessagePort, board: Board, first: Extract<ToVrrp, { t: 'start' }>): Promise<void> {
  if (first.rtPriority > 0) setRealtime(first.rtPriority)
  const shell = new VrrpShell({
    post: message => post(port, message),
    transmit: (socket, link, { destination, source, packet }) => {
      const sourceText = socket.family === 6 ? formatIp(source) : undefined
      return transmit(socket.fd, socket.family, link.ifindex, destination, sourceText, packet)
    },
    publish: (slot, at) => publishDeadline(board, slot, at),
    bridgedAt: slot => bridgedAt(board, slot),
  })
  shell.start(first, monotonicNowUs())
  for (;;) {
    const seen = wakeWord(board)
    const outcome = drain(port, board, shell)
    if (outcome instanceof Promise) return outcome
    if (outcome === 'stopped') return
    const now = monotonicNowUs()
    markAlive(board, now)
    shell.runDue(now)
    if (outcome === 'more') continue
    const nextAt = shell.nextDeadline() ?? now + SLEEP_MAX_US
    sleep(board, seen, Math.min(nextAt - monotonicNowUs(), SLEEP_MAX_US))
  }
}

/** Handles what waits; `more`: not all of it. A promise is the rejection that a `fault reject` asked for. */
function drain(port: MessagePort, board: Board, shell: VrrpShell): 'empty' | 'more' | 'stopped' | Promise<never> {
  for (let drained = 0; drained < DRAIN_MAX; drained++) {
    const message = receive<ToVrrp>(port, toVrrpShapes)
    if (message === undefined) return 'empty'
    countConsumed(board)
    switch (message.t) {
      case 'start':
        assert(false, 'start comes only once')
        break
      case 'fault': {
        const rejection = provokeFault(message.kind)
        if (rejection !== undefined) return rejection
        break
      }
      case 'stop':
        shell.stop(monotonicNowUs())
        return 'stopped'
      case 'ping':
        post<FromVrrp>(port, { t: 'pong', n: message.n })
        shell.postSnapshots(monotonicNowUs())
        break
      default:
        shell.handle(message, monotonicNowUs())
    }
  }
  return 'more'
}
