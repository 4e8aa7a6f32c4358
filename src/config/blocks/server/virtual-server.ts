// virtual_server blocks to the model; their servers are built in real-server.ts. Faults that change nothing but a default are
// reported by rules.ts. keepalived.conf(5) "Virtual server(s)".

import type { Family } from '../../../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import { IPVS_ONE_PACKET, IPVS_SCHED_1, IPVS_SCHED_2, IPVS_SCHED_3 } from '../../../lib/ipvs.ts'
import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, optionOf, read, readOption } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, placeOf } from '../context.ts'
import { belowSchedulers, hashOptions, mayScheduleOnePacket, quorumThatHolds } from './decisions.ts'
import { defaultForwardings, forwardingOf, toForwarding } from './forwarding.ts'
import { serviceSelectors, virtualServer } from './keywords.ts'
import type { Forwarding, LvsProtocol, Persistence, RealServer, ServiceAddress, VirtualServer } from './model.ts'
import { buildRealServers, buildSorry, matchSorry, serverCommand } from './real-server.ts'
import type { LvsInputs, ServerScope } from './scope.ts'
import { groupServices } from './services.ts'
import { shownOfVirtual } from './shown.ts'

const persistenceDefaultSeconds = 360
const drainDefaultSeconds = 300

/** The virtual server, or undefined if it cannot be built. `ordinals` counts the users of each group. */
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
  const protocol = optionOf(block, serviceSelectors.fwmark) === undefined ? protocolOf(block) : 'none'
  const port = services[0]!.kind === 'address' ? services[0]!.port : 0
  const id = services[0]!.kind === 'fwmark' && family === 6 ? `${name} inet6` : name
  const forwardings = defaultForwardings(block)
  if (mixesFamilies(services) && !isTunnelled(block, forwardings)) {
    complain(
      context,
      'server-left-out',
      block,
      `the group of virtual_server ${name} has IPv4 and IPv6 addresses, but not all of its servers are tunnelled; it is left out`,
      { help: 'write one virtual_server_group for each family' },
    )
    return undefined
  }
  const scope: ServerScope = { ...inputs, id, protocol, family: services[0]!.family, port, block, forwardings }
  const realServers = buildRealServers(scope, context)
  if (realServers.length === 0) return undefined
  const sorry = buildSorry(block, scope, context)
  return {
    place: placeOf(block),
    id,
    name,
    services,
    protocol,
    scheduler: read(block, virtualServer.lbAlgo),
    flags: flagsOf(block, protocol),
    ...given('persistence', persistenceOf(block, services)),
    ...quorumOf(block, realServers),
    omega: isSet(block, virtualServer.omega),
    ...given('drainUs', drainOf(lastOf(block, virtualServer.drainOnReload))),
    haSuspend: isSet(block, virtualServer.haSuspend) && services.some(service => service.kind === 'address'),
    smtpAlert:
      read(block, virtualServer.smtpAlert) ?? inputs.global.smtpAlertChecker ?? inputs.global.smtpAlert ?? false,
    ...given('quorumUp', serverCommand(lastOf(block, virtualServer.quorumUp), context)),
    ...given('quorumDown', serverCommand(lastOf(block, virtualServer.quorumDown), context)),
    ...given('sorry', sorry),
    realServers: sorry === undefined ? realServers : realServers.map(real => matchSorry(real, sorry)),
    ...given('group', readOption(block, serviceSelectors.group)),
    shown: shownOfVirtual(block, toForwarding(entriesOf(block, virtualServer.lbKind).at(-1))),
  }
}

function mixesFamilies(services: readonly ServiceAddress[]): boolean {
  return services.some(({ family }) => family !== services[0]!.family)
}

/** Only a tunnel leads from one family to the other; the kernel refuses every other server. */
function isTunnelled(block: Entry, forwardings: ReadonlyMap<Entry, Forwarding>): boolean {
  const servers = [...entriesOf(block, virtualServer.realServer), ...entriesOf(block, virtualServer.sorryServer)]
  return servers.every(server => forwardingOf(server, forwardings).method === 'TUN')
}

