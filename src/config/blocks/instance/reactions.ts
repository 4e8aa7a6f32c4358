// How an instance announces its addresses and answers the adverts of others, with what strict mode makes of it
// (vrrp-behaviour sections 3.7 and 4.2).

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, numberOf, toggleOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import type { VrrpDefaults } from '../global/build.ts'
import type { GarpSettings, VrrpInstance } from './model.ts'

/** When and how often gratuitous ARP and unsolicited NA are sent. Microseconds. */
export function buildGarp(
  block: Entry,
  name: string,
  strict: boolean,
  defaults: GarpSettings,
  context: BuildContext,
): GarpSettings {
  const masterDelayUs = numberOf(block, 'garp_master_delay') ?? defaults.masterDelayUs
  const masterRepeat = numberOf(block, 'garp_master_repeat') ?? defaults.masterRepeat
  const common = {
    masterDelayUs,
    masterRepeat,
    masterRefreshUs: numberOf(block, 'garp_master_refresh') ?? defaults.masterRefreshUs,
    masterRefreshRepeat: numberOf(block, 'garp_master_refresh_repeat') ?? defaults.masterRefreshRepeat,
  }
  const lowerPrioDelayUs = numberOf(block, 'garp_lower_prio_delay')
  const lowerPrioRepeat = numberOf(block, 'garp_lower_prio_repeat')
  if (!strict) {
    return {
      ...common,
      lowerPrioDelayUs: lowerPrioDelayUs ?? defaults.lowerPrioDelayUs,
      lowerPrioRepeat: lowerPrioRepeat ?? defaults.lowerPrioRepeat,
    }
  }
  for (const [keyword, value] of [
    ['garp_lower_prio_delay', lowerPrioDelayUs],
    ['garp_lower_prio_repeat', lowerPrioRepeat],
  ] as const) {
    if ((value ?? 0) > 0) complainOfStrict(block, name, keyword, '0', context)
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
  const lowerPrioNoAdvert = toggleOf(block, 'lower_prio_no_advert') ?? defaults.lowerPrioNoAdvert
  const higherPrioSendAdvert = toggleOf(block, 'higher_prio_send_advert') ?? defaults.higherPrioSendAdvert ?? false
  const downTimerAdverts = numberOf(block, 'down_timer_adverts') ?? defaults.downTimerAdverts
  const ownerIgnoreAdverts = toggleOf(block, 'owner_ignore_adverts') ?? defaults.ownerIgnoreAdverts
  const isOwner = priority === 255
  if (isSet(block, 'owner_ignore_adverts') && !isOwner) {
    const message = `owner_ignore_adverts of ${name} needs priority 255; it is ignored`
    complain(context, 'incompatible-settings', lastOf(block, 'owner_ignore_adverts'), message, { help: 'remove it' })
  }
  const accept = isSet(block, 'accept') || (!isSet(block, 'no_accept') && !strict)
  if (!strict) {
    return {
      downTimerAdverts,
      lowerPrioNoAdvert: lowerPrioNoAdvert ?? false,
      higherPrioSendAdvert,
      ownerIgnoreAdverts: isOwner && (ownerIgnoreAdverts ?? false),
      accept: accept || isOwner,
    }
  }
  if (downTimerAdverts !== 3) complainOfStrict(block, name, 'down_timer_adverts', '3', context)
  if (lowerPrioNoAdvert === false) complainOfStrict(block, name, 'lower_prio_no_advert', 'on', context)
  if (higherPrioSendAdvert) complainOfStrict(block, name, 'higher_prio_send_advert', 'off', context)
  const wantsAccept = isSet(block, 'accept') && !isOwner
  // RFC 3768 has no accept mode.
  if (wantsAccept && version === 2) complainOfStrict(block, name, 'accept', 'off', context)
  return {
    downTimerAdverts: 3,
    lowerPrioNoAdvert: true,
    higherPrioSendAdvert: false,
    ownerIgnoreAdverts: isOwner,
    accept: isOwner || (wantsAccept && version === 3),
  }
}

function complainOfStrict(block: Entry, name: string, keyword: string, taken: string, context: BuildContext): void {
  const message = `${keyword} of ${name} does not go with strict mode; ${taken} is taken`
  complain(context, 'strict-mode', lastOf(block, keyword) ?? block, message, {
    help: `remove ${keyword}, or switch strict mode off`,
  })
}
