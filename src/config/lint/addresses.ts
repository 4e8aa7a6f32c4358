// Virtual addresses that nobody can reach or that lead back to this node: outside every network of the host, or the same as
// a real server behind them.

import { compareIp, formatIp, parseIp } from '../../lib/ip.ts'
import type { Finding, Site } from '../advice/finding.ts'
import { listed } from '../advice/words.ts'
import { blocksOf, namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VirtualAddress, VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import { serviceSelectors, virtualServer } from '../blocks/server/keywords.ts'
import type { InterfaceAddress, LintFacts } from '../host/facts.ts'
import { entriesOf, readOption, rowsOf, type Statement } from '../language/entry.ts'
import type { WrittenConfig } from '../model.ts'
import type { LintRule } from './rule.ts'

export const addressRules: readonly LintRule[] = [
  {
    code: 'KA2301',
    title: 'A virtual address outside every network of the host',
    severity: 'note',
    check: outsideAddresses,
  },
  {
    code: 'KA2302',
    title: 'A real server that is the virtual address itself',
    severity: 'warning',
    check: realServersOnVirtualAddresses,
  },
]

/** Networks that are named in a message. */
const networksShownMax = 4

function outsideAddresses(config: WrittenConfig, facts: LintFacts): readonly Finding[] {
  const virtual = new Set(
    config.instances.flatMap(each => [...each.addresses, ...each.excludedAddresses]).map(vip => vip.address),
  )
  // A virtual address that this node holds at the moment proves nothing.
  const own = facts.addresses().filter(({ address }) => !virtual.has(address) && !isLinkLocal(address))
  return config.instances.flatMap(instance => outside(config, instance, own))
}

function outside(config: WrittenConfig, instance: VrrpInstance, own: readonly InterfaceAddress[]): readonly Finding[] {
  return instance.addresses.flatMap(vip => {
    const sameFamily = own.filter(({ family }) => family === vip.family)
    if (sameFamily.length === 0 || isLinkLocal(vip.address) || vip.device === 'lo' || vip.peer !== undefined) return []
    if (sameFamily.some(network => contains(network, vip.address))) return []
    const networks = sameFamily.map(({ interface: name, address, prefix }) => `${address}/${prefix} on ${name}`)
    return {
      at: siteOfAddress(config, instance, vip),
      message: `${vip.address} is in no network of this host, which has ${listed(shown(networks))}`,
      help: 'check the address; if it is intended, other hosts need a route to it via this node',
    }
  })
}

function shown(networks: readonly string[]): readonly string[] {
  const rest = networks.length - networksShownMax
  return rest <= 0 ? networks : [...networks.slice(0, networksShownMax), `${rest} more`]
}

function contains({ address, prefix }: InterfaceAddress, other: string): boolean {
  const [network, bytes] = [parseIp(address), parseIp(other)]
  if (network === undefined || bytes === undefined || network.length !== bytes.length) return false
  return compareIp(masked(network, prefix), masked(bytes, prefix)) === 0
}

function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - i * 8))))
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith('169.254.')
}

function siteOfAddress(config: WrittenConfig, instance: VrrpInstance, vip: VirtualAddress): Site {
  const block = namedBlock(config, topLevel.vrrpInstance, instance.name)
  const row = rowsOf(block, vrrpInstance.virtualIpaddress).find(each => addressIn(each) === vip.address)
  return row?.at ?? instance.place
}

/** The address that a row begins with, canonical and without a prefix. */
function addressIn(row: Statement): string | undefined {
  const bytes = parseIp(String(row.values[0]).split('/')[0]!)
  return bytes === undefined ? undefined : formatIp(bytes)
}

function realServersOnVirtualAddresses(config: WrittenConfig): readonly Finding[] {
  const instances = new Map(
    config.instances.flatMap(instance => instance.addresses.map(vip => [vip.address, instance] as const)),
  )
  return blocksOf(config, topLevel.virtualServer).flatMap(server => {
    const services = serviceAddresses(config, server)
    return entriesOf(server, virtualServer.realServer).flatMap(real => {
      const address = addressIn(real)
      if (address === undefined) return []
      const instance = instances.get(address)
      if (!services.includes(address) && instance === undefined) return []
      const what = services.includes(address)
        ? 'the address of its virtual_server'
        : `the virtual address of ${instance!.name}`
      return {
        at: real.at,
        message: `real_server ${address} is ${what}, so this node would send connections to itself`,
        help: "write the server's own address",
      }
    })
  })
}

/** Addresses of the service, those of its group included. */
function serviceAddresses(config: WrittenConfig, server: Statement): readonly string[] {
  const name = readOption(server, serviceSelectors.group)
  const group = name === undefined ? undefined : namedBlock(config, topLevel.virtualServerGroup, name)
  return [server, ...(group?.children ?? [])].flatMap(each => addressIn(each) ?? [])
}
