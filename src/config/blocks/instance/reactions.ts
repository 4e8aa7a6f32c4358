// How an instance announces its addresses and answers the adverts of others, with what strict mode makes of it
// (vrrp-behaviour sections 3.7 and 4.2).

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import type { VrrpDefaults } from '../global/build.ts'
import { vrrpInstance } from './keywords.ts'
import type { GarpSettings, VrrpInstance } from './model.ts'

/** When and how often gratuitous ARP and unsolicited NA are sent. Microseconds. */
export function buildGarp(
  block: Entry,
  name: string,
  strict: boolean,
  defaults: GarpSettings,
  context: BuildContext,
): GarpSettings {
  const masterDelayUs = read(block, vrrpInstance.garpMasterDelay) ?? defaults.masterDelayUs
  const masterRepeat = read(block, vrrpInstance.garpMasterRepeat) ?? defaults.masterRepeat
  const common = {
    masterDelayUs,
    masterRepeat,
    masterRefreshUs: read(block, vrrpInstance.garpMasterRefresh) ?? defaults.masterRefreshUs,
    masterRefreshRepeat: read(block, vrrpInstance.garpMasterRefreshRepeat) ?? defaults.masterRefreshRepeat,
  }
  const lowerPrioDelayUs = read(block, vrrpInstance.garpLowerPrioDelay)
  const lowerPrioRepeat = read(block, vrrpInstance.garpLowerPrioRepeat)
  if (!strict) {
    return {
      ...common,
      lowerPrioDelayUs: lowerPrioDelayUs ?? defaults.lowerPrioDelayUs,
      lowerPrioRepeat: lowerPrioRepeat ?? defaults.lowerPrioRepeat,
    }
  }
  for (const [row, value] of [
    [vrrpInstance.garpLowerPrioDelay, lowerPrioDelayUs],
    [vrrpInstance.garpLowerPrioRepeat, lowerPrioRepeat],
  ] as const) {
    if ((value ?? 0) > 0) complainOfStrict(block, name, row, '0', context)
  }
  return { ...common, lowerPrioDelayUs: 0, lowerPrioRepeat: 0 }
}

type Reactions = Pick<
  VrrpInstance,
  'downTimerAdverts' | 'lowerPrioNoAdvert' | 'higherPrioSendAdvert' | 'ownerIgnoreAdverts' | 'accept'
>

/** What an instance does on the adverts of others. */
export function buildReactions(
  block: Entry,
  name: string,
  { strict, priority, version }: Pick<VrrpInstance, 'strict' | 'priority' | 'version'>,
  defaults: VrrpDefaults,
  context: BuildContext,
): Reactions {
  const lowerPrioNoAdvert = read(block, vrrpInstance.lowerPrioNoAdvert) ?? defaults.lowerPrioNoAdvert
  const higherPrioSendAdvert = read(block, vrrpInstance.higherPrioSendAdvert) ?? defaults.higherPrioSendAdvert ?? false
  const downTimerAdverts = read(block, vrrpInstance.downTimerAdverts) ?? defaults.downTimerAdverts
  const ownerIgnoreAdverts = read(block, vrrpInstance.ownerIgnoreAdverts) ?? defaults.ownerIgnoreAdverts
  const isOwner = priority === 255
  if (isSet(block, vrrpInstance.ownerIgnoreAdverts) && !isOwner) {
    const message = `owner_ignore_adverts of ${name} needs priority 255; it is ignored`
    complain(context, 'incompatible-settings', lastOf(block, vrrpInstance.ownerIgnoreAdverts), message, {
      help: 'remove it',
    })
  }
  const accept = isSet(block, vrrpInstance.accept) || (!isSet(block, vrrpInstance.noAccept) && !strict)
  if (!strict) {
    return {
      downTimerAdverts,
      lowerPrioNoAdvert: lowerPrioNoAdvert ?? false,
      higherPrioSendAdvert,
      ownerIgnoreAdverts: isOwner && (ownerIgnoreAdverts ?? false),
      accept: accept || isOwner,
    }
  }
  if (downTimerAdverts !== 3) complainOfStrict(block, name, vrrpInstance.downTimerAdverts, '3', context)
  if (lowerPrioNoAdvert === false) complainOfStrict(block, name, vrrpInstance.lowerPrioNoAdvert, 'on', context)
  if (higherPrioSendAdvert) complainOfStrict(block, name, vrrpInstance.higherPrioSendAdvert, 'off', context)
  const wantsAccept = isSet(block, vrrpInstance.accept) && !isOwner
  // RFC 3768 has no accept mode.
  if (wantsAccept && version === 2) complainOfStrict(block, name, vrrpInstance.accept, 'off', context)
  return {
    downTimerAdverts: 3,
    lowerPrioNoAdvert: true,
    higherPrioSendAdvert: false,
    ownerIgnoreAdverts: isOwner,
    accept: isOwner || (wantsAccept && version === 3),
  }
}

function complainOfStrict(block: Entry, name: string, row: Row, taken: string, context: BuildContext): void {
  const { keyword } = row
  const message = `${keyword} of ${name} does not go with strict mode; ${taken} is taken`
  complain(context, 'strict-mode', lastOf(block, row) ?? block, message, {
    help: `remove ${keyword}, or switch strict mode off`,
  })
}
