// What a virtual_server stands for: an address, a firewall mark, or all rows of a group with their ranges written out. Each is one
// service of IPVS. keepalived.conf(5) "Virtual server group(s)".

import type { Family } from '../lib/ip.ts'
import { familyOf, formatIp, parseIp } from '../lib/ip.ts'
import type { BuildContext } from './build-context.ts'
import { complain } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { optionOf } from './grammar/entry.ts'
import type { LvsProtocol, ServiceAddress } from './lvs-model.ts'

/** Services of one group; keepalived has no bound but its patience. */
const GROUP_SERVICES_MAX = 65_536

/** The services of a group in file order. `markFamily` is for marks that do not say of which family they are. */
export function groupServices(
  group: Entry,
  protocol: LvsProtocol,
  markFamily: Family,
  context: BuildContext,
): readonly ServiceAddress[] {
  const services: ServiceAddress[] = []
  for (const row of group.children) {
    const added = rowServices(row, protocol, markFamily, context)
    if (services.length + added.length > GROUP_SERVICES_MAX) {
      complain(
        context,
        'bad-server',
        row,
        `the group has more than ${GROUP_SERVICES_MAX} addresses; this row is left out`,
        {
          help: 'use a firewall mark for so many addresses',
        },
      )
      continue
    }
    services.push(...added)
  }
  return services
}

function rowServices(
  row: Entry,
  protocol: LvsProtocol,
  markFamily: Family,
  context: BuildContext,
): readonly ServiceAddress[] {
  const mark = optionOf(row, 'fwmark')
  if (mark !== undefined) {
    const [number, word] = mark.values
    const family = word === 'inet6' ? 6 : word === 'inet' ? 4 : markFamily
    return typeof number === 'number' ? [{ kind: 'fwmark', family, mark: number }] : []
  }
  const [text, port] = row.values
  if (typeof text !== 'string') return []
  const addresses = expandRange(text)
  if (addresses === undefined) {
    complain(context, 'bad-server', row, `'${text}' is no address or range of addresses; the row is left out`, {
      help: 'write ADDRESS, ADDRESS-LAST or ADDRESS/PREFIX with no host bits set',
    })
    return []
  }
  return addresses.map(address => ({
    kind: 'address',
    family: familyOf(address),
    address,
    port: typeof port === 'number' ? port : 0,
    protocol,
  }))
}

/** All addresses of `192.0.2.1`, `192.0.2.1-9`, `2001:db8::1-ff`, `192.0.2.0/28`; undefined if the text is none of them. */
export function expandRange(text: string): readonly string[] | undefined {
  const slash = text.indexOf('/')
  if (slash >= 0) return expandPrefix(text.slice(0, slash), text.slice(slash + 1))
  const dash = text.indexOf('-')
  const first = parseIp(dash < 0 ? text : text.slice(0, dash))
  if (first === undefined) return undefined
  if (dash < 0) return [formatIp(first)]
  const last = lastOfRange(first, text.slice(dash + 1))
  return last === undefined ? undefined : count(first, last - tail(first) + 1)
}

/** The value of the last octet or of the last 16 bits. */
function lastOfRange(first: Uint8Array, text: string): number | undefined {
  const whole = parseIp(text)
  if (whole !== undefined && whole.length === first.length) {
    const head = whole.length - (whole.length === 4 ? 1 : 2)
    if (whole.subarray(0, head).some((byte, i) => byte !== first[i])) return undefined
    return tail(whole) >= tail(first) ? tail(whole) : undefined
  }
  const last = first.length === 4 ? decimal(text, 255) : hex(text)
  return last === undefined || last < tail(first) ? undefined : last
}

function expandPrefix(address: string, prefixText: string): readonly string[] | undefined {
  const first = parseIp(address)
  const prefix = decimal(prefixText, (first?.length ?? 0) * 8)
  if (first === undefined || prefix === undefined) return undefined
  const hostBits = first.length * 8 - prefix
  if (hostBits > 16) return undefined
  const value = ((first.at(-2)! << 8) | first.at(-1)!) & (2 ** hostBits - 1)
  return value === 0 ? count(first, 2 ** hostBits) : undefined
}

function count(first: Uint8Array, length: number): readonly string[] {
  const start = (first.at(-2)! << 8) | first.at(-1)!
  return Array.from({ length }, (_, i) => {
    const bytes = Uint8Array.from(first)
    bytes[bytes.length - 2] = ((start + i) >> 8) & 255
    bytes[bytes.length - 1] = (start + i) & 255
    return formatIp(bytes)
  })
}

function tail(address: Uint8Array): number {
  return address.length === 4 ? address[3]! : (address[14]! << 8) | address[15]!
}

function decimal(text: string, max: number): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= max ? Number(text) : undefined
}

function hex(text: string): number | undefined {
  return /^[0-9a-fA-F]{1,4}$/.test(text) ? Number.parseInt(text, 16) : undefined
}
