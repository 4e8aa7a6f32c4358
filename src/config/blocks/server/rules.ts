// Rules about a virtual_server that lacks a setting or has one that cannot take effect: scheduler, forwarding method,
// real servers, port, quorum. keepalived reports each of these and goes on with a default (lvs-behaviour sections 3 and
// 4).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, hasOption, is, isOneOf, isSet, lastOf, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { parseRange } from './address-range.ts'
import {
  belowSchedulers,
  hashOptions,
  hasOwnPort,
  mayScheduleOnePacket,
  quorumThatHolds,
  standsBelowSorry,
} from './decisions.ts'
import { realServer, serviceSelectors, virtualServer } from './keywords.ts'

/** Reports services that lack something. Services of an unknown group are left out before keepalived looks at them. */
export function checkVirtualServers(root: Entry, context: BuildContext): void {
  const groups = new Map<string, Entry>()
  for (const block of root.children) {
    if (!is(block, topLevel.virtualServerGroup) || block.children.length === 0) continue
    groups.set(String(block.values[0]), block)
  }
  for (const block of root.children) {
    if (is(block, topLevel.virtualServerGroup)) checkRows(block, context)
    if (!is(block, topLevel.virtualServer)) continue
    const group = block.options.find(option => is(option, serviceSelectors.group))
    const rows = group === undefined ? undefined : groups.get(String(group.values[0]))?.children
    if (group === undefined ? isNamed(block) : rows !== undefined) checkServer(block, rows ?? [block], context)
  }
}

function checkRows(group: Entry, context: BuildContext): void {
  for (const row of group.children) {
    if (isNamed(row)) {
      checkRange(row, context)
      continue
    }
    complain(context, 'bad-server', row, `'${row.raw}' names no address and no fwmark; the row is left out`, {
      help: 'write ADDRESS PORT or fwmark NUMBER',
    })
  }
}

/** A row that keepalived leaves out as well. */
function checkRange(row: Entry, context: BuildContext): void {
  const text = row.values[0]
  const range = typeof text === 'string' ? parseRange(text) : undefined
  if (typeof range !== 'string') return
  complain(context, 'bad-server', row, `${text} ${range}; the row is left out`, {
    help: 'write ADDRESS, ADDRESS-LAST with a greater LAST, or ADDRESS/PREFIX without host bits',
  })
}

function isNamed(block: Entry): boolean {
  return typeof block.values[0] === 'string' || hasOption(block, serviceSelectors.fwmark)
}

/** `services`: the rows of its group, or the virtual server itself. */
function checkServer(block: Entry, services: readonly Entry[], context: BuildContext): void {
  const title = block.words.map(word => word.text).join(' ')
  const servers = entriesOf(block, virtualServer.realServer)
  if (servers.length === 0) {
    complain(context, 'no-real-servers', block, `${title} has no real servers; it is left out`, {
      help: 'write real_server ADDRESS PORT { } inside it',
    })
    return
  }
  checkDefaults(block, title, servers, context)
  checkDuplicates(title, servers, context)
  checkQuorum(block, title, servers, context)
  checkPorts(block, title, [...servers, ...entriesOf(block, virtualServer.sorryServer)], services, context)
  checkHashing(block, context)
  checkFollowers(block, title, context)
}

function checkDefaults(block: Entry, title: string, servers: readonly Entry[], context: BuildContext): void {
  if (!isSet(block, virtualServer.lbAlgo)) {
    complain(context, 'default-scheduler', block, `${title} has no valid lb_algo; wlc is taken`, {
      help: 'write lb_algo wlc',
    })
  }
  if (!isSet(block, virtualServer.lbKind) && !servers.every(server => isSet(server, realServer.lvsMethod))) {
    complain(context, 'default-forwarding', block, `${title} has no valid lb_kind; NAT is taken`, {
      help: 'write lb_kind NAT',
    })
  }
  const needsPort = typeof block.values[0] === 'string' && (block.values[1] ?? 0) === 0
  if (needsPort && !isSet(block, virtualServer.persistenceTimeout)) {
    const message = `${title} has no port, which works only with persistence; persistence is switched on`
    complain(context, 'port-needed', block, message, { help: 'write the port, or persistence_timeout SECONDS' })
  }
}

function checkDuplicates(title: string, servers: readonly Entry[], context: BuildContext): void {
  const seen = new Map<string, Entry>()
  for (const server of servers) {
    const key = server.values.map(String).join(' ')
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, server)
      continue
    }
    complain(context, 'duplicate-real-server', server, `${title} has this real_server already; it is left out`, {
      help: 'remove one of them, or give it another port',
      related: [{ span: first.span, message: 'first given here' }],
    })
  }
}

