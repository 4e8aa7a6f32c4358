// Which instances an event concerns: by VRID for frames, by name for links and scripts.

import type { VrrpInstance } from '../../../config/model.ts'
import { bytesEqual } from '../../../lib/bytes.ts'
import { parseIp } from '../../../lib/ip.ts'
import { decodeIpv4Header, isMulticast4 } from '../../../lib/ipv4-packet.ts'
import { ahLength, ahProtocol } from './ah.ts'
import type { ReceivedFrame } from './event.ts'

/** The instances that this frame claims to be for; none if it is too short to say or of an unknown VRID. */
export function instancesOfFrame(instances: readonly VrrpInstance[], frame: ReceivedFrame): VrrpInstance[] {
  const address = addressOf(frame)
  if (address === undefined) return []
  const { vrid, group } = address
  return instances.filter(
    params =>
      params.vrid === vrid &&
      params.family === frame.family &&
      params.interface === frame.interface &&
      (group === null || bytesEqual(group, parseIp(params.multicastGroup)!)),
  )
}

/** The instances that run on the link or track it. */
export function instancesOfLink(instances: readonly VrrpInstance[], name: string): VrrpInstance[] {
  return instances.filter(
    params => params.interface === name || params.trackedInterfaces.some(tracked => tracked.interface === name),
  )
}

/** The instances that track the script. */
export function instancesOfScript(instances: readonly VrrpInstance[], name: string): VrrpInstance[] {
  return instances.filter(params => params.trackedScripts.some(tracked => tracked.script === name))
}

/** All virtual addresses, canonical text: what no instance may take for the source of its adverts. */
export function reservedAddresses(instances: readonly VrrpInstance[]): string[] {
  return instances.flatMap(params => [...params.addresses, ...params.excludedAddresses].map(vip => vip.address))
}

// VRID and multicast group (null: unicast or not known) of a frame.
function addressOf(frame: ReceivedFrame): { vrid: number; group: Uint8Array | null } | undefined {
  if (frame.family === 6) {
    const vrid = frame.bytes[1]
    return vrid === undefined ? undefined : { vrid, group: null }
  }
  const header = decodeIpv4Header(frame.bytes)
  if (!header.ok) return undefined
  const { headerLength, protocol, destination } = header.value
  const vrid = frame.bytes[headerLength + (protocol === ahProtocol ? ahLength : 0) + 1]
  return vrid === undefined ? undefined : { vrid, group: isMulticast4(destination) ? destination : null }
}
