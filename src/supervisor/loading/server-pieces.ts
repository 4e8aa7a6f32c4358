// Virtual servers on their way from the loader thread to the main thread: cut into pieces, so that the main thread takes in a
// few hundred real servers at a time and has turns for its adverts in between, however many there are.

import { setImmediate } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import type { RealServer, VirtualServer } from '../../config/blocks/server/model.ts'

/** Virtual and real servers of one piece; taking it in costs about a millisecond. */
export const pieceServersMax = 500

/** Of a piece: a virtual server, or more real servers of the one before. */
interface Slice {
  readonly head: Omit<VirtualServer, 'realServers'> | null
  readonly realServers: readonly RealServer[]
}

/** Each piece is bytes that only `joinServers` understands. */
export function splitServers(servers: readonly VirtualServer[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  let slices: Slice[] = []
  let room = pieceServersMax
  const flush = () => {
    if (slices.length > 0) pieces.push(new Uint8Array(serialize(slices)))
    slices = []
    room = pieceServersMax
  }
  for (const { realServers, ...head } of servers) {
    if (room < 2) flush()
    slices.push({ head, realServers: realServers.slice(0, room - 1) })
    let at = room - 1
    room -= Math.min(realServers.length, at) + 1
    for (; at < realServers.length; at += pieceServersMax) {
      flush()
      const more = realServers.slice(at, at + pieceServersMax)
      slices.push({ head: null, realServers: more })
      room -= more.length
    }
  }
  flush()
  return pieces
}

/** The virtual servers of all pieces in their order. Other work gets its turn after each piece. */
export async function joinServers(pieces: readonly Uint8Array[]): Promise<readonly VirtualServer[]> {
  const joined: { readonly head: Omit<VirtualServer, 'realServers'>; readonly realServers: RealServer[] }[] = []
  for (const piece of pieces) {
    // Written by `splitServers` of the same program.
    for (const { head, realServers } of deserialize(piece) as readonly Slice[]) {
      if (head === null) joined.at(-1)!.realServers.push(...realServers)
      else joined.push({ head, realServers: [...realServers] })
    }
    await setImmediate()
  }
  return joined.map(({ head, realServers }) => ({ ...head, realServers }))
}