function checkQuorum(block: Entry, title: string, servers: readonly Entry[], context: BuildContext): void {
  const defaultWeight = read(block, virtualServer.weight)
  const total = servers.reduce((sum, server) => sum + (read(server, realServer.weight) ?? defaultWeight), 0)
  const written = { quorum: read(block, virtualServer.quorum), hysteresis: read(block, virtualServer.hysteresis) }
  const { quorum, hysteresis } = quorumThatHolds(written, total)
  if (written.quorum > total) {
    const message = `the quorum of ${title} is ${written.quorum}, but its real servers weigh only ${total} together; ${quorum} is taken`
    complain(context, 'quorum-out-of-reach', lastOf(block, virtualServer.quorum) ?? block, message, {
      help: `write a quorum of at most ${total}`,
    })
  }
  if (written.hysteresis > hysteresis) {
    const message = `the hysteresis of ${title} is not below its quorum of ${quorum}; ${hysteresis} is taken`
    complain(context, 'quorum-out-of-reach', lastOf(block, virtualServer.hysteresis), message, {
      help: 'write a hysteresis below the quorum',
    })
  } else if (quorum + hysteresis > total && total > 0) {
    const needed = `quorum ${quorum} and hysteresis ${hysteresis}: it comes up at a weight of ${quorum + hysteresis}`
    const message = `${title} never comes up with ${needed}, and its real servers weigh ${total} together`
    complain(context, 'quorum-never-up', lastOf(block, virtualServer.hysteresis) ?? block, message, {
      help: `write a quorum and a hysteresis of at most ${total} together`,
    })
  }
}

/** A server behind DR or TUN with a port that it cannot have. */
function checkPorts(
  block: Entry,
  title: string,
  servers: readonly Entry[],
  services: readonly Entry[],
  context: BuildContext,
): void {
  const method = read(block, virtualServer.lbKind) ?? 'NAT'
  for (const server of servers) {
    const own = server.values[1]
    const kind = read(server, realServer.lvsMethod) ?? method
    if (typeof own !== 'number' || own === 0 || hasOwnPort(kind, own)) continue
    const other = services.find(
      service => hasOption(service, serviceSelectors.fwmark) || (service.values[1] ?? 0) !== own,
    )
    if (other === undefined) continue
    const taken = hasOption(other, serviceSelectors.fwmark) ? 'the port is ignored' : `${other.values[1] ?? 0} is taken`
    const message = `${kind} cannot change ports, but ${server.spec.keyword} ${server.values[0]} of ${title} has port ${own}; ${taken}`
    complain(context, 'port-mismatch', server, message, {
      help: 'write the port of the virtual server, or use lb_kind NAT',
    })
  }
}

/** Options of the hashing schedulers count only behind the lb_algo that they belong to. */
function checkHashing(block: Entry, context: BuildContext): void {
  for (const [entry, scheduler = 'no lb_algo'] of belowSchedulers(block)) {
    const wanted = hashOptions.find(({ row }) => is(entry, row))?.schedulers
    // keepalived: between the two hashing schedulers a foreign option is skipped without a word.
    if (wanted === undefined || wanted.includes(scheduler) || scheduler === 'sh' || scheduler === 'mh') continue
    const { keyword } = entry.spec
    const message = `${keyword} goes with lb_algo ${wanted.join(' or ')} and stands behind ${scheduler}; it is ignored`
    complain(context, 'needs-another', entry, message, { help: `write it below lb_algo ${wanted[0]}, or remove it` })
  }
}

const followers: readonly Row[] = [virtualServer.sorryServerInhibit, virtualServer.sorryServerLvsMethod]

/** Settings that need another setting above them, or another protocol. */
function checkFollowers(block: Entry, title: string, context: BuildContext): void {
  for (const entry of block.children) {
    const { keyword } = entry.spec
    if (isOneOf(entry, followers) && !standsBelowSorry(block, entry)) {
      const message = `${keyword} of ${title} stands above or without sorry_server; it is ignored`
      complain(context, 'needs-another', entry, message, { help: 'write it below sorry_server' })
    }
  }
  const ops = lastOf(block, virtualServer.ops)
  if (
    ops === undefined ||
    hasOption(block, serviceSelectors.fwmark) ||
    mayScheduleOnePacket(read(block, virtualServer.protocol))
  )
    return
  complain(context, 'incompatible-settings', ops, `ops of ${title} needs protocol UDP; it is ignored`, {
    help: 'one-packet scheduling is for UDP; remove ops',
  })
}
