// virtual_server blocks to the model; their servers are built in build-lvs-real.ts. Faults that change nothing but a default are
// reported by check-virtual-servers.ts. keepalived.conf(5) "Virtual server(s)".

import type { Family } from '../../../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import { IPVS_ONE_PACKET, IPVS_SCHED_1, IPVS_SCHED_2, IPVS_SCHED_3 } from '../../../lib/ipvs.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, isSet, lastOf, numberOf, optionOf, optionText, textOf, toggleOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, placeOf } from '../context.ts'
import { defaultForwardings, forwardingOf, toForwarding } from './forwarding.ts'
import type { LvsProtocol, Persistence, RealServer, ServiceAddress, VirtualServer } from './model.ts'
import { buildRealServers, buildSorry, matchSorry, serverCommand } from './real-server.ts'
import type { LvsInputs, ServerFrame } from './scope.ts'
import { groupServices } from './services.ts'
import { shownOfVirtual } from './shown.ts'

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
    ...given('quorumUp', serverCommand(lastOf(block, 'quorum_up'), context)),
    ...given('quorumDown', serverCommand(lastOf(block, 'quorum_down'), context)),
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
