// One vrrp_instance block to the model: defaults, inheritance from global_defs, and the rules between settings. What spans
// several instances is in router-ids.ts. Follows vrrp-behaviour sections 3.1, 3.7 and 3.8.

import type { Entry } from '../../language/entry.ts'
import { is, isSet, lastOf, read, rowsOf } from '../../language/entry.ts'
import { buildAddresses } from '../address/build.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf, placeOf } from '../context.ts'
import type { VrrpDefaults } from '../global/build.ts'
import type { GlobalDefs } from '../global/model.ts'
import { buildNotify } from '../script/notify.ts'
import type { KnownScripts } from '../tracking/build.ts'
import { buildTracking } from '../tracking/build.ts'
import type { KnownObject } from '../tracking/tracked-objects.ts'
import { buildTrackedObjects } from '../tracking/tracked-objects.ts'
import { buildAuthentication } from './authentication.ts'
import { buildCarrier } from './carrier.ts'
import { vrrpInstance } from './keywords.ts'
import type { VrrpInstance } from './model.ts'
import { buildProtocol } from './protocol.ts'
import { buildGarp, buildReactions } from './reactions.ts'
import type { Role } from './role.ts'
import { buildRole } from './role.ts'

export interface InstanceInputs {
  readonly global: GlobalDefs
  readonly defaults: VrrpDefaults
  readonly scripts: KnownScripts
  readonly objects: readonly KnownObject[]
  /** Place of the block among those of the outermost level. */
  readonly position: number
}

/** keepalived needs a VRID; without one we take this and say so. */
const vridDefault = 51

/** Which router it is can only be said when all instances are known, see router-ids.ts. */
type Built = Omit<VrrpInstance, 'router'>

/**
 * The instance, or undefined if it cannot run: no interface, no valid VRID, or an authentication that is not in effect.
 * That was reported.
 */
export function buildInstance(block: Entry, inputs: InstanceInputs, context: BuildContext): Built | undefined {
  const { global, defaults } = inputs
  const name = nameOf(block)
  const vrid = buildVrid(block, name, context)
  const interfaceName = buildInterface(block, name, context)
  const strict = read(block, vrrpInstance.strictMode) ?? global.vrrpStrict
  const protocol = buildProtocol(block, name, strict, global, context)
  const role = buildRole(block, name, strict, context)
  const addresses = buildAddresses(rowsOf(block, vrrpInstance.virtualIpaddress), name, protocol.family, context)
  checkAddresses(block, name, addresses.length, strict || protocol.version === 3, context)
  const carrier = buildCarrier(block, { name, strict, ...protocol }, global, defaults, context)
  const authentication = buildAuthentication(block, name, { ...protocol, strict }, context)
  const tracking = buildTracking(block, inputs.position, inputs.scripts, trackedAnyway(block, interfaceName), context)
  const reactions = buildReactions(block, name, { strict, ...protocol, ...role }, defaults, context)
  if (vrid === undefined || interfaceName === undefined || isUnprotected(block, name, context)) return undefined
  return {
    name,
    place: placeOf(block),
    ...protocol,
    interface: interfaceName,
    vrid,
    ...role,
    initialState: decideStartState(block, name, authentication, role, context),
    authentication,
    ...carrier,
    addresses,
    excludedAddresses: buildAddresses(rowsOf(block, vrrpInstance.virtualIpaddressExcluded), name, undefined, context),
    garp: buildGarp(block, name, strict, defaults.garp, context),
    ...reactions,
    skipCheckAdvertAddresses: isSet(block, vrrpInstance.skipCheckAdvAddr) || defaults.skipCheckAdvertAddresses,
    v3ChecksumAsV2: read(block, vrrpInstance.v3ChecksumAsV2) ?? defaults.v3ChecksumAsV2,
    strict,
    dontTrackPrimary: isSet(block, vrrpInstance.dontTrackPrimary),
    promoteSecondaries: isSet(block, vrrpInstance.promoteSecondaries),
    trackedScripts: tracking.scripts,
    trackedInterfaces: tracking.interfaces,
    trackedObjects: buildTrackedObjects(block, inputs.position, inputs.objects, context),
    notify: buildNotify(block, context),
    smtpAlert: read(block, vrrpInstance.smtpAlert) ?? global.smtpAlertVrrp ?? global.smtpAlert ?? false,
    notifyPriorityChanges: read(block, vrrpInstance.notifyPriorityChanges) ?? global.notifyPriorityChanges,
  }
}

