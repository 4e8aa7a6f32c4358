// TCP connections of checkers: source address, SO_MARK, SO_BINDTODEVICE, one time limit, and which errors count against the
// server. keepalived.conf(5) `connect_ip`, `bindto`, `bind_port`, `bind_if`, `fwmark`, `connect_timeout`.

import { Socket } from 'node:net'
import type { Target } from '../../../config/blocks/checker/model.ts'
import { KaError, messageOf } from '../../../lib/errors.ts'
import { err, ok, type Result } from '../../../lib/result.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { CheckResult } from '../core/check-state.ts'
import { openMarked } from './marked-socket.ts'
import { waitAtMost } from './patience.ts'

export type Refusal = Exclude<CheckResult, { kind: 'passed' }>

/** Errors that are this host's own trouble, so they say nothing about the server. keepalived: try again in a delay_loop. */
const ownTrouble: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EAFNOSUPPORT',
  'EINVAL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENODEV',
  'ENOMEM',
])

/** A connected socket, paused, or why there is none. */
export function connectTcp(target: Target): Promise<Result<Socket, Refusal>> {
  return new Promise(resolve => {
    let socket: Socket
    try {
      socket = openTcp(target)
    } catch (thrown) {
      resolve(err(refusalOf(thrown)))
      return
    }
    const limit = waitAtMost(target.connectTimeoutUs / usPerMs, () => {
      socket.destroy()
      resolve(err({ kind: 'failed', reason: 'connection timed out' }))
    })
    socket.once('connect', () => {
      limit.cancel()
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      resolve(ok(socket))
    })
    socket.once('error', thrown => {
      limit.cancel()
      socket.destroy()
      resolve(err(refusalOf(thrown)))
    })
  })
}

/** What an error on the way to a connection means. */
export function refusalOf(thrown: unknown): Refusal {
  const code = codeOf(thrown)
  const reason = code ?? messageOf(thrown)
  const isOwn = code !== undefined && ownTrouble.has(code) && !isBlackhole(thrown, code)
  return isOwn ? { kind: 'skipped', reason } : { kind: 'failed', reason }
}

/** connect(2) along a route of type blackhole says EINVAL, as bind(2) does to a bad address of our own: the server is out of reach. */
function isBlackhole(thrown: unknown, code: string): boolean {
  return code === 'EINVAL' && thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'connect'
}

/** `ECONNREFUSED` and the like, from Node or from a call of our own. */
export function codeOf(thrown: unknown): string | undefined {
  if (thrown instanceof KaError) {
    const { cause } = thrown
    return typeof cause === 'object' && cause !== null && 'name' in cause ? String(cause.name) : undefined
  }
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The address with its zone, as link-local IPv6 needs it. */
export function hostOf(target: Target): string {
  const linkLocal = /^fe[89ab]/i.test(target.address) && target.address.includes(':')
  return linkLocal && target.bindInterface !== undefined ? `${target.address}%${target.bindInterface}` : target.address
}

function openTcp(target: Target): Socket {
  const needsOwnSocket = target.fwmark !== 0 || target.bindInterface !== undefined
  // A socket with a descriptor would begin to read before it is connected; `pauseOnCreate` keeps it from that.
  const socket = needsOwnSocket
    ? new Socket({ fd: openMarked(target, 'stream'), pauseOnCreate: true } as object)
    : new Socket()
  const local =
    target.bindAddress === undefined ? {} : { localAddress: target.bindAddress, localPort: target.bindPort ?? 0 }
  return socket.connect({ host: hostOf(target), port: target.port, ...local, autoSelectFamily: false })
}
