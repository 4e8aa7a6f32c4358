// virtual_server and real_server blocks to the model, with inheritance resolved. Faults that change nothing but a default are
// reported by check-virtual-servers.ts. keepalived.conf(5) "Virtual server(s)".

import type { Family } from '../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../lib/ip.ts'
import { IPVS_ONE_PACKET, IPVS_SCHED_1, IPVS_SCHED_2, IPVS_SCHED_3 } from '../lib/ipvs.ts'
import type { BfdInstance } from './bfd-model.ts'
import { buildCommand, isRunnable } from './build-command.ts'
import type { BuildContext } from './build-context.ts'
import { complain, given, placeOf } from './build-context.ts'
import { buildCheckers } from './build-lvs-checker.ts'
import type { NftDraft } from './build-lvs-nft.ts'
import { groupServices } from './build-lvs-services.ts'
import { shownOfReal, shownOfVirtual } from './build-lvs-shown.ts'
import type { Entry } from './grammar/entry.ts'
import {
  entriesOf,
  isSet,
  lastOf,
  numberOf,
  optionNumber,
  optionOf,
  optionText,
  textOf,
  toggleOf,
} from './grammar/entry.ts'
import type {
  Forwarding,
  LvsProtocol,
  Persistence,
  RealServer,
  ServiceAddress,
  SorryServer,
  VirtualServer,
} from './lvs-model.ts'
import type { GlobalDefs, ScriptCommand, TrackFile } from './model.ts'

/** What all virtual servers share. */
export interface LvsInputs {
  readonly defs: Entry | undefined
  readonly global: GlobalDefs
  readonly groups: readonly Entry[]
  /** nftables_ipvs: gives marks to groups. */
  readonly nft?: NftDraft
  readonly trackFiles: readonly TrackFile[]
  /** Sessions that are defined above. */
  readonly bfd: readonly BfdInstance[]
}

/** What real servers and checkers have to know of their virtual server. */
export interface ServerFrame extends LvsInputs {
  readonly id: string
  readonly protocol: LvsProtocol | 'none'
  readonly family: Family
  readonly port: number
  readonly block: Entry
  readonly forwardings: ReadonlyMap<Entry, Forwarding>
}

const US_PER_SECOND = 1_000_000
const PERSISTENCE_DEFAULT_SECONDS = 360
const DRAIN_DEFAULT_SECONDS = 300

/** The virtual server, or undefined if it cannot be. `ordinals` counts the users of each group. */
export function buildLvsServer(
  block: Entry,
  inputs: LvsInputs,
  ordinals: Map<string, number>,
  context: BuildContext,
): VirtualServer | undefined {
  const family = familyOfServer(block)
  const services = servicesOf(block, inputs, family, context)
  if (services.length === 0) return undefined
  const name = serverName(block, services[0]!, ordinals)
  const protocol = optionOf(block, 'fwmark') === undefined ? protocolOf(block) : 'none'
  const port = services[0]!.kind === 'address' ? services[0]!.port : 0
  const id = services[0]!.kind === 'fwmark' && family === 6 ? `${name} inet6` : name
  const forwardings = defaultForwardings(block)
  const frame: ServerFrame = { ...inputs, id, protocol, family: services[0]!.family, port, block, forwardings }
  const realServers = buildRealServers(frame, context)
  if (realServers.length === 0) return undefined
  const sorry = buildSorry(block, frame, context)
  return {
    place: placeOf(block),
    id,
    name,
    services,
    protocol,
    scheduler: textOf(block, 'lb_algo') ?? 'wlc',
    flags: flagsOf(block, protocol),
    ...given('persistence', persistenceOf(block, services)),
    ...quorumOf(block, realServers),
    omega: isSet(block, 'omega'),
    ...given('drainUs', drainOf(lastOf(block, 'drain_on_reload'))),
    haSuspend: isSet(block, 'ha_suspend') && services.some(service => service.kind === 'address'),
    smtpAlert: toggleOf(block, 'smtp_alert') ?? inputs.global.smtpAlertChecker ?? inputs.global.smtpAlert ?? false,
    ...given('quorumUp', commandOf(lastOf(block, 'quorum_up'), context)),
    ...given('quorumDown', commandOf(lastOf(block, 'quorum_down'), context)),
    ...given('sorry', sorry),
    realServers: sorry === undefined ? realServers : realServers.map(real => matchSorry(real, sorry)),
    ...given('group', optionText(block, 'group')),
    shown: shownOfVirtual(block, toForwarding(entriesOf(block, 'lb_kind').at(-1))),
  }
}