function servicesOf(block: Entry, inputs: LvsInputs, family: Family, context: BuildContext): readonly ServiceAddress[] {
  const mark = optionOf(block, serviceSelectors.fwmark)?.values[0]
  if (typeof mark === 'number') return [{ kind: 'fwmark', family, mark }]
  const group = readOption(block, serviceSelectors.group)
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
  const written = read(block, virtualServer.ipFamily)
  if (written !== undefined) return written === 'inet6' ? 6 : 4
  const servers = entriesOf(block, virtualServer.realServer)
  const defaults = defaultForwardings(block)
  const plain = servers.find(server => forwardingOf(server, defaults).method !== 'TUN')
  if (plain !== undefined) return familyOf(String(plain.values[0]))
  return servers.length > 0 && servers.every(server => familyOf(String(server.values[0])) === 6) ? 6 : 4
}

function serverName(block: Entry, first: ServiceAddress, ordinals: Map<string, number>): string {
  const group = readOption(block, serviceSelectors.group)
  if (group !== undefined) {
    const ordinal = ordinals.get(group) ?? 0
    ordinals.set(group, ordinal + 1)
    return `[${group}]:${ordinal}`
  }
  if (first.kind === 'fwmark') return `FWM ${first.mark}`
  return `[${first.address}]:${first.protocol.toLowerCase()}:${first.port}`
}

function protocolOf(block: Entry): LvsProtocol {
  const written = read(block, virtualServer.protocol)
  return written === 'TCP' || written === 'SCTP' ? written : 'UDP'
}

const plainFlags: readonly (readonly [row: Row, bit: number])[] = [
  [virtualServer.flag1, IPVS_SCHED_1],
  [virtualServer.flag2, IPVS_SCHED_2],
  [virtualServer.flag3, IPVS_SCHED_3],
]

/** sh-port and the like count only below the scheduler that they belong to. */
function flagsOf(block: Entry, protocol: LvsProtocol | 'none'): number {
  let flags = 0
  for (const [entry, scheduler = ''] of belowSchedulers(block)) {
    for (const [row, bit] of plainFlags) if (is(entry, row)) flags |= bit
    for (const { row, bit = 0, schedulers } of hashOptions)
      if (schedulers.includes(scheduler) && is(entry, row)) flags |= bit
    if (is(entry, virtualServer.ops) && mayScheduleOnePacket(protocol)) flags |= IPVS_ONE_PACKET
  }
  return flags
}

/** drain_on_reload is an extension; without a number it waits five minutes. */
function drainOf(entry: Entry | undefined): number | undefined {
  if (entry === undefined) return undefined
  const us = entry.values[0]
  return typeof us === 'number' ? us : drainDefaultSeconds * usPerSecond
}

/** A service without a port works only with persistence. */
function persistenceOf(block: Entry, services: readonly ServiceAddress[]): Persistence | undefined {
  const timeout = lastOf(block, virtualServer.persistenceTimeout)
  const granularity = read(block, virtualServer.persistenceGranularity)
  const needed = services.some(service => service.kind === 'address' && service.port === 0)
  if (timeout === undefined && granularity === undefined && !needed) return undefined
  const us = timeout?.values[0]
  return {
    timeoutSeconds: typeof us === 'number' ? us / usPerSecond : persistenceDefaultSeconds,
    ...given('granularity', granularity?.includes('.') === true ? granularity : toPrefix(granularity)),
    ...given('engine', read(block, virtualServer.persistenceEngine)),
  }
}

function toPrefix(text: string | undefined): number | undefined {
  const prefix = Number(text)
  return prefix >= 1 && prefix <= 128 ? prefix : undefined
}

/** Within reach of what the servers weigh together; at least 1, so that a service of weight 0 never counts as served. */
function quorumOf(block: Entry, servers: readonly RealServer[]): { quorum: number; hysteresis: number } {
  const written = { quorum: read(block, virtualServer.quorum), hysteresis: read(block, virtualServer.hysteresis) }
  return quorumThatHolds(
    written,
    servers.reduce((sum, server) => sum + server.weight, 0),
  )
}
