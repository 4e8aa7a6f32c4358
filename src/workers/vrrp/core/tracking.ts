// Which instances an event concerns: by VRID and addresses for frames, by name for links and scripts.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { formatIp } from '../../../lib/ip.ts'
import { decodeIpv4Header } from '../../../lib/ipv4-packet.ts'
import { ahLength, ahProtocol } from './ah.ts'
import { isListeningTo, peersOf, reachOf } from './destination.ts'
import type { ReceivedFrame } from './event.ts'
import { reservedKey } from './source-address.ts'
import type { State } from './state.ts'
import { ownerPriority } from './timers.ts'

/** A configuration together with what its machine has come to. */
interface Candidate {
  readonly params: VrrpInstance
  readonly state: State
}

/**
 * Those that this frame is for; none if it is too short to say, of an unknown VRID, or sent to something that nobody listens
 * to. Several unicast instances may share a VRID and an address: then the sender tells, by whose peer it is.
 */
export function candidatesOfFrame<C extends Candidate>(candidates: readonly C[], frame: ReceivedFrame): C[] {
  const header = headerOf(frame)
  if (header === undefined) return []
  const { vrid, source, destination } = header
  const listening = candidates.filter(
    ({ params, state }) =>
      params.vrid === vrid &&
      params.family === frame.family &&
      params.interface === frame.interface &&
      isListeningTo(params, state.world.source, destination),
  )
  if (listening.length < 2 || source === null) return listening
  const sender = formatIp(source)
  return listening.filter(({ params }) => reachOf(params) !== 'unicast' || peersOf(params).includes(sender))
}

/**
 * The virtual addresses, each on its link: no instance may take one of these as the source of its adverts. Those of an
 * owner are the real addresses of its link and not among them.
 */
export function reservedAddresses(instances: readonly VrrpInstance[]): string[] {
  const passing = instances.filter(({ priority }) => priority !== ownerPriority)
  return passing.flatMap(params =>
    [...params.addresses, ...params.excludedAddresses].map(vip =>
      reservedKey(vip.device ?? params.interface, vip.address),
    ),
  )
}

interface FrameHeader {
  readonly vrid: number
  /** null: not known. */
  readonly source: Uint8Array | null
  readonly destination: Uint8Array | null
}

function headerOf(frame: ReceivedFrame): FrameHeader | undefined {
  if (frame.family === 6) {
    const vrid = frame.bytes[1]
    if (vrid === undefined) return undefined
    return { vrid, source: frame.source ?? null, destination: frame.destination ?? null }
  }
  const header = decodeIpv4Header(frame.bytes)
  if (!header.ok) return undefined
  const { headerLength, protocol, source, destination } = header.value
  const vrid = frame.bytes[headerLength + (protocol === ahProtocol ? ahLength : 0) + 1]
  return vrid === undefined ? undefined : { vrid, source, destination }
}
