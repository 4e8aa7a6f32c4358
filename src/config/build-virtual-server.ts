// virtual_server blocks to the small part of the model that the TCP checker needs. Inheritance from checker to real server to
// virtual server is resolved here.

import { familyOf, formatIp, parseIp } from '../lib/ip.ts'
import type { BuildContext } from './build-context.ts'
import { complain, hasOption, placeOf } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { entriesOf, numberOf, textOf } from './grammar/entry.ts'
import type { RealServer, TcpCheck, VirtualServer } from './model.ts'

const usPerSecond = 1_000_000
const delayLoopDefaultUs = 60 * usPerSecond
const connectTimeoutDefaultUs = 5 * usPerSecond

/** The server, or undefined for services that are named by firewall mark or group, which are not in effect yet. */
export function buildVirtualServer(block: Entry, context: BuildContext): VirtualServer | undefined {
  const [address, port] = block.values
  if (typeof address !== 'string') {
    if (hasOption(block, 'fwmark') && textOf(block, 'protocol') !== undefined) {
      complain(context, 'incompatible-settings', block, 'a firewall mark has no protocol; the protocol is ignored', {
        help: 'remove the protocol line',
      })
    }
    if (block.words.length < 2) {
      complain(context, 'missing-argument', block, 'virtual_server has no address', {
        help: 'write virtual_server ADDRESS PORT',
      })
    } else if (!hasOption(block, 'fwmark') && !hasOption(block, 'group')) {
      complain(context, 'bad-server', block, 'virtual_server has no address; it is left out', {
        help: 'write virtual_server ADDRESS PORT',
      })
    }
    return undefined
  }
  const realServers = entriesOf(block, 'real_server').map(server => buildRealServer(server, block, context))
  return {
    place: placeOf(block),
    address: formatIp(parseIp(address)!),
    port: typeof port === 'number' ? port : 0,
    protocol: decideProtocol(block, address, context),
    delayLoopUs: numberOf(block, 'delay_loop') ?? delayLoopDefaultUs,
    realServers: realServers.filter(server => server !== undefined),
  }
}

function decideProtocol(block: Entry, address: string, context: BuildContext): VirtualServer['protocol'] {
  const written = textOf(block, 'protocol')
  if (written === 'TCP' || written === 'UDP' || written === 'SCTP') return written
  complain(context, 'no-protocol', block, `virtual_server ${address} has no protocol; as in keepalived UDP is taken`, {
    help: 'write protocol TCP, UDP or SCTP',
  })
  return 'UDP'
}

function buildRealServer(block: Entry, parent: Entry, context: BuildContext): RealServer | undefined {
  const [address, port] = block.values
  if (familyOf(String(address)) !== familyOf(String(parent.values[0])) && textOf(parent, 'lb_kind') !== 'TUN') {
    complain(context, 'bad-server', block, `real_server ${address} is of another family than its virtual server`, {
      help: 'only tunnelled servers may be of the other family; the server is left out',
    })
    return undefined
  }
  const server = {
    address: formatIp(parseIp(String(address))!),
    port: typeof port === 'number' && port > 0 ? port : portOf(parent),
  }
  return {
    place: placeOf(block),
    ...server,
    weight: numberOf(block, 'weight') ?? numberOf(parent, 'weight') ?? 1,
    checkers: entriesOf(block, 'TCP_CHECK').map(check => buildTcpCheck(check, [check, block, parent], server)),
  }
}

/** `levels`: checker, real server, virtual server; the first one that says something counts. */
function buildTcpCheck(
  check: Entry,
  levels: readonly Entry[],
  server: { readonly address: string; readonly port: number },
): TcpCheck {
  const inherited = (keyword: string) =>
    levels.map(level => numberOf(level, keyword)).find(value => value !== undefined)
  const connectIp = textOf(check, 'connect_ip')
  return {
    type: 'TCP_CHECK',
    connectIp: connectIp === undefined ? server.address : formatIp(parseIp(connectIp)!),
    connectPort: numberOf(check, 'connect_port') ?? server.port,
    connectTimeoutUs: inherited('connect_timeout') ?? connectTimeoutDefaultUs,
    retry: inherited('retry') ?? 1,
    delayBeforeRetryUs: inherited('delay_before_retry') ?? usPerSecond,
    delayLoopUs: inherited('delay_loop') ?? delayLoopDefaultUs,
  }
}

function portOf(virtualServer: Entry): number {
  const port = virtualServer.values[1]
  return typeof port === 'number' ? port : 0
}
