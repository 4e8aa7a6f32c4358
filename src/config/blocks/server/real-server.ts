// real_server blocks and the sorry server to the model, with what they inherit from their virtual server. keepalived.conf(5)
// "Virtual server(s)".

import { type Family, familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, isSet, lastOf, optionOf, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import { buildCheckers } from '../checker/build.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, placeOf } from '../context.ts'
import { buildCommand, isRunnable } from '../script/command.ts'
import type { ScriptCommand } from '../script/model.ts'
import { hasOwnPort, standsBelowSorry } from './decisions.ts'
import { forwardingOf, toForwarding } from './forwarding.ts'
import { realServer, serviceSelectors, virtualServer } from './keywords.ts'
import type { Forwarding, RealServer, SorryServer } from './model.ts'
import type { ServerScope } from './scope.ts'
import { shownOfReal } from './shown.ts'

/** Leaves out servers that cannot be built. Of two with the same address and port the first is kept. */
export function buildRealServers(scope: ServerScope, context: BuildContext): readonly RealServer[] {
  const servers: RealServer[] = []
  const seen = new Set<string>()
  for (const block of entriesOf(scope.block, virtualServer.realServer)) {
    const server = buildRealServer(block, scope, context)
    if (server === undefined || seen.has(server.id)) continue
    seen.add(server.id)
    servers.push(server)
  }
  return servers
}

function buildRealServer(block: Entry, scope: ServerScope, context: BuildContext): RealServer | undefined {
  const forwarding = forwardingOf(block, scope.forwardings)
  const at = placeInNetwork(block, forwarding, scope)
  if (at === undefined) {
    complain(
      context,
      'bad-server',
      block,
      `real_server ${addressOf(block)} is of another family than its virtual server`,
      {
        help: 'only tunnelled servers may be of the other family; the server is left out',
      },
    )
    return undefined
  }
  const { family, address, port, written } = at
  const id = `[${address}]:${scope.protocol.toLowerCase()}:${port}`
  const weight = read(block, realServer.weight) ?? read(scope.block, virtualServer.weight)
  const { smtpAlertChecker, smtpAlert } = scope.global
  return {
    place: placeOf(block),
    id,
    family,
    address,
    port,
    weight,
    forwarding,
    upperThreshold: read(block, realServer.uthreshold),
    lowerThreshold: read(block, realServer.lthreshold),
    inhibitOnFailure: read(block, realServer.inhibitOnFailure) ?? isSet(scope.block, virtualServer.inhibitOnFailure),
    smtpAlert: read(block, realServer.smtpAlert) ?? smtpAlertChecker ?? smtpAlert ?? true,
    ...given('notifyUp', serverCommand(lastOf(block, realServer.notifyUp), context)),
    ...given('notifyDown', serverCommand(lastOf(block, realServer.notifyDown), context)),
    shown: shownOfReal(block, scope.block, weight, forwarding),
    checkers: buildCheckers(block, { ...scope, server: { id, address, port: written || scope.port, weight } }, context),
  }
}

interface PlaceInNetwork {
  readonly family: Family
  readonly address: string
  /** As written; 0: it was not. */
  readonly written: number
  readonly port: number
}

/** undefined: of another family than the virtual server, to which only a tunnel leads. */
function placeInNetwork(entry: Entry, forwarding: Forwarding, scope: ServerScope): PlaceInNetwork | undefined {
  const address = addressOf(entry)
  const family = familyOf(address)
  if (family !== scope.family && forwarding.method !== 'TUN') return undefined
  const written = typeof entry.values[1] === 'number' ? entry.values[1] : 0
  return { family, address, written, port: realPort(written, forwarding, scope) }
}

/** Canonical text. */
function addressOf(entry: Entry): string {
  return formatIp(parseIp(String(entry.values[0]))!)
}

/** Only NAT can have a port of its own; in a group there are as many service ports as rows, so the written one stays. */
function realPort(written: number, forwarding: Forwarding, scope: ServerScope): number {
  if (optionOf(scope.block, serviceSelectors.group) !== undefined) return written
  return hasOwnPort(forwarding.method, written) ? written : scope.port
}

/** undefined: there is none, or it cannot be built. */
export function buildSorry(block: Entry, scope: ServerScope, context: BuildContext): SorryServer | undefined {
  const entry = lastOf(block, virtualServer.sorryServer)
  if (entry === undefined) return undefined
  const below = (row: Row) => entriesOf(block, row).findLast(other => standsBelowSorry(block, other))
  const method = below(virtualServer.sorryServerLvsMethod)
  const forwarding = method === undefined ? forwardingOf(entry, scope.forwardings) : toForwarding(method)
  const at = placeInNetwork(entry, forwarding, scope)
  if (at === undefined) {
    complain(
      context,
      'bad-server',
      entry,
      `sorry_server ${addressOf(entry)} is of another family than its virtual server`,
      {
        help: 'only a tunnelled server may be of the other family; the sorry server is left out',
      },
    )
    return undefined
  }
  const { family, address, port } = at
  return { family, address, port, forwarding, inhibit: below(virtualServer.sorryServerInhibit) !== undefined }
}

/** A sorry server that is also a real server: both keep their place in the table, or neither does. */
export function matchSorry(real: RealServer, sorry: SorryServer): RealServer {
  const twin = real.address === sorry.address && real.port === sorry.port
  return twin ? { ...real, inhibitOnFailure: sorry.inhibit } : real
}

/** A command that is missing now may be there when it is needed, so it stays. */
export function serverCommand(entry: Entry | undefined, context: BuildContext): ScriptCommand | undefined {
  const command = entry === undefined ? undefined : buildCommand(entry, context)
  if (command === undefined || isRunnable(command, context)) return command
  complain(context, 'command-not-found', entry, `the command ${command.argv[0]} does not exist`, {
    help: 'check the path; the server changes its state without it',
  })
  return command
}
