// One turn of the vrrp worker's reactor: drain what has arrived, then let due timers fire. Draining comes first, so that an
// advert that waits in the queue is seen before its master-down timer is. Without thread, port or clock of its own.

import type { FromVrrp, ToVrrp } from '../../ipc/messages/vrrp.ts'
import { assert } from '../../lib/errors.ts'
import type { Instant } from '../../lib/time.ts'
import type { VrrpLoop } from './loop.ts'

export interface TurnPorts {
  /** The next waiting message, or undefined. */
  receive(): ToVrrp | undefined
  post(message: FromVrrp): void
  now(): Instant
  /** How long the host has been suspended since it was switched on, in microseconds. */
  suspendedUs(): number
  /** One of the supervisor's own messages, or of its frames, has been taken: it counts them. */
  countConsumed(): void
  markAlive(now: Instant): void
  /** Provokes the fault, or returns the rejection that was asked for. */
  fault(kind: Extract<ToVrrp, { t: 'fault' }>['kind']): Promise<never> | undefined
}

/** `more`: messages are left, so the next turn comes at once. A promise is the rejection that a `fault reject` asked for. */
type TurnOutcome = 'empty' | 'more' | 'stopped' | Promise<never>

/** Messages handled before timers get their turn again: a flood must not stop the adverts. */
export const drainMax = 512

/** Handles what waits, then what is due. */
export function takeTurn(loop: VrrpLoop, ports: TurnPorts): TurnOutcome {
  loop.noticeSuspend(ports.suspendedUs(), ports.now())
  const outcome = drain(loop, ports)
  if (outcome !== 'empty' && outcome !== 'more') return outcome
  const now = ports.now()
  ports.markAlive(now)
  loop.runDue(now)
  return outcome
}

/** Handles what waits, at most `drainMax` messages. */
export function drain(loop: VrrpLoop, ports: TurnPorts): TurnOutcome {
  for (let drained = 0; drained < drainMax; drained++) {
    const message = ports.receive()
    if (message === undefined) return 'empty'
    // Pings are not counted: the supervisor does not count them either.
    if (message.t !== 'ping') ports.countConsumed()
    switch (message.t) {
      case 'start':
        assert(false, 'start comes only once')
        break
      case 'fault': {
        const rejection = ports.fault(message.kind)
        if (rejection !== undefined) return rejection
        break
      }
      case 'stop':
        loop.stop(ports.now())
        return 'stopped'
      case 'ping':
        ports.post({ t: 'pong', n: message.n })
        loop.postSnapshots(ports.now())
        break
      default:
        loop.handle(message, ports.now())
    }
  }
  return 'more'
}
