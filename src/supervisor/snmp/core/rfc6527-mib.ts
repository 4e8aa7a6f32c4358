// VRRPV3-MIB (RFC 6527): every instance, by interface index, virtual router id and address family. Read-only, as in keepalived.

import { parseIp } from '../../../lib/ip.ts'
import { usPerMs } from '../../../lib/time.ts'
import { RFC_V3 } from './keepalived-oid.ts'
import { type Column, type Row, scalars, table } from './mib.ts'
import type { Oid } from './oid.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'
import { macOf, masterOf, sourceOf, sum } from './rfc2787-mib.ts'
import { counter32, counter64, gauge, integer, octets, ticks, yesNo } from './value.ts'
import { rfcStateOf } from './vrrp-state.ts'

const operations = [...RFC_V3, 1, 1]
const statistics = [...RFC_V3, 1, 2]
const usPerCentisecond = 10_000
const rowActive = 1
const newMasterReasons = { notMaster: 0, priority: 1, preempted: 2, masterNoResponse: 3 } as const
const owner = 255

export const rfc6527Mib: readonly Column[] = [
  ...table<InstanceModel>([...operations, 1, 1], rows, {
    3: instance => octets(masterOf(instance) ?? nobody(instance)),
    4: instance => octets(sourceOf(instance) ?? nobody(instance)),
    5: ({ params }, model) => macOf(model, params.interface),
    6: instance => integer(rfcStateOf(instance)),
    7: ({ params }) => gauge(params.priority),
    8: ({ params }) => integer(params.addresses.length),
    9: ({ params }) => integer(params.advertIntervalUs / usPerCentisecond),
    10: ({ params }) => yesNo(params.preempt),
    11: ({ params }) => yesNo(params.accept),
    12: ({ upSinceTicks }, model) => ticks(upSinceTicks === undefined ? 0 : model.upTimeTicks - upSinceTicks),
    13: () => integer(rowActive),
  }),
  ...table<Oid>([...operations, 2, 1], associated, { 2: () => integer(rowActive) }),
  ...scalars(statistics, {
    1: model => counter64(sum(model, 'chk_err')),
    2: model => counter64(sum(model, 'vers_err')),
    // A packet with an id that nobody has belongs to nobody here and is not counted.
    3: () => counter64(0),
    4: () => ticks(0),
  }),
  ...table<InstanceModel>([...statistics, 5, 1], rows, {
    1: ({ counters }) => counter32(counters.become_master),
    2: instance => integer(newMasterReason(instance)),
    3: ({ counters }) => counter64(counters.advert_rcvd),
    4: ({ counters }) => counter64(counters.advert_interval_err),
    5: ({ counters }) => counter64(counters.ip_ttl_err),
    6: instance => integer(protocolErrorReason(instance)),
    7: ({ counters }) => counter64(counters.pri_zero_rcvd),
    8: ({ counters }) => counter64(counters.pri_zero_sent),
    9: ({ counters }) => counter64(counters.invalid_type_rcvd),
    10: ({ counters }) => counter64(counters.addr_list_err),
    11: ({ counters }) => counter64(counters.packet_len_err),
    12: () => ticks(0),
    13: ({ params }) => gauge(params.advertIntervalUs / usPerMs),
  }),
]

export function rfc6527Index(model: ReadModel, { params }: InstanceModel): Oid {
  return [model.links.get(params.interface)?.ifindex ?? 0, params.vrid, params.family === 4 ? 1 : 2]
}

/**
 * Why this router is MASTER: the owner of the addresses, or a MASTER that resigned, is `priority`; a MASTER of lower
 * priority that was heard is `preempted`; everything else is silence.
 */
export function newMasterReason({ params, state, counters }: InstanceModel): number {
  if (state?.name !== 'master') return newMasterReasons.notMaster
  const { lastMaster, effectivePriority } = state
  if (params.priority === owner || lastMaster?.priority === 0) return newMasterReasons.priority
  const heardLower = lastMaster === null ? counters.advert_rcvd > 0 : lastMaster.priority < effectivePriority
  return heardLower ? newMasterReasons.preempted : newMasterReasons.masterNoResponse
}

/** noError(0), ipTtlError(1), versionError(2), checksumError(3). */
function protocolErrorReason({ counters }: InstanceModel): number {
  if (counters.ip_ttl_err > 0) return 1
  if (counters.vers_err > 0) return 2
  return counters.chk_err > 0 ? 3 : 0
}

function nobody({ params }: InstanceModel): Uint8Array {
  return new Uint8Array(params.family === 4 ? 4 : 16)
}

function rows(model: ReadModel): readonly Row<InstanceModel>[] {
  return model.instances.map(of => ({ index: rfc6527Index(model, of), of }))
}

/** keepalived: the address without its length in front, although RFC 2578 §7.7 wants one. */
function associated(model: ReadModel): readonly Row<Oid>[] {
  return rows(model).flatMap(({ index, of: { params } }) =>
    params.addresses
      .filter(({ family }) => family === params.family)
      .map(({ address }) => [...index, ...parseIp(address)!])
      .map(each => ({ index: each, of: each })),
  )
}