function servicesOf(block: Entry, inputs: LvsInputs, family: Family, context: BuildContext): readonly ServiceAddress[] {
  const mark = optionOf(block, 'fwmark')?.values[0]
  if (typeof mark === 'number') return [{ kind: 'fwmark', family, mark }]
  const group = optionText(block, 'group')
  if (group !== undefined) {
    const found = inputs.groups.findLast(each => each.values[0] === group)
    if (found !== undefined) {
      const protocol = protocolOf(block)
      return inputs.nft?.services(found, protocol) ?? groupServices(found, protocol, family, context)
    }
    complain(
      context,
      'server-left-out',
      block,
      `there is no virtual_server_group ${group}; the virtual_server is left out`,
      {
        help: `write virtual_server_group ${group} { }`,
      },
    )
    return []
  }
  const [address, port] = block.values
  if (typeof address !== 'string') return []
  const text = formatIp(parseIp(address)!)
  const number = typeof port === 'number' ? port : 0
  return [{ kind: 'address', family: familyOf(text), address: text, port: number, protocol: protocolOf(block) }]
}

/** Family of the addresses; of a mark, that of its servers, which may differ only if all of them are tunnelled. */
function familyOfServer(block: Entry): Family {
  if (typeof block.values[0] === 'string') return familyOf(block.values[0])
  const written = textOf(block, 'ip_family')
  if (written !== undefined) return written === 'inet6' ? 6 : 4
  const servers = entriesOf(block, 'real_server')
  const defaults = defaultForwardings(block)
  const plain = servers.find(server => forwardingOf(server, defaults).method !== 'TUN')
  if (plain !== undefined) return familyOf(String(plain.values[0]))
  return servers.length > 0 && servers.every(server => familyOf(String(server.values[0])) === 6) ? 6 : 4
}

function serverName(block: Entry, first: ServiceAddress, ordinals: Map<string, number>): string {
  const group = optionText(block, 'group')
  if (group !== undefined) {
    const ordinal = ordinals.get(group) ?? 0
    ordinals.set(group, ordinal + 1)
    return `[${group}]:${ordinal}`
  }
  if (first.kind === 'fwmark') return `FWM ${first.mark}`
  return `[${first.address}]:${first.protocol.toLowerCase()}:${first.port}`
}

function protocolOf(block: Entry): LvsProtocol {
  const written = textOf(block, 'protocol')
  return written === 'TCP' || written === 'SCTP' ? written : 'UDP'
}

/** sh-port and the like count only below the scheduler that they belong to. */
function flagsOf(block: Entry, protocol: LvsProtocol | 'none'): number {
  let flags = 0
  let scheduler = ''
  for (const entry of block.children) {
    const { keyword } = entry.spec
    if (keyword === 'lb_algo' || keyword === 'lvs_sched') scheduler = String(entry.values[0])
    if (keyword === 'flag-1' || keyword === `${scheduler}-fallback`) flags |= IPVS_SCHED_1
    if (keyword === 'flag-2' || keyword === `${scheduler}-port`) flags |= IPVS_SCHED_2
    if (keyword === 'flag-3') flags |= IPVS_SCHED_3
    if (keyword === 'ops' && (protocol === 'UDP' || protocol === 'none')) flags |= IPVS_ONE_PACKET
  }
  return flags
}

