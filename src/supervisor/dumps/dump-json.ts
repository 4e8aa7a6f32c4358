// keepalived.json: the same fields in the same order as keepalived's JSON dump (section "JSON" of its SIGNALS), so that exporters
// and scripts that read it keep working. Passwords are masked as keepalived 2.4 does. Pure; dump-file.ts puts it on disk.

import type { VirtualAddress, VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { VrrpScript, VrrpTrackProcess } from '../../config/blocks/tracking/model.ts'
import { authTypes } from '../../lib/auth-type.ts'
import { type Instant, usPerSecond } from '../../lib/time.ts'
import { type Counters, statNames, zeroCounters } from '../../workers/vrrp/core/counters.ts'
import { type State, stateCodes } from '../../workers/vrrp/core/state.ts'
import type { InstanceView } from '../vrrp/worker/actor.ts'

interface JsonDump {
  readonly views: readonly InstanceView[]
  readonly counters: Readonly<Record<string, Counters>>
  readonly scripts: readonly VrrpScript[]
  readonly processes: readonly VrrpTrackProcess[]
  /** The same moment on the monotonic clock and as a date, to turn one into the other. */
  readonly now: Instant
  readonly epochMs: number
}

const scopes: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }

/** The dump as text; undefined without any instance, when keepalived writes no file. */
export function jsonText(dump: JsonDump): string | undefined {
  if (dump.views.length === 0) return undefined
  const instances = dump.views.map(({ params, state }) => ({
    data: dataOf(params, state, dump),
    stats: statsOf(dump.counters[params.name] ?? zeroCounters),
  }))
  return `${JSON.stringify(instances)}\n`
}

function dataOf(params: VrrpInstance, state: State | undefined, dump: JsonDump): object {
  const { garp, notify } = params
  const code = stateCodes[state?.name ?? 'init']
  const isMaster = state?.name === 'master'
  const list = (addresses: readonly VirtualAddress[]) =>
    addresses.map(address => addressText(address, params, isMaster))
  return {
    iname: params.name,
    dont_track_primary: Number(params.dontTrackPrimary),
    skip_check_adv_addr: Number(params.skipCheckAdvertAddresses),
    strict_mode: Number(params.strict),
    vmac_ifname: '',
    ifp_ifname: params.interface,
    master_priority: state?.lastMaster?.priority ?? 0,
    last_transition: transitionSeconds(state, dump),
    garp_delay: garp.masterDelayUs / usPerSecond,
    garp_refresh: garp.masterRefreshUs / usPerSecond,
    garp_rep: garp.masterRepeat,
    garp_refresh_rep: garp.masterRefreshRepeat,
    garp_lower_prio_delay: garp.lowerPrioDelayUs / usPerSecond,
    garp_lower_prio_rep: garp.lowerPrioRepeat,
    lower_prio_no_advert: Number(params.lowerPrioNoAdvert),
    higher_prio_send_advert: Number(params.higherPrioSendAdvert),
    vrid: params.vrid,
    base_priority: params.priority,
    effective_priority: state?.effectivePriority ?? params.priority,
    vipset: isMaster,
    promote_secondaries: params.promoteSecondaries,
    adver_int: params.advertIntervalUs / usPerSecond,
    master_adver_int: (state?.masterIntervalUs ?? params.advertIntervalUs) / usPerSecond,
    accept: Number(params.accept),
    nopreempt: !params.preempt,
    preempt_delay: params.preemptDelayUs / usPerSecond,
    state: code,
    wantstate: code,
    version: params.version,
    smtp_alert: params.smtpAlert,
    notify_deleted: notify.notifyDeleted,
    ...scriptField('script_backup', notify.backup),
    ...scriptField('script_master', notify.master),
    ...scriptField('script_fault', notify.fault),
    ...scriptField('script_stop', notify.stop),
    ...scriptField('script_deleted', notify.deleted),
    ...scriptField('script', notify.any),
    ...scriptField('script_master_rx_lower_pri', notify.masterRxLowerPri),
    ...listField('vips', list(params.addresses)),
    ...listField('evips', list(params.excludedAddresses)),
    ...listField(
      'track_ifp',
      params.trackedInterfaces.map(tracked => tracked.interface),
    ),
    ...listField('track_script', trackedCommands(params, dump.scripts)),
    ...listField('track_process', trackedProcesses(params, dump.processes)),
    auth_type: authTypes[params.authentication.type],
    ...authData(params.authentication.type),
  }
}

