// The fields of a vrrp_instance with its defaults and inheritance applied, as lines under the keywords that set them. What the
// model has no property for is compared as it is written.

import type { TrackedKind } from '../../lib/tracked-reading.ts'
import { namedBlock } from '../advice/written.ts'
import type { VirtualAddress, VrrpInstance } from '../blocks/instance/model.ts'
import type { ScriptCommand } from '../blocks/script/model.ts'
import type { TrackedInterface, TrackedObject, TrackedScript } from '../blocks/tracking/model.ts'
import type { WrittenConfig } from '../model.ts'
import type { FieldChange } from './part.ts'
import { fieldChange, settingChanges } from './part.ts'

type Show = (instance: VrrpInstance) => readonly (string | undefined)[]

const usPerSecond = 1_000_000
const time = (us: number) => [`${us / usPerSecond} s`]
const toggle = (value: boolean) => [value ? 'on' : 'off']
const command = (script: ScriptCommand | undefined) =>
  script === undefined ? [] : [[script.text, script.user, script.group].filter(Boolean).join(' ')]

/** Keyword and value of everything that the model knows of an instance. */
const fields: Readonly<Record<string, Show>> = {
  interface: ({ interface: name }) => [name],
  virtual_router_id: ({ vrid }) => [String(vrid)],
  native_ipv6: ({ family }) => [`IPv${family}`],
  version: ({ version }) => [String(version)],
  state: ({ initialState }) => [initialState],
  priority: ({ priority }) => [String(priority)],
  advert_int: ({ advertIntervalUs }) => time(advertIntervalUs),
  down_timer_adverts: ({ downTimerAdverts }) => [String(downTimerAdverts)],
  preempt: ({ preempt }) => toggle(preempt),
  preempt_delay: ({ preemptDelayUs }) => time(preemptDelayUs),
  auth_type: ({ authentication: { type } }) => [type === 'none' ? undefined : type.toUpperCase()],
  auth_pass: ({ authentication }) => [authentication.type === 'none' ? undefined : authentication.password],
  mcast_dst_ip: ({ broadcastAddress, multicastGroup }) => [broadcastAddress ?? multicastGroup],
  virtual_ipaddress: instance => instance.addresses.map(vip => addressText(vip, instance)),
  virtual_ipaddress_excluded: instance => instance.excludedAddresses.map(vip => addressText(vip, instance)),
  track_script: ({ trackedScripts }) => trackedScripts.map(each => trackerText(each.script, each)),
  track_interface: ({ trackedInterfaces }) => trackedInterfaces.map(each => trackerText(each.interface, each)),
  track_file: instance => objectTexts('file', instance),
  track_process: instance => objectTexts('process', instance),
  track_bfd: instance => objectTexts('bfd', instance),
  garp_master_delay: ({ garp }) => time(garp.masterDelayUs),
  garp_master_repeat: ({ garp }) => [String(garp.masterRepeat)],
  garp_master_refresh: ({ garp }) => time(garp.masterRefreshUs),
  garp_master_refresh_repeat: ({ garp }) => [String(garp.masterRefreshRepeat)],
  garp_lower_prio_delay: ({ garp }) => time(garp.lowerPrioDelayUs),
  garp_lower_prio_repeat: ({ garp }) => [String(garp.lowerPrioRepeat)],
  lower_prio_no_advert: ({ lowerPrioNoAdvert }) => toggle(lowerPrioNoAdvert),
  higher_prio_send_advert: ({ higherPrioSendAdvert }) => toggle(higherPrioSendAdvert),
  skip_check_adv_addr: ({ skipCheckAdvertAddresses }) => toggle(skipCheckAdvertAddresses),
  owner_ignore_adverts: ({ ownerIgnoreAdverts }) => toggle(ownerIgnoreAdverts),
  v3_checksum_as_v2: ({ v3ChecksumAsV2 }) => toggle(v3ChecksumAsV2),
  strict_mode: ({ strict }) => toggle(strict),
  accept: ({ accept }) => toggle(accept),
  dont_track_primary: ({ dontTrackPrimary }) => toggle(dontTrackPrimary),
  promote_secondaries: ({ promoteSecondaries }) => toggle(promoteSecondaries),
  notify_master: ({ notify }) => command(notify.master),
  notify_backup: ({ notify }) => command(notify.backup),
  notify_fault: ({ notify }) => command(notify.fault),
  notify_stop: ({ notify }) => command(notify.stop),
  notify_deleted: ({ notify }) => [notify.notifyDeleted ? (command(notify.deleted)[0] ?? 'on') : undefined],
  notify_master_rx_lower_pri: ({ notify }) => command(notify.masterRxLowerPri),
  notify: ({ notify }) => command(notify.any),
  smtp_alert: ({ smtpAlert }) => toggle(smtpAlert),
  notify_priority_changes: ({ notifyPriorityChanges }) => toggle(notifyPriorityChanges),
}

/** Statements that the fields above stand for under another name. */
const covered: ReadonlySet<string> = new Set([...Object.keys(fields), 'nopreempt', 'no_accept', 'authentication'])

/** What changes between two versions of an instance. */
export function instanceChanges(
  before: WrittenConfig,
  old: VrrpInstance,
  after: WrittenConfig,
  fresh: VrrpInstance,
): readonly FieldChange[] {
  const known = Object.entries(fields).flatMap(([field, show]) =>
    fieldChange(field, linesOf(show, old), linesOf(show, fresh)),
  )
  const rest = (config: WrittenConfig) =>
    namedBlock(config, 'vrrp_instance', old.name)?.children.filter(child => !covered.has(child.keyword)) ?? []
  return [...known, ...settingChanges(['vrrp_instance'], rest(before), rest(after))]
}

function linesOf(show: Show, instance: VrrpInstance): readonly string[] {
  return show(instance).filter(line => line !== undefined)
}

/** `10.0.0.1/24 dev eth0` and whatever else makes one address different from another. */
export function addressText(vip: VirtualAddress, instance: VrrpInstance): string {
  const { address, prefix, device, broadcast, scope, label, peer, peerPrefix, nodad, flags } = vip
  const lifetime = vip.preferredLifetimeSeconds
  return [
    peer === undefined ? `${address}/${prefix}` : `${address} peer ${peer}/${peerPrefix}`,
    `dev ${device ?? instance.interface}`,
    broadcast === undefined ? '' : `brd ${broadcast}`,
    scope === 0 ? '' : `scope ${scope}`,
    label === undefined ? '' : `label ${label}`,
    nodad ? '-nodad' : '',
    lifetime === undefined ? '' : `preferred_lft ${lifetime}`,
    flags === 0 ? '' : `flags 0x${flags.toString(16)}`,
    vip.noTrack ? 'no_track' : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function objectTexts(kind: TrackedKind, { trackedObjects }: VrrpInstance): string[] {
  return trackedObjects.filter(each => each.kind === kind).map(each => trackerText(each.name, each))
}

function trackerText(name: string, { weight, reverse }: TrackedScript | TrackedInterface | TrackedObject): string {
  return `${name} weight ${weight}${reverse ? ' reverse' : ''}`
}