/** A word of our own; without a time of its own it waits five minutes. */
function drainOf(entry: Entry | undefined): number | undefined {
  if (entry === undefined) return undefined
  const us = entry.values[0]
  return typeof us === 'number' ? us : DRAIN_DEFAULT_SECONDS * US_PER_SECOND
}

/** A service without a port works only with persistence. */
function persistenceOf(block: Entry, services: readonly ServiceAddress[]): Persistence | undefined {
  const timeout = lastOf(block, 'persistence_timeout')
  const granularity = textOf(block, 'persistence_granularity')
  const needed = services.some(service => service.kind === 'address' && service.port === 0)
  if (timeout === undefined && granularity === undefined && !needed) return undefined
  const us = timeout?.values[0]
  return {
    timeoutSeconds: typeof us === 'number' ? us / US_PER_SECOND : PERSISTENCE_DEFAULT_SECONDS,
    ...given('granularity', granularity?.includes('.') === true ? granularity : toPrefix(granularity)),
    ...given('engine', textOf(block, 'persistence_engine')),
  }
}

function toPrefix(text: string | undefined): number | undefined {
  const prefix = Number(text)
  return prefix >= 1 && prefix <= 128 ? prefix : undefined
}

/** Within reach of what the servers weigh together; at least 1, so that a service of weight 0 never counts as served. */
function quorumOf(block: Entry, servers: readonly RealServer[]): { quorum: number; hysteresis: number } {
  const total = servers.reduce((sum, server) => sum + server.weight, 0)
  const quorum = Math.max(1, Math.min(numberOf(block, 'quorum') ?? 1, total))
  return { quorum, hysteresis: Math.min(numberOf(block, 'hysteresis') ?? 0, quorum - 1) }
}

function buildRealServers(frame: ServerFrame, context: BuildContext): readonly RealServer[] {
  const servers: RealServer[] = []
  const seen = new Set<string>()
  for (const block of entriesOf(frame.block, 'real_server')) {
    const server = buildRealServer(block, frame, context)
    if (server === undefined || seen.has(server.id)) continue
    seen.add(server.id)
    servers.push(server)
  }
  return servers
}

function buildRealServer(block: Entry, frame: ServerFrame, context: BuildContext): RealServer | undefined {
  const address = formatIp(parseIp(String(block.values[0]))!)
  const forwarding = forwardingOf(block, frame.forwardings)
  const family = familyOf(address)
  if (family !== frame.family && forwarding.method !== 'TUN') {
    complain(context, 'bad-server', block, `real_server ${address} is of another family than its virtual server`, {
      help: 'only tunnelled servers may be of the other family; the server is left out',
    })
    return undefined
  }
  const written = typeof block.values[1] === 'number' ? block.values[1] : 0
  const port = realPort(written, forwarding, frame)
  const id = `[${address}]:${frame.protocol.toLowerCase()}:${port}`
  const weight = numberOf(block, 'weight') ?? numberOf(frame.block, 'weight') ?? 1
  const { smtpAlertChecker, smtpAlert } = frame.global
  return {
    place: placeOf(block),
    id,
    family,
    address,
    port,
    weight,
    forwarding,
    upperThreshold: numberOf(block, 'uthreshold') ?? 0,
    lowerThreshold: numberOf(block, 'lthreshold') ?? 0,
    inhibitOnFailure: toggleOf(block, 'inhibit_on_failure') ?? isSet(frame.block, 'inhibit_on_failure'),
    smtpAlert: toggleOf(block, 'smtp_alert') ?? smtpAlertChecker ?? smtpAlert ?? true,
    ...given('notifyUp', commandOf(lastOf(block, 'notify_up'), context)),
    ...given('notifyDown', commandOf(lastOf(block, 'notify_down'), context)),
    shown: shownOfReal(block, frame.block, weight, forwarding),
    checkers: buildCheckers(block, { ...frame, server: { id, address, port: written || frame.port, weight } }, context),
  }
}