function statsOf(counters: Counters): object {
  return Object.fromEntries(statNames.map(name => [name, counters[name]]))
}

function transitionSeconds(state: State | undefined, dump: JsonDump): number {
  if (state === undefined) return 0
  const seconds = dump.epochMs / 1_000 - (dump.now - state.changedAt) / usPerSecond
  return Number(seconds.toFixed(6))
}

/** IFA_F_* bits as keepalived names them, in its order; `-nodad` stands behind the first. */
const flagsBeforeNodad = [[0x10, 'home']] as const
const flagsBehindNodad = [
  [0x100, 'mngtmpaddr'],
  [0x200, 'noprefixroute'],
  [0x400, 'autojoin'],
] as const
const forever = 4_294_967_295

/** As in `192.0.2.100/24 dev eth0 scope global label eth0:1 set`; the host prefix is not written. */
function addressText(address: VirtualAddress, params: VrrpInstance, isSet: boolean): string {
  const { peer, label, broadcast, flags } = address
  const isHost = address.prefix === (address.family === 4 ? 32 : 128)
  const named = (rows: readonly (readonly [number, string])[]) =>
    rows.flatMap(([bit, name]) => (flags & bit ? [name] : []))
  const words = [
    isHost ? address.address : `${address.address}/${address.prefix}`,
    ...(broadcast === undefined || peer !== undefined ? [] : [`brd ${broadcast}`]),
    `dev ${address.device ?? params.interface}`,
    `scope ${scopes[address.scope] ?? address.scope}`,
    ...(label === undefined ? [] : [`label ${label}`]),
    ...(peer === undefined ? [] : [`peer ${peer}/${address.peerPrefix}`]),
    ...named(flagsBeforeNodad),
    ...(address.nodad ? ['-nodad'] : []),
    ...named(flagsBehindNodad),
    ...(address.noTrack ? ['no_track'] : []),
    ...(address.family === 6 ? [lifetimeText(address, isHost)] : []),
    ...(isSet ? ['set'] : []),
  ]
  return words.join(' ')
}

function lifetimeText(address: VirtualAddress, isHost: boolean): string {
  const seconds = address.preferredLifetimeSeconds ?? (isHost ? 0 : forever)
  if (seconds === 0) return 'deprecated'
  return `preferred_lft ${seconds === forever ? 'forever' : seconds}`
}

function trackedCommands(params: VrrpInstance, scripts: readonly VrrpScript[]): string[] {
  return params.trackedScripts.flatMap(({ script }) => {
    const found = scripts.find(({ name }) => name === script)
    return found === undefined ? [] : [quotedWords(found.command)]
  })
}

function trackedProcesses({ trackedObjects }: VrrpInstance, processes: readonly VrrpTrackProcess[]): string[] {
  const names = trackedObjects.filter(({ kind }) => kind === 'process').map(({ name }) => name)
  return names.flatMap(name => processes.find(process => process.name === name)?.command ?? [])
}

function scriptField(name: string, command: ScriptCommand | undefined): object {
  return command === undefined ? {} : { [name]: quotedWords(command) }
}

function listField(name: string, values: readonly string[]): object {
  return values.length === 0 ? {} : { [name]: values }
}

function authData(type: keyof typeof authTypes): object {
  return type === 'none' ? {} : { auth_data: '********' }
}

function quotedWords(command: ScriptCommand): string {
  // `</path` is no command but a test whether the file can be read.
  if (command.text.startsWith('<')) return command.text
  return command.argv.map(word => `'${word}'`).join(' ')
}
