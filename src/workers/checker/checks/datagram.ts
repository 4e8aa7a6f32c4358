// Connected datagram sockets of checkers: made by the C library for what Node cannot do (SO_MARK, SO_BINDTODEVICE, IP_RECVERR,
// ICMP), then driven by node:dgram, which also closes them.

import { createSocket, type Socket } from 'node:dgram'
import type { Target } from '../../../config/blocks/checker/model.ts'
import { familyOf } from '../../../lib/ip.ts'
import { bind, check, close } from '../../../native/libc.ts'
import { socketAddress } from '../../../native/socket-option.ts'
import { hostOf } from './connection.ts'
import { openMarked } from './marked-socket.ts'
import { waitAtMost } from './patience.ts'

/** Kernel pings have no ports, but connect() wants a number. */
const anyPort = 1

/** Resolves with a connected socket; rejects with the error of whatever did not work. The caller closes it. */
export function connectDatagram(target: Target, kind: 'datagram' | 'icmp'): Promise<Socket> {
  const fd = openMarked(target, kind)
  try {
    if (target.bindAddress !== undefined) bindTo(fd, target.bindAddress, kind === 'icmp' ? 0 : (target.bindPort ?? 0))
  } catch (thrown) {
    close(fd)
    throw thrown
  }
  const socket = createSocket(familyOf(target.address) === 6 ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', thrown => {
      closeQuietly(socket)
      reject(thrown)
    })
    socket.bind({ fd }, () => {
      socket.connect(kind === 'icmp' ? anyPort : target.port, hostOf(target), (thrown?: Error) => {
        socket.removeAllListeners('error')
        // Node hands a failure, such as a missing route, to the callback; the declared type does not say so.
        if (thrown === undefined) resolve(socket)
        else {
          closeQuietly(socket)
          reject(thrown)
        }
      })
    })
  })
}

/** Closes a socket that may be closed already. */
export function closeQuietly(socket: Socket): void {
  socket.removeAllListeners()
  socket.on('error', () => {})
  try {
    socket.close()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw thrown
  }
}

/** What the first datagram that `accept` takes makes of it, a socket error, or the end of the time (in milliseconds). */
export function awaitDatagram<T>(
  socket: Socket,
  timeoutMs: number,
  accept: (bytes: Uint8Array) => T | undefined,
): Promise<{ readonly value: T } | { readonly error: Error } | 'timeout'> {
  return new Promise(resolve => {
    const finish = (outcome: { readonly value: T } | { readonly error: Error } | 'timeout') => {
      limit.cancel()
      socket.off('message', onMessage)
      socket.off('error', onError)
      resolve(outcome)
    }
    const onMessage = (bytes: Uint8Array) => {
      const value = accept(bytes)
      if (value !== undefined) finish({ value })
    }
    const onError = (error: Error) => finish({ error })
    const limit = waitAtMost(timeoutMs, () => finish('timeout'))
    socket.on('message', onMessage)
    socket.on('error', onError)
  })
}

function bindTo(fd: number, address: string, port: number): void {
  const bytes = socketAddress(address, 0)
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(2, port)
  check(`bind ${address}`, bind(fd, bytes, bytes.length))
}
