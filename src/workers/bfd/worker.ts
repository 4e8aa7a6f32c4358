// The thread of the bfd worker: a small reactor that never touches promises or Node's timers once it runs.
//
//   supervisor --- start, reload, sockets, stop, ping, fault (msgpack, then wakeFd) ---> drain --> loop --> core
//   supervisor <-- ready, step (snapshot + effects, atomic), rejected, send-result, pong, stopped -- post
//   network    <-> packets: recvmsg and sendto on descriptors that the main thread opened and owns
//   board      <-- end of each session's detection time, sign of life
//
// Each turn: drain messages and datagrams, then let due timers fire, then sleep in ppoll(2) until the earliest
// deadline, a datagram or a wake-up. Datagrams come before timers, so that a late wake-up does not pass for a silent
// neighbour.

import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import { type Board, deadlineOf, markAlive, openBoard, publishDeadline } from '../../ipc/board.ts'
import { decode, post, receive } from '../../ipc/channel.ts'
import { type BfdSockets, type FromBfd, type ToBfd, toBfdShapes } from '../../ipc/messages/bfd.ts'
import { assert } from '../../lib/errors.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import { BFD_MULTIHOP_PORT, BFD_PORT, receiveBfd, sendBfd } from '../../native/bfd-socket.ts'
import { ownThreadId } from '../../native/schedule.ts'
import { clearWake, WaitSet } from '../../native/wait.ts'
import { provokeFault } from '../fault.ts'
import { takeFromEach } from './intake.ts'
import { BfdLoop } from './loop.ts'

/** The thread sees that it has to end only when it wakes, so it does not sleep for longer than this. */
const sleepMaxUs = 100_000
/** At most this many messages are handled before timers have their turn. */
const messagesMax = 512
/** At most this many datagrams from each socket in one turn. */
const datagramsMax = 128
/**
 * While datagrams are left over, timers wait for at most this many turns in a row; longer than that it is a flood, and
 * timers run.
 */
const heldTurnsMax = 8

/** The worker's life; returns when it was told to stop. */
export default async function bfdWorker(task: { port: MessagePort; board: SharedArrayBuffer }): Promise<void> {
  const { port } = task
  post<FromBfd>(port, { t: 'standby', thread: ownThreadId() })
  const [raw] = (await once(port, 'message')) as [unknown]
  const first = decode<ToBfd>(raw, toBfdShapes)
  assert(first.t === 'start', `the first message is start, not ${first.t}`)
  await new Reactor(port, openBoard(task.board), first.wakeFd).run(first)
}

/** What a turn ended with; a promise is the rejection that a `fault reject` asked for. */
type Outcome = 'empty' | 'more' | 'stopped' | Promise<never>

class Reactor {
  readonly #port: MessagePort
  readonly #board: Board
  readonly #wakeFd: number
  readonly #loop: BfdLoop
  #sockets: BfdSockets = { receivers: [], senders: {} }
  #waitSet: WaitSet

  constructor(port: MessagePort, board: Board, wakeFd: number) {
    this.#port = port
    this.#board = board
    this.#wakeFd = wakeFd
    this.#waitSet = new WaitSet([wakeFd])
    this.#loop = new BfdLoop({
      post: message => post<FromBfd>(port, message),
      transmit: (fd, { neighbor, multihop }, bytes) =>
        sendBfd(fd, neighbor, multihop ? BFD_MULTIHOP_PORT : BFD_PORT, bytes),
      publish: (slot, at) => publishDeadline(board, slot, at),
      published: slot => deadlineOf(board, slot),
      random: Math.random,
    })
  }

  async run(first: Extract<ToBfd, { t: 'start' }>): Promise<void> {
    this.#use(first.setting.sockets)
    this.#loop.start(first, monotonicNowUs())
    // Datagrams that came while no worker was here are handled before the first timer.
    let more = this.#receive()
    let held = 0
    for (;;) {
      const outcome = this.#drain()
      if (outcome instanceof Promise) return outcome
      if (outcome === 'stopped') return
      const now = monotonicNowUs()
      markAlive(this.#board, now)
      held = more ? held + 1 : 0
      if (!more || held > heldTurnsMax) this.#loop.runDue(now)
      const wakeAt = outcome === 'more' || more ? now : (this.#loop.nextDeadline() ?? now + sleepMaxUs)
      const ready = this.#waitSet.wait(Math.min(wakeAt - monotonicNowUs(), sleepMaxUs))
      if (ready.includes(this.#wakeFd)) clearWake(this.#wakeFd)
      more = this.#receive()
    }
  }

  #use(sockets: BfdSockets): void {
    this.#sockets = sockets
    this.#waitSet = new WaitSet([this.#wakeFd, ...sockets.receivers.map(({ fd }) => fd)])
  }

  /**
   * True if datagrams are left beyond what one turn takes. Then timers wait, because one of these may be the packet
   * that a timer waits for.
   */
  #receive(): boolean {
    const take = ({ fd, family, multihop }: BfdSockets['receivers'][number]) => {
      const datagram = receiveBfd(fd, family)
      if (datagram === undefined) return false
      this.#loop.datagram({ ...datagram, multihop }, monotonicNowUs())
      return true
    }
    return takeFromEach(this.#sockets.receivers, take, datagramsMax)
  }

  #drain(): Outcome {
    for (let drained = 0; drained < messagesMax; drained++) {
      const message = receive<ToBfd>(this.#port, toBfdShapes)
      if (message === undefined) return 'empty'
      const now = monotonicNowUs()
      switch (message.t) {
        case 'start':
          assert(false, 'start comes only once')
          break
        case 'reload':
          this.#use(message.setting.sockets)
          this.#loop.reload(message, now)
          break
        case 'sockets':
          this.#use(message.sockets)
          this.#loop.useSockets(message.sockets, now)
          break
        case 'ping':
          post<FromBfd>(this.#port, { t: 'pong', n: message.n })
          break
        case 'fault': {
          const rejection = provokeFault(message.kind)
          if (rejection !== undefined) return rejection
          break
        }
        case 'stop':
          this.#loop.stop(now)
          return 'stopped'
      }
    }
    return 'more'
  }
}