/** Only NAT can have a port of its own; in a group there are as many service ports as rows, so the written one stays. */
function realPort(written: number, forwarding: Forwarding, frame: ServerFrame): number {
  if (optionOf(frame.block, 'group') !== undefined) return written
  return forwarding.method === 'NAT' && written !== 0 ? written : frame.port
}

/** What each entry of the virtual server finds above it; what stands above all of them finds the first one. */
function defaultForwardings(block: Entry): ReadonlyMap<Entry, Forwarding> {
  const defaults = new Map<Entry, Forwarding>()
  let current = toForwarding(entriesOf(block, 'lb_kind')[0])
  for (const entry of block.children) {
    if (entry.spec.storeAs === 'lbKind') current = toForwarding(entry)
    defaults.set(entry, current)
  }
  return defaults
}

/** Of a real server or a sorry server: its own, else the one that stands above it in the virtual server. */
function forwardingOf(server: Entry, defaults: ReadonlyMap<Entry, Forwarding>): Forwarding {
  const own = lastOf(server, 'lvs_method') ?? lastOf(server, 'lb_kind')
  return own === undefined ? defaults.get(server)! : toForwarding(own)
}

function toForwarding(entry: Entry | undefined): Forwarding {
  const method = entry?.values[0]
  if (entry === undefined || method !== 'TUN') return { method: method === 'DR' ? 'DR' : 'NAT' }
  const type = optionText(entry, 'type')
  const tunnel = type === 'gue' || type === 'gre' ? type : 'ipip'
  const has = (word: string) => optionOf(entry, word) !== undefined
  // An ipip tunnel has no checksum of its own, and remote checksums are for GUE only.
  const checksum = tunnel === 'gue' && has('remcsum') ? 'remcsum' : tunnel !== 'ipip' && has('csum') ? 'csum' : 'nocsum'
  return { method, tunnel, tunnelPort: tunnel === 'gue' ? (optionNumber(entry, 'port') ?? 0) : 0, checksum }
}

function buildSorry(block: Entry, frame: ServerFrame, context: BuildContext): SorryServer | undefined {
  const entry = lastOf(block, 'sorry_server')
  if (entry === undefined) return undefined
  const position = block.children.indexOf(entry)
  const below = (keyword: string) =>
    entriesOf(block, keyword).findLast(other => block.children.indexOf(other) > position)
  const method = below('sorry_server_lvs_method')
  const forwarding = method === undefined ? forwardingOf(entry, frame.forwardings) : toForwarding(method)
  const address = formatIp(parseIp(String(entry.values[0]))!)
  const family = familyOf(address)
  if (family !== frame.family && forwarding.method !== 'TUN') {
    complain(context, 'bad-server', entry, `sorry_server ${address} is of another family than its virtual server`, {
      help: 'only a tunnelled server may be of the other family; the sorry server is left out',
    })
    return undefined
  }
  const written = typeof entry.values[1] === 'number' ? entry.values[1] : 0
  const port = realPort(written, forwarding, frame)
  return { family, address, port, forwarding, inhibit: below('sorry_server_inhibit') !== undefined }
}

/** A sorry server that is also a real server: both keep their place in the table, or neither does. */
function matchSorry(real: RealServer, sorry: SorryServer): RealServer {
  const twin = real.address === sorry.address && real.port === sorry.port
  return twin ? { ...real, inhibitOnFailure: sorry.inhibit } : real
}

/** A command that is missing now may be there when it is needed, so it stays. */
function commandOf(entry: Entry | undefined, context: BuildContext): ScriptCommand | undefined {
  const command = entry === undefined ? undefined : buildCommand(entry, context)
  if (command === undefined || isRunnable(command, context)) return command
  complain(context, 'command-not-found', entry, `the command ${command.argv[0]} does not exist`, {
    help: 'check the path; the server changes its state without it',
  })
  return command
}
