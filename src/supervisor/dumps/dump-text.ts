// The dumps of SIGUSR1 and SIGUSR2, as text, in keepalived's wording (cli-signals section 4), so that scripts that read
// those files keep working. Pure; dump-file.ts puts it on disk.

import type { GlobalDefs } from '../../config/blocks/global/model.ts'
import type { VirtualAddress, VrrpInstance } from '../../config/blocks/instance/model.ts'
import type { TrackedObject, TrackFile, VrrpScript } from '../../config/blocks/tracking/model.ts'
import { formatIp } from '../../lib/ip.ts'
import { type Instant, usPerSecond } from '../../lib/time.ts'
import { readingOf } from '../../lib/tracked-reading.ts'
import { faultsText } from '../../lib/vrrp-fault.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { ScriptStatus } from '../../workers/vrrp/core/event.ts'
import type { State } from '../../workers/vrrp/core/state.ts'
import type { ProcessStatus } from '../tracking/process-tracker.ts'
import type { InstanceView } from '../vrrp/worker/actor.ts'

/** keepalived.stats: the counters of each instance. */
export function statsText(counters: Readonly<Record<string, Counters>>): string {
  return Object.entries(counters)
    .map(([name, c]) =>
      lines(
        `VRRP Instance: ${name}`,
        '  Advertisements:',
        `    Received: ${c.advert_rcvd}`,
        `    Sent: ${c.advert_sent}`,
        `  Became master: ${c.become_master}`,
        `  Released master: ${c.release_master}`,
        '  Packet Errors:',
        `    Length: ${c.packet_len_err}`,
        `    TTL: ${c.ip_ttl_err}`,
        `    Invalid Type: ${c.invalid_type_rcvd}`,
        `    Advertisement Interval: ${c.advert_interval_err}`,
        `    Address List: ${c.addr_list_err}`,
        // Counted by keepalived for SNMP only; an operator who looks for a mismatch wants them here.
        `    Version: ${c.vers_err}`,
        `    Checksum: ${c.chk_err}`,
        '  Authentication Errors:',
        `    Invalid Type: ${c.invalid_authtype}`,
        `    Type Mismatch: ${c.authtype_mismatch}`,
        `    Failure: ${c.auth_failure}`,
        '  Priority Zero:',
        `    Received: ${c.pri_zero_rcvd}`,
        `    Sent: ${c.pri_zero_sent}`,
      ),
    )
    .join('')
}

interface DataDump {
  readonly global: GlobalDefs
  readonly views: readonly InstanceView[]
  readonly scripts: readonly VrrpScript[]
  readonly scriptStatus: ReadonlyMap<string, ScriptStatus>
  /** Those that something goes by. */
  readonly trackFiles: readonly { readonly file: TrackFile; readonly value: number }[]
  readonly trackProcesses: readonly ProcessStatus[]
  readonly staticAddresses: readonly VirtualAddress[]
  readonly workers: readonly { readonly id: string; readonly restarts: number }[]
  readonly framesDropped: number
  readonly now: Instant
}

/** keepalived.data: configuration and present state. */
export function dataText(dump: DataDump): string {
  return (
    globalText(dump.global) +
    (dump.staticAddresses.length === 0 ? '' : lines('------< Static Addresses >------')) +
    lines(...addressTexts('Static IP', dump.staticAddresses)) +
    lines('------< VRRP Topology >------') +
    dump.views.map(view => instanceText(view, dump.now)).join('') +
    lines('------< VRRP Scripts >------') +
    dump.scripts.map(script => scriptText(script, dump.scriptStatus.get(script.name) ?? 'unknown')).join('') +
    lines('------< VRRP Track files >------') +
    dump.trackFiles.map(trackFileText).join('') +
    lines('------< VRRP Track processes >------') +
    dump.trackProcesses.map(trackProcessText).join('') +
    lines('------< Workers >------', ...dump.workers.map(worker => ` ${worker.id}: ${worker.restarts} restarts`)) +
    lines(` Frames dropped under load = ${dump.framesDropped}`)
  )
}

/** The part that every dump begins with. */
export function globalText(global: GlobalDefs): string {
  const server = global.smtpServer
  return lines(
    '------< Global definitions >------',
    ` Router ID = ${global.routerId}`,
    ` Smtp server = ${server === undefined ? 'none' : server.host}`,
    ` Smtp server port = ${server?.port ?? 25}`,
    ` Smtp server connection timeout = ${global.smtpConnectTimeoutUs / usPerSecond}`,
    ` Email notification from = ${global.notificationEmailFrom ?? ''}`,
    ...global.notificationEmail.map(recipient => ` Email notification = ${recipient}`),
    ` VRRP IPv4 mcast group = ${global.vrrpMcastGroup4}`,
    ` VRRP IPv6 mcast group = ${global.vrrpMcastGroup6}`,
    ` VRRP default protocol version = ${global.vrrpVersion}`,
  )
}