/** An instance that was to have signed adverts does not run with open ones. */
function isUnprotected(block: Entry, name: string, context: BuildContext): boolean {
  const hmac = lastOf(block, vrrpInstance.authHmac)
  if (hmac === undefined || hmac.spec.state === 'in-effect') return false
  const message = `${name} is left out: auth_hmac is not in effect in this version, and without it everybody could lead`
  complain(context, 'authentication-not-in-effect', hmac, message, {
    help: 'take auth_hmac out if the segment is trusted; adverts are then not authenticated',
  })
  return true
}

/** AH has to learn the sequence of the others first, so only an owner may start as master (vrrp-behaviour 1.5). */
function decideStartState(
  block: Entry,
  name: string,
  authentication: VrrpInstance['authentication'],
  role: Role,
  context: BuildContext,
): 'MASTER' | 'BACKUP' {
  if (authentication.type !== 'ah' || role.priority === 255 || role.initialState === 'BACKUP') return role.initialState
  const message = `state MASTER of ${name} does not go with auth_type AH; BACKUP is taken`
  complain(context, 'incompatible-settings', lastOf(block, vrrpInstance.state), message, { help: 'write state BACKUP' })
  return 'BACKUP'
}

/** Its own interface is tracked without being asked, unless that was switched off. */
function trackedAnyway(block: Entry, interfaceName: string | undefined): string | undefined {
  return isSet(block, vrrpInstance.dontTrackPrimary) ? undefined : interfaceName
}

function buildVrid(block: Entry, name: string, context: BuildContext): number | undefined {
  const entry = lastOf(block, vrrpInstance.virtualRouterId)
  const vrid = read(block, vrrpInstance.virtualRouterId)
  if (entry === undefined && !context.strictKeepalived) {
    const message = `${name} has no virtual_router_id; ${vridDefault} is taken`
    complain(context, 'default-virtual-router-id', block, message, {
      help: `write 'virtual_router_id ${vridDefault}', the same on all nodes; keepalived does not start without it`,
    })
    return vridDefault
  }
  // A number that is not valid was reported as fatal where it was read.
  if (entry !== undefined) return vrid
  const message = `${name} has no virtual_router_id`
  const help = 'write virtual_router_id with a number from 1 to 255, the same on all nodes'
  complain(context, 'no-virtual-router-id', block, message, { help })
  return undefined
}

function buildInterface(block: Entry, name: string, context: BuildContext): string | undefined {
  const usable = block.children.filter(child => is(child, vrrpInstance.interface) && child.values[0] !== 'lo')
  const loopback = block.children.find(child => is(child, vrrpInstance.interface) && child.values[0] === 'lo')
  if (loopback !== undefined) {
    const message = `${name} cannot use the loopback interface; it is ignored`
    complain(context, 'unusable-interface', loopback, message, {
      help: 'name the interface that leads to the other nodes',
    })
  }
  const written = usable.at(-1)?.values[0]
  if (typeof written === 'string') return written
  const message = `${name} has no interface`
  const existing = context.interfaceNames().filter(each => each !== 'lo')
  const help = `write 'interface NAME'${existing.length === 0 ? '' : `; this host has ${existing.join(', ')}`}`
  complain(context, 'no-interface', block, message, { help })
  return undefined
}

function checkAddresses(block: Entry, name: string, count: number, required: boolean, context: BuildContext): void {
  if (count > 0) return
  const may = isSet(block, vrrpInstance.noVirtualIpaddress)
  if (may) return
  const help = 'list addresses in virtual_ipaddress, or write no_virtual_ipaddress'
  if (required) complain(context, 'addresses-required', block, `${name} has no virtual address and needs one`, { help })
  else complain(context, 'no-addresses', block, `${name} has no virtual address, so it protects nothing`, { help })
}
