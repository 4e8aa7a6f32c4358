// The fields of a vrrp_instance with its defaults and inheritance applied, as lines under the keywords that set them. What the
// model has no property for is compared as it is written.

import { usPerSecond } from '../../lib/time.ts'
import type { TrackedKind } from '../../lib/tracked-reading.ts'
import { namedBlock } from '../advice/written.ts'
import { authentication, vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VirtualAddress, VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import type { ScriptCommand } from '../blocks/script/model.ts'
import type { TrackedInterface, TrackedObject, TrackedScript } from '../blocks/tracking/model.ts'
import { isOneOf } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import type { FieldChange } from './item.ts'
import { fieldChange, settingChanges } from './item.ts'

type Show = (instance: VrrpInstance) => readonly (string | undefined)[]

const time = (us: number) => [`${us / usPerSecond} s`]
const toggle = (value: boolean) => [value ? 'on' : 'off']
const command = (script: ScriptCommand | undefined) =>
  script === undefined ? [] : [[script.text, script.user, script.group].filter(Boolean).join(' ')]

/** Keyword and value of everything that the model knows of an instance. */
const fields: readonly (readonly [row: Row, show: Show])[] = [
  [vrrpInstance.interface, ({ interface: name }) => [name]],
  [vrrpInstance.virtualRouterId, ({ vrid }) => [String(vrid)]],
  [vrrpInstance.nativeIpv6, ({ family }) => [`IPv${family}`]],
  [vrrpInstance.version, ({ version }) => [String(version)]],
  [vrrpInstance.state, ({ initialState }) => [initialState]],
  [vrrpInstance.priority, ({ priority }) => [String(priority)]],
  [vrrpInstance.advertInt, ({ advertIntervalUs }) => time(advertIntervalUs)],
  [vrrpInstance.downTimerAdverts, ({ downTimerAdverts }) => [String(downTimerAdverts)]],
  [vrrpInstance.preempt, ({ preempt }) => toggle(preempt)],
  [vrrpInstance.preemptDelay, ({ preemptDelayUs }) => time(preemptDelayUs)],
  [authentication.authType, ({ authentication: { type } }) => [type === 'none' ? undefined : type.toUpperCase()]],
  [
    authentication.authPass,
    ({ authentication }) => [authentication.type === 'none' ? undefined : authentication.password],
  ],
  [vrrpInstance.mcastDstIp, ({ broadcastAddress, multicastGroup }) => [broadcastAddress ?? multicastGroup]],
  [vrrpInstance.virtualIpaddress, instance => instance.addresses.map(vip => addressText(vip, instance))],
  [
    vrrpInstance.virtualIpaddressExcluded,
    instance => instance.excludedAddresses.map(vip => addressText(vip, instance)),
  ],
  [vrrpInstance.trackScript, ({ trackedScripts }) => trackedScripts.map(each => trackerText(each.script, each))],
  [
    vrrpInstance.trackInterface,
    ({ trackedInterfaces }) => trackedInterfaces.map(each => trackerText(each.interface, each)),
  ],
  [vrrpInstance.trackFile, instance => objectTexts('file', instance)],
  [vrrpInstance.trackProcess, instance => objectTexts('process', instance)],
  [vrrpInstance.trackBfd, instance => objectTexts('bfd', instance)],
  [vrrpInstance.garpMasterDelay, ({ garp }) => time(garp.masterDelayUs)],
  [vrrpInstance.garpMasterRepeat, ({ garp }) => [String(garp.masterRepeat)]],
  [vrrpInstance.garpMasterRefresh, ({ garp }) => time(garp.masterRefreshUs)],
  [vrrpInstance.garpMasterRefreshRepeat, ({ garp }) => [String(garp.masterRefreshRepeat)]],
  [vrrpInstance.garpLowerPrioDelay, ({ garp }) => time(garp.lowerPrioDelayUs)],
  [vrrpInstance.garpLowerPrioRepeat, ({ garp }) => [String(garp.lowerPrioRepeat)]],
  [vrrpInstance.lowerPrioNoAdvert, ({ lowerPrioNoAdvert }) => toggle(lowerPrioNoAdvert)],
  [vrrpInstance.higherPrioSendAdvert, ({ higherPrioSendAdvert }) => toggle(higherPrioSendAdvert)],
  [vrrpInstance.skipCheckAdvAddr, ({ skipCheckAdvertAddresses }) => toggle(skipCheckAdvertAddresses)],
  [vrrpInstance.ownerIgnoreAdverts, ({ ownerIgnoreAdverts }) => toggle(ownerIgnoreAdverts)],
  [vrrpInstance.v3ChecksumAsV2, ({ v3ChecksumAsV2 }) => toggle(v3ChecksumAsV2)],
  [vrrpInstance.strictMode, ({ strict }) => toggle(strict)],
  [vrrpInstance.accept, ({ accept }) => toggle(accept)],
  [vrrpInstance.dontTrackPrimary, ({ dontTrackPrimary }) => toggle(dontTrackPrimary)],
  [vrrpInstance.promoteSecondaries, ({ promoteSecondaries }) => toggle(promoteSecondaries)],
  [vrrpInstance.notifyMaster, ({ notify }) => command(notify.master)],
  [vrrpInstance.notifyBackup, ({ notify }) => command(notify.backup)],
  [vrrpInstance.notifyFault, ({ notify }) => command(notify.fault)],
  [vrrpInstance.notifyStop, ({ notify }) => command(notify.stop)],
  [
    vrrpInstance.notifyDeleted,
    ({ notify }) => [notify.notifyDeleted ? (command(notify.deleted)[0] ?? 'on') : undefined],
  ],
  [vrrpInstance.notifyMasterRxLowerPri, ({ notify }) => command(notify.masterRxLowerPri)],
  [vrrpInstance.notify, ({ notify }) => command(notify.any)],
  [vrrpInstance.smtpAlert, ({ smtpAlert }) => toggle(smtpAlert)],
  [vrrpInstance.notifyPriorityChanges, ({ notifyPriorityChanges }) => toggle(notifyPriorityChanges)],
]

/** Statements that the fields above stand for under another name. */
const covered: readonly Row[] = [
  ...fields.map(([row]) => row),
  vrrpInstance.nopreempt,
  vrrpInstance.noAccept,
  vrrpInstance.authentication,
]

/** What changes between two versions of an instance. */
export function instanceChanges(
  before: WrittenConfig,
  old: VrrpInstance,
  after: WrittenConfig,
  fresh: VrrpInstance,
): readonly FieldChange[] {
  const known = fields.flatMap(([{ keyword }, show]) => fieldChange(keyword, linesOf(show, old), linesOf(show, fresh)))
  const rest = (config: WrittenConfig) =>
    namedBlock(config, topLevel.vrrpInstance, old.name)?.children.filter(child => !isOneOf(child, covered)) ?? []
  return [...known, ...settingChanges(topLevel.vrrpInstance, rest(before), rest(after))]
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
