// How packets reach a server: lb_kind and lvs_method with what stands above them. keepalived.conf(5) "Virtual server(s)".

import type { Entry } from '../../language/entry.ts'
import { entriesOf, hasOption, is, lastOf, readOption } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import { realServer, tunnelOptions, virtualServer } from './keywords.ts'
import type { Forwarding } from './model.ts'

/** What each entry of the virtual server finds above it; what stands above all of them finds the first one. */
export function defaultForwardings(block: Entry): ReadonlyMap<Entry, Forwarding> {
  const defaults = new Map<Entry, Forwarding>()
  let current = toForwarding(entriesOf(block, virtualServer.lbKind)[0])
  for (const entry of block.children) {
    if (is(entry, virtualServer.lbKind)) current = toForwarding(entry)
    defaults.set(entry, current)
  }
  return defaults
}

/** Of a real server or a sorry server: its own, else the one that stands above it in the virtual server. */
export function forwardingOf(server: Entry, defaults: ReadonlyMap<Entry, Forwarding>): Forwarding {
  const own = lastOf(server, realServer.lvsMethod) ?? lastOf(server, virtualServer.lbKind)
  return own === undefined ? defaults.get(server)! : toForwarding(own)
}

/** Of the entry itself: its method with the options of a tunnel; without an entry NAT. */
export function toForwarding(entry: Entry | undefined): Forwarding {
  const method = entry?.values[0]
  if (entry === undefined || method !== 'TUN') return { method: method === 'DR' ? 'DR' : 'NAT' }
  const type = readOption(entry, tunnelOptions.type)
  const tunnel = type === 'gue' || type === 'gre' ? type : 'ipip'
  const has = (row: Row) => hasOption(entry, row)
  // An ipip tunnel has no checksum of its own, and remote checksums are for GUE only.
  const checksum =
    tunnel === 'gue' && has(tunnelOptions.remcsum)
      ? 'remcsum'
      : tunnel !== 'ipip' && has(tunnelOptions.csum)
        ? 'csum'
        : 'nocsum'
  return { method, tunnel, tunnelPort: tunnel === 'gue' ? (readOption(entry, tunnelOptions.port) ?? 0) : 0, checksum }
}