function instanceText({ params, state }: InstanceView, now: Instant): string {
  return lines(
    ` VRRP Instance = ${params.name}`,
    `   VRRP Version = ${params.version}`,
    `   State = ${(state?.name ?? 'init').toUpperCase()}`,
    ...(state === undefined ? [] : [`   Last transition = ${ago(now - state.changedAt)} s ago`]),
    ...(state?.name === 'fault' ? [`   Faults = ${faultsText(state.faults)}`] : []),
    `   Interface = ${params.interface}`,
    `   Using src_ip = ${sourceText(params.sourceAddress, state?.world.source)}`,
    ...destinationTexts(params),
    `   Gratuitous ARP delay = ${params.garp.masterDelayUs / usPerSecond}`,
    `   Gratuitous ARP repeat = ${params.garp.masterRepeat}`,
    `   Gratuitous ARP refresh = ${params.garp.masterRefreshUs / usPerSecond}`,
    `   Down timer adverts = ${params.downTimerAdverts}`,
    `   Virtual Router ID = ${params.vrid}`,
    `   Priority = ${params.priority}`,
    `   Effective priority = ${state?.effectivePriority ?? params.priority}`,
    `   Advert interval = ${params.advertIntervalUs / usPerSecond} sec`,
    `   Preempt = ${params.preempt ? 'enabled' : 'disabled'}`,
    ...(params.preemptDelayUs > 0 ? [`   Preempt delay = ${params.preemptDelayUs / usPerSecond} secs`] : []),
    // A dump is read by more people than a configuration: never the password itself.
    `   Authentication type = ${params.authentication.type.toUpperCase()}`,
    ...addressTexts('Virtual IP', params.addresses),
    ...addressTexts('Virtual IP Excluded', params.excludedAddresses),
    ...params.trackedScripts.map(tracked => `   Tracked script = ${tracked.script} weight ${tracked.weight}`),
    ...params.trackedInterfaces.map(tracked => `   Tracked interface = ${tracked.interface} weight ${tracked.weight}`),
    ...params.trackedObjects.map(tracked => trackedText(tracked, state)),
  )
}

const trackedTitles = { bfd: 'BFD', file: 'file', process: 'process' } as const

function trackedText({ kind, name, weight, reverse }: TrackedObject, state: State | undefined): string {
  const reading = readingOf(state?.world.readings ?? {}, kind, name)
  const shown = kind === 'file' ? `value ${reading}` : reading === 0 ? 'down' : 'up'
  return `   Tracked ${trackedTitles[kind]} = ${name} weight ${weight}${reverse ? ' reverse' : ''}, ${shown}`
}

function destinationTexts({ unicast, broadcastAddress, multicastGroup }: VrrpInstance): string[] {
  if (broadcastAddress !== undefined) return [`   Broadcast address ${broadcastAddress}`]
  if (unicast === undefined) return [`   Multicast address ${multicastGroup}`]
  return [
    `   Unicast TTL = ${unicast.ttl}`,
    `   Check unicast src = ${unicast.checkSource ? 'yes' : 'no'}`,
    `   Old unicast checksum = ${unicast.oldChecksum}`,
    '   Unicast peers:',
    ...unicast.peers.map(({ address, minTtl, maxTtl }) =>
      [`     ${address}`, minTtl !== undefined && `min_ttl ${minTtl}`, maxTtl !== undefined && `max_ttl ${maxTtl}`]
        .filter(Boolean)
        .join(' '),
    ),
  ]
}

function addressTexts(title: string, addresses: readonly VirtualAddress[]): string[] {
  if (addresses.length === 0) return []
  return [
    `   ${title} (${addresses.length}):`,
    ...addresses.map(({ address, prefix, device, label }) =>
      [`     ${address}/${prefix}`, device && `dev ${device}`, label && `label ${label}`].filter(Boolean).join(' '),
    ),
  ]
}

function scriptText(script: VrrpScript, status: ScriptStatus): string {
  return lines(
    ` VRRP Script = ${script.name}`,
    `   Command = ${script.command.text}`,
    `   Interval = ${script.intervalUs / usPerSecond} sec`,
    `   Timeout = ${script.timeoutUs / usPerSecond} sec`,
    `   Weight = ${script.weight}`,
    `   Rise = ${script.rise}`,
    `   Fall = ${script.fall}`,
    `   Status = ${status === 'unknown' ? 'INIT' : status === 'up' ? 'GOOD' : 'BAD'}`,
  )
}

function trackFileText({ file, value }: DataDump['trackFiles'][number]): string {
  return lines(
    ` VRRP Track file = ${file.name}`,
    `   File = ${file.path}`,
    `   Weight = ${file.weight}${file.reverse ? ' reverse' : ''}`,
    `   Value = ${value}`,
  )
}

function trackProcessText({ process, state }: ProcessStatus): string {
  const { weight, reverse, quorumMax, forkDelayUs, terminateDelayUs } = process
  return lines(
    ` VRRP Track process = ${process.name}`,
    `   Process = ${process.command}`,
    ...(process.parameters.length === 0 ? [] : [`   Parameters = ${process.parameters.join(' ')}`]),
    ...(process.parameterMatch === 'any' ? [] : [`   Param match = ${process.parameterMatch}`]),
    `   Full command = ${process.fullCommand ? 'true' : 'false'}`,
    `   Weight = ${weight}${reverse ? ' reverse' : ''}`,
    `   Min processes = ${process.quorum}`,
    ...(quorumMax === undefined ? [] : [`   Max processes = ${quorumMax}`]),
    `   Current processes = ${state.count}`,
    `   Have quorum = ${state.up ? 'true' : 'false'}`,
    `   Fork delay = ${forkDelayUs / usPerSecond} sec`,
    `   Terminate delay = ${terminateDelayUs / usPerSecond} sec`,
  )
}

function sourceText(configured: string | undefined, chosen: Uint8Array | null | undefined): string {
  if (chosen !== null && chosen !== undefined) return formatIp(chosen)
  return configured ?? '(none)'
}

function ago(us: number): string {
  return (us / usPerSecond).toFixed(3)
}

function lines(...texts: readonly string[]): string {
  return texts.map(text => `${text}\n`).join('')
}
