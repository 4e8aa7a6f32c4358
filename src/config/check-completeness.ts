// Blocks without the one thing they are for: a track_file without a file, a URL without a path. keepalived leaves them out.

import { familyOf } from '../lib/ip.ts'
import type { BuildContext } from './build-context.ts'
import { checkAccount, complain } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { entriesOf, isSet, lastOf, rowsOf } from './grammar/entry.ts'

interface Need {
  /** Any of these keywords will do. */
  readonly keywords: readonly string[]
  readonly message: string
  readonly help: string
}

const url: Need = { keywords: ['url'], message: 'has no url, so it checks nothing', help: 'write url { path / … }' }
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
  HTTP_GET: url,
  SSL_GET: url,
  url: { keywords: ['path'], message: 'has no path; it is left out', help: 'write path /' },
  MISC_CHECK: { keywords: ['misc_path'], message: 'has no misc_path; it is left out', help: 'write misc_path COMMAND' },
  FILE_CHECK: {
    keywords: ['track_file'],
    message: 'names no track_file; it is left out',
    help: 'write track_file NAME',
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
    if (child.spec.keyword === 'MISC_CHECK') checkUser(child, context)
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
  checkUnicast(block, name, context)
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
  if (ipvlan === undefined || typeof ipvlan.values[1] === 'string') return
  const first = rowsOf(block, 'virtual_ipaddress')[0]
  if (first === undefined || familyOf(String(first.values[0]).split('/')[0]!) === 6) return
  const message = `use_ipvlan of ${name} names no address, which IPv4 needs`
  complain(context, 'needs-another', ipvlan, message, { help: 'write use_ipvlan NAME ADDRESS/PREFIX' })
}

const unicastKeywords = ['unicast_peer', 'unicast_src_ip', 'check_unicast_src', 'old_unicast_checksum', 'unicast_ttl']

function checkUnicast(block: Entry, name: string, context: BuildContext): void {
  if (entriesOf(block, 'unicast_peer').some(list => list.children.length > 0)) return
  const unicast = block.children.find(child => unicastKeywords.includes(child.spec.keyword))
  if (unicast === undefined) return
  const message = `${name} has ${unicast.spec.keyword} but no unicast peer, so it uses multicast`
  const help = `list the other nodes in unicast_peer { }, or remove ${unicast.spec.keyword}`
  complain(context, 'needs-another', unicast, message, { help })
}

function checkUser(block: Entry, context: BuildContext): void {
  const user = lastOf(block, 'user')
  if (user === undefined) return
  const [name, group] = user.values
  checkAccount(context, String(name), group === undefined ? undefined : String(group).replace(/^:/, ''), user)
}
