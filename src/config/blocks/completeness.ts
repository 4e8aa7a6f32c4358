// Blocks without the one thing they are for: a track_file without a file, a URL without a path. keepalived leaves them out.

import { familyOf, parseIp } from '../../lib/ip.ts'
import type { Entry, Value } from '../language/entry.ts'
import { entriesOf, isSet, lastOf, rowsOf } from '../language/entry.ts'
import type { BuildContext } from './context.ts'
import { complain } from './context.ts'

interface Need {
  /** Any of these keywords will do. */
  readonly keywords: readonly string[]
  readonly message: string
  readonly help: string
}

const file: Need = { keywords: ['file'], message: 'has no file; it is left out', help: 'write file PATH' }

/** By the keyword of the block, whatever it stands in. */
const needs: Readonly<Record<string, Need>> = {
  track_file: file,
  vrrp_track_file: file,
  vrrp_track_process: {
    keywords: ['process'],
    message: 'names no process; it is left out',
    help: 'write process NAME',
  },
  bfd_instance: {
    keywords: ['neighbor_ip', 'neighbour_ip'],
    message: 'has no neighbor_ip; it is left out',
    help: 'write neighbor_ip ADDRESS',
  },
  garp_group: {
    keywords: ['garp_interval', 'gna_interval'],
    message: 'sets no interval; it is left out',
    help: 'write garp_interval or gna_interval',
  },
  BFD_CHECK: { keywords: ['name'], message: 'names no bfd_instance; it is left out', help: 'write name INSTANCE' },
}

/** Reports every block that lacks what it needs, and virtual_server_groups without entries. */
export function checkCompleteness(root: Entry, context: BuildContext): void {
  visit(root, context)
  for (const group of root.children.filter(child => child.spec.keyword === 'virtual_server_group')) {
    if (group.children.length > 0) continue
    const message = `virtual_server_group ${group.values[0]} has no entries; it is left out`
    complain(context, 'incomplete-block', group, message, { help: 'write one ADDRESS PORT or fwmark NUMBER per line' })
  }
}

function visit(block: Entry, context: BuildContext): void {
  for (const child of block.children) {
    const need = child.spec.kind === 'block' ? needs[child.spec.keyword] : undefined
    if (need !== undefined && !need.keywords.some(keyword => isSet(child, keyword))) {
      const name = typeof child.values[0] === 'string' ? ` ${child.values[0]}` : ''
      complain(context, 'incomplete-block', child, `${child.spec.keyword}${name} ${need.message}`, { help: need.help })
    }
    if (child.spec.keyword === 'lvs_timeouts' && child.options.length === 0) {
      const message = 'lvs_timeouts sets nothing; it is ignored'
      complain(context, 'incomplete-block', child, message, { help: 'write tcp, tcpfin or udp with seconds behind it' })
    }
    if (child.spec.keyword === 'url' && !isSet(child, 'path') && block.children.some(other => isSet(other, 'path'))) {
      // A checker without any usable url is reported where it is built.
      complain(context, 'incomplete-block', child, 'url has no path; it is left out', { help: 'write path /' })
    }
    visit(child, context)
  }
  if (block.spec.keyword === 'vrrp_instance') checkInstance(block, context)
}

/** Settings of an instance that mean nothing without another one, or not beside another one. */
function checkInstance(block: Entry, context: BuildContext): void {
  const name = String(block.values[0])
  const [base] = entriesOf(block, 'vmac_xmit_base')
  if (base !== undefined && !isSet(block, 'use_vmac') && !isSet(block, 'use_ipvlan')) {
    const message = `vmac_xmit_base of ${name} has no effect without use_vmac`
    complain(context, 'needs-another', base, message, { help: 'write use_vmac, or remove vmac_xmit_base' })
  }
  checkIpvlan(block, name, context)
  const [vrf] = entriesOf(block, 'vrf')
  if (vrf !== undefined && isSet(block, 'interface')) {
    const message = `${name} has an interface, so vrf is ignored`
    complain(context, 'incompatible-settings', vrf, message, { help: 'the interface decides the VRF; remove vrf' })
  }
  for (const entry of [...entriesOf(block, 'use_vmac'), ...entriesOf(block, 'use_ipvlan')]) {
    const wanted = entry.values[0]
    if (typeof wanted !== 'string' || !context.interfaceExists(wanted)) continue
    const message = `${entry.spec.keyword} of ${name}: the interface ${wanted} exists already; another name is taken`
    complain(context, 'incompatible-settings', entry, message, { help: 'name an interface that does not exist yet' })
  }
}

/** An IPv4 ipvlan shares the MAC address of its parent, so it needs an address of its own to be told apart. */
function checkIpvlan(block: Entry, name: string, context: BuildContext): void {
  const ipvlan = lastOf(block, 'use_ipvlan')
  if (ipvlan === undefined || ipvlan.values.some(isAddress)) return
  const first = rowsOf(block, 'virtual_ipaddress')[0]
  if (first === undefined || familyOf(String(first.values[0]).split('/')[0]!) === 6) return
  const message = `use_ipvlan of ${name} names no address, which IPv4 needs`
  complain(context, 'needs-another', ipvlan, message, { help: 'write use_ipvlan NAME ADDRESS/PREFIX' })
}

function isAddress(value: Value | undefined): boolean {
  return typeof value === 'string' && parseIp(value.split('/')[0]!) !== undefined
}
