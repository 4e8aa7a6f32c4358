// Messages about IPVS as a whole: the timeouts of connections and the sync daemons. Pure bytes; services and dests are in
// ipvs-message.ts. ipvsadm(8) --set, --start-daemon.

import { formatIp, parseIp } from '../lib/ip.ts'
import { daemonAttributes, topAttributes } from './ipvs-attribute.ts'
import { encodeMessage } from './ipvs-message.ts'
import { bytesOf, decodeAttributes, encodeAttributes, numberOf } from './netlink-attribute.ts'

export interface IpvsTimeouts {
  /** Seconds. */
  readonly tcp: number
  readonly tcpFin: number
  readonly udp: number
}

export interface IpvsDaemon {
  readonly role: 'master' | 'backup'
  readonly interface: string
  readonly syncId: number
  readonly maxLength?: number
  readonly port?: number
  readonly ttl?: number
  readonly group?: string
}

const DAEMON_STATES = { master: 1, backup: 2 } as const

export function encodeTimeouts(timeouts: IpvsTimeouts): Uint8Array {
  const { tcp, tcpFin, udp } = timeouts
  return encodeMessage(
    'set-config',
    encodeAttributes(topAttributes, { timeoutTcp: tcp, timeoutTcpFin: tcpFin, timeoutUdp: udp }),
  )
}

export function decodeTimeouts(payload: Uint8Array): IpvsTimeouts {
  const values = decodeAttributes(topAttributes, payload.subarray(4))
  return {
    tcp: numberOf(values.timeoutTcp, 0),
    tcpFin: numberOf(values.timeoutTcpFin, 0),
    udp: numberOf(values.timeoutUdp, 0),
  }
}

export function encodeNewDaemon(daemon: IpvsDaemon): Uint8Array {
  const group = daemon.group === undefined ? undefined : parseIp(daemon.group)
  const attributes = encodeAttributes(daemonAttributes, {
    state: DAEMON_STATES[daemon.role],
    interface: daemon.interface,
    syncId: daemon.syncId,
    maxLength: daemon.maxLength,
    port: daemon.port,
    ttl: daemon.ttl,
    group: group?.length === 4 ? group : undefined,
    group6: group?.length === 16 ? group : undefined,
  })
  return encodeMessage('new-daemon', encodeAttributes(topAttributes, { daemon: attributes }))
}

export function encodeDelDaemon(role: 'master' | 'backup'): Uint8Array {
  const attributes = encodeAttributes(daemonAttributes, { state: DAEMON_STATES[role], syncId: 0 })
  return encodeMessage('del-daemon', encodeAttributes(topAttributes, { daemon: attributes }))
}

/** The payload of a GET_DAEMON answer. */
export function decodeDaemon(payload: Uint8Array): IpvsDaemon | undefined {
  const { daemon } = decodeAttributes(topAttributes, payload.subarray(4))
  if (daemon === undefined) return undefined
  const values = decodeAttributes(daemonAttributes, bytesOf(daemon))
  const group = bytesOf(values.group6 ?? values.group)
  return {
    role: numberOf(values.state, 0) === DAEMON_STATES.master ? 'master' : 'backup',
    interface: String(values.interface ?? ''),
    syncId: numberOf(values.syncId, 0),
    maxLength: numberOf(values.maxLength, 0),
    port: numberOf(values.port, 0),
    ttl: numberOf(values.ttl, 0),
    ...(group.length > 0 ? { group: formatIp(group) } : {}),
  }
}
