// The attributes of the generic netlink family IPVS as tables (linux/ip_vs.h). What the fields mean to us is in
// ipvs-message.ts, the codec in netlink-attribute.ts.

import type { AttributeTable } from './netlink-attribute.ts'

export const topAttributes = {
  service: [1, 'nest'],
  dest: [2, 'nest'],
  daemon: [3, 'nest'],
  timeoutTcp: [4, 'u32'],
  timeoutTcpFin: [5, 'u32'],
  timeoutUdp: [6, 'u32'],
} as const satisfies AttributeTable

export const serviceAttributes = {
  family: [1, 'u16'],
  protocol: [2, 'u16'],
  address: [3, 'bytes'],
  port: [4, 'be16'],
  mark: [5, 'u32'],
  scheduler: [6, 'string'],
  engine: [11, 'string'],
  flags: [7, 'bytes'],
  timeout: [8, 'u32'],
  netmask: [9, 'bytes'],
  stats: [10, 'nest'],
  stats64: [12, 'nest'],
} as const satisfies AttributeTable

/** Inside `stats64`; `stats` has the same with fewer bits. */
export const statisticsAttributes = {
  connections: [1, 'u64'],
  inPackets: [2, 'u64'],
  outPackets: [3, 'u64'],
  inBytes: [4, 'u64'],
  outBytes: [5, 'u64'],
  connectionRate: [6, 'u64'],
  inPacketRate: [7, 'u64'],
  outPacketRate: [8, 'u64'],
  inByteRate: [9, 'u64'],
  outByteRate: [10, 'u64'],
} as const satisfies AttributeTable

export const destAttributes = {
  family: [11, 'u16'],
  address: [1, 'bytes'],
  port: [2, 'be16'],
  method: [3, 'u32'],
  weight: [4, 'i32'],
  tunnelType: [13, 'u8'],
  tunnelPort: [14, 'be16'],
  tunnelFlags: [15, 'u16'],
  upperThreshold: [5, 'u32'],
  lowerThreshold: [6, 'u32'],
  activeConnections: [7, 'u32'],
  inactiveConnections: [8, 'u32'],
  persistentConnections: [9, 'u32'],
  stats: [10, 'nest'],
  stats64: [12, 'nest'],
} as const satisfies AttributeTable

export const daemonAttributes = {
  state: [1, 'u32'],
  interface: [2, 'string'],
  syncId: [3, 'u32'],
  maxLength: [4, 'u16'],
  group: [5, 'bytes'],
  group6: [6, 'bytes'],
  /** Host order, unlike all other ports. */
  port: [7, 'u16'],
  ttl: [8, 'u8'],
} as const satisfies AttributeTable

/** The controller's answer to GETFAMILY. */
export const familyAttributes = { id: [1, 'u16'], name: [2, 'string'] } as const satisfies AttributeTable
