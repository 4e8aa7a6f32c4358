// Notifications: what their varbinds are. KEEPALIVED-MIB vrrpTraps and checkTraps, RFC 2787 §5, RFC 6527 §10.
// keepalived names the objects of its own MIB without an index, those of the RFCs with one.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import type { RealServer, VirtualServer } from '../../../config/blocks/server/model.ts'
import { check, RFC_V2, RFC_V3, ROUTER_ID, VRRP } from './keepalived-oid.ts'
import { type Oid, oidOf } from './oid.ts'
import type { InstanceModel, ReadModel } from './read-model.ts'
import { masterOf, rfc2787Index } from './rfc2787-mib.ts'
import { newMasterReason, rfc6527Index } from './rfc6527-mib.ts'
import { kindOf } from './server-mib.ts'
import { protocolNumbers } from './server-number.ts'
import { aliveCount } from './server-reading.ts'
import {
  gauge,
  inetAddress,
  inetAddressType,
  integer,
  ipAddress,
  octets,
  text,
  type Value,
  type Varbind,
  yesNo,
} from './value.ts'
import { mibStates } from './vrrp-state.ts'

const trapOid = oidOf('1.3.6.1.6.3.1.1.4.1.0')
const nobody = new Uint8Array(4)

const instanceColumn = (column: number): Oid => [...VRRP, 3, 1, column]
const groupColumn = (column: number): Oid => [...VRRP, 1, 1, column]
const serverColumn = (column: number): Oid => [...check, 3, 1, column]
const realColumn = (column: number): Oid => [...check, 4, 1, column]

/** vrrpInstanceStateChange. `state` is a VrrpState. */
export function instanceTrap(params: VrrpInstance, state: number, routerId: string): readonly Varbind[] {
  const initial = mibStates[params.initialState === 'MASTER' ? 'master' : 'backup']
  return trap(
    [...VRRP, 10, 0, 2],
    [
      [instanceColumn(2), text(params.name)],
      [instanceColumn(4), integer(state)],
      [instanceColumn(5), integer(initial)],
      [ROUTER_ID, text(routerId)],
    ],
  )
}

/** vrrpSyncGroupStateChange. */
export function groupTrap(name: string, state: number, routerId: string): readonly Varbind[] {
  return trap(
    [...VRRP, 10, 0, 1],
    [
      [groupColumn(2), text(name)],
      [groupColumn(3), integer(state)],
      [ROUTER_ID, text(routerId)],
    ],
  )
}

/** vrrpTrapNewMaster of RFC 2787. */
export function newMasterV2(model: ReadModel, instance: InstanceModel): readonly Varbind[] {
  const index = rfc2787Index(model, instance)
  return trap([...RFC_V2, 0, 1], [[[...RFC_V2, 1, 3, 1, 7, ...index], ipAddress(masterOf(instance) ?? nobody)]])
}

/** vrrpv3NewMaster of RFC 6527. */
export function newMasterV3(model: ReadModel, instance: InstanceModel): readonly Varbind[] {
  const index = rfc6527Index(model, instance)
  return trap(
    [...RFC_V3, 0, 1],
    [
      [[...RFC_V3, 1, 1, 1, 1, 3, ...index], octets(masterOf(instance) ?? nobody)],
      [[...RFC_V3, 1, 2, 5, 1, 2, ...index], integer(newMasterReason(instance))],
    ],
  )
}

/** realServerStateChange. */
export function realServerTrap(
  model: ReadModel,
  virtual: VirtualServer,
  real: RealServer,
  alive: boolean,
): readonly Varbind[] {
  return trap(
    [...check, 5, 0, 1],
    [
      [realColumn(3), inetAddressType(real.family)],
      [realColumn(4), inetAddress(real.address)],
      [realColumn(5), gauge(real.port)],
      [realColumn(6), yesNo(alive)],
      ...identityOf(virtual),
      ...countsOf(model, virtual),
      [ROUTER_ID, text(model.global.routerId)],
    ],
  )
}

/** virtualServerQuorumStateChange. */
export function quorumTrap(model: ReadModel, virtual: VirtualServer, met: boolean): readonly Varbind[] {
  return trap(
    [...check, 5, 0, 2],
    [
      ...identityOf(virtual),
      [serverColumn(23), yesNo(met)],
      [serverColumn(22), gauge(virtual.quorum)],
      ...countsOf(model, virtual),
      [ROUTER_ID, text(model.global.routerId)],
    ],
  )
}

type Pair = readonly [oid: Oid, value: Value | undefined]

/** keepalived tells which one beyond what the MIB demands. */
function identityOf(virtual: VirtualServer): readonly Pair[] {
  const kind: Pair = [serverColumn(2), integer(kindOf(virtual))]
  const protocol: Pair = [serverColumn(8), integer(protocolNumbers[virtual.protocol])]
  const [service] = virtual.services
  if (virtual.group !== undefined) return [kind, [serverColumn(3), text(virtual.group)], protocol]
  if (service?.kind === 'fwmark') return [kind, [serverColumn(4), gauge(service.mark)], protocol]
  if (service === undefined) return [kind, protocol]
  return [
    kind,
    [serverColumn(5), inetAddressType(service.family)],
    [serverColumn(6), inetAddress(service.address)],
    [serverColumn(7), gauge(service.port)],
    protocol,
  ]
}

function countsOf(model: ReadModel, virtual: VirtualServer): readonly Pair[] {
  return [
    [serverColumn(21), gauge(aliveCount(virtual, model))],
    [serverColumn(20), gauge(virtual.realServers.length)],
  ]
}

function trap(oid: Oid, pairs: readonly Pair[]): readonly Varbind[] {
  const objects = pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ oid: name, value }]))
  return [{ oid: trapOid, value: { type: 'oid', value: oid } }, ...objects]
}
