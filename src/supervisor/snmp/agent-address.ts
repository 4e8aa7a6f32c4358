// Where the master agent listens, from the text of snmp_socket or --snmp-agent-socket. snmpcmd(1) "AGENT
// SPECIFICATION", as far as AgentX knows it: streams only.

import type { NetConnectOpts } from 'node:net'

export const defaultAgentAddress = 'unix:/var/agentx/master'
const agentxPort = 705

/** What node:net connects to; undefined for what is no address of a stream. */
export function parseAgentAddress(text: string): NetConnectOpts | undefined {
  if (text.startsWith('/')) return { path: text }
  const [, transport, rest = ''] = /^(unix|tcp|tcp6|tcpipv6):(.*)$/.exec(text) ?? [undefined, 'tcp', text]
  if (transport === 'unix') return rest === '' ? undefined : { path: rest }
  const family = transport === 'tcp' ? 0 : 6
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))?(?::?(\d{1,5}))?$/.exec(rest)
  if (found === null) return undefined
  const onlyPort = /^\d{1,5}$/.test(rest)
  const host = onlyPort ? 'localhost' : (found[1] ?? found[2] ?? 'localhost')
  const port = onlyPort ? Number(rest) : found[3] === undefined ? agentxPort : Number(found[3])
  return port < 1 || port > 65_535 ? undefined : { host, port, family }
}
