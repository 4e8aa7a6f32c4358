// VRRP-MIB (RFC 2787): IPv4 instances of version 2, by interface index and virtual router id. Read-only, as in
// keepalived: what may be changed is in KEEPALIVED-MIB.

import { parseIp } from '../../../lib/ip.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { RFC_V2 } from './keepalived-oid.ts'
import { type Column, type Row, scalars, table } from './mib.ts'
import type { Oid } from './oid.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'
import { counter32, integer, ipAddress, octets, ticks, type Value, yesNo } from './value.ts'
import { rfcStateOf } from './vrrp-state.ts'

const operations = [...RFC_V2, 1]
const statistics = [...RFC_V2, 2]
/** noAuthentication(1), simpleTextPassword(2), ipAuthenticationHeader(3). */
const authTypes = { none: 1, pass: 2, ah: 3 } as const
const nobody = new Uint8Array(4)
const rowActive = 1
/** The protocol whose packets the virtual router forwards: ip(1). */
const protocolIp = 1

export const rfc2787Mib: readonly Column[] = [
  ...scalars(operations, {
    1: () => integer(2),
    2: model => yesNo(model.trapsEnabled),
  }),
  ...table<InstanceModel>([...operations, 3, 1], versionTwo, {
    2: ({ params }, model) => macOf(model, params.interface),
    3: instance => integer(rfcStateOf(instance)),
    // An instance that is configured is meant to run.
    4: () => integer(1),
    5: ({ params }) => integer(params.priority),
    6: ({ params }) => integer(params.addresses.length),
    7: instance => ipAddress(masterOf(instance) ?? nobody),
    8: instance => ipAddress(sourceOf(instance) ?? nobody),
    9: ({ params }) => integer(authTypes[params.authentication.type]),
    11: ({ params }) => integer(params.advertIntervalUs / usPerSecond),
    12: ({ params }) => yesNo(params.preempt),
    13: ({ upSinceTicks }) => ticks(upSinceTicks ?? 0),
    14: () => integer(protocolIp),
    15: () => integer(rowActive),
  }),
  ...table<Oid>([...operations, 4, 1], associated, { 2: () => integer(rowActive) }),
  ...scalars(statistics, {
    1: model => counter32(sum(model, 'chk_err')),
    2: model => counter32(sum(model, 'vers_err')),
    // A packet with an id that nobody has belongs to nobody here and is not counted.
    3: () => counter32(0),
  }),
  ...table<InstanceModel>([...statistics, 4, 1], versionTwo, {
    1: ({ counters }) => counter32(counters.become_master),
    2: ({ counters }) => counter32(counters.advert_rcvd),
    3: ({ counters }) => counter32(counters.advert_interval_err),
    4: ({ counters }) => counter32(counters.auth_failure),
    5: ({ counters }) => counter32(counters.ip_ttl_err),
    6: ({ counters }) => counter32(counters.pri_zero_rcvd),
    7: ({ counters }) => counter32(counters.pri_zero_sent),
    8: ({ counters }) => counter32(counters.invalid_type_rcvd),
    9: ({ counters }) => counter32(counters.addr_list_err),
    10: ({ counters }) => counter32(counters.invalid_authtype),
    11: ({ counters }) => counter32(counters.authtype_mismatch),
    12: ({ counters }) => counter32(counters.packet_len_err),
  }),
]

/** Where columns of an instance are; the index of both statistics and operations. */
export function rfc2787Index(model: ReadModel, { params }: InstanceModel): Oid {
  return [model.links.get(params.interface)?.ifindex ?? 0, params.vrid]
}

/** Address bytes of the router that is MASTER: this one, or whose advert was accepted last. */
export function masterOf(instance: InstanceModel): Uint8Array | undefined {
  return instance.state?.name === 'master' ? sourceOf(instance) : (instance.state?.lastMaster?.source ?? undefined)
}

/** Address bytes that adverts of this instance come from. */
export function sourceOf({ params, state }: InstanceModel): Uint8Array | undefined {
  if (state?.world.source != null) return state.world.source
  return params.sourceAddress === undefined ? undefined : parseIp(params.sourceAddress)
}

export function macOf(model: ReadModel, link: string): Value | undefined {
  const mac = model.links.get(link)?.mac
  return mac === undefined || mac.length === 0 ? undefined : octets(mac)
}

/** Errors that keepalived counts for the router and not for an instance. */
export function sum(model: ReadModel, counter: 'chk_err' | 'vers_err'): number {
  return model.instances.reduce((total, { counters }) => total + counters[counter], 0)
}

function versionTwo(model: ReadModel): readonly Row<InstanceModel>[] {
  return model.instances
    .filter(({ params }) => params.version === 2 && params.family === 4)
    .map(of => ({ index: rfc2787Index(model, of), of }))
}

function associated(model: ReadModel): readonly Row<Oid>[] {
  return versionTwo(model).flatMap(({ index, of: { params } }) =>
    params.addresses
      .filter(({ family }) => family === 4)
      .map(({ address }) => [...index, ...parseIp(address)!])
      .map(each => ({ index: each, of: each })),
  )
}
