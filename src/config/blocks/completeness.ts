// Blocks without the one thing they are for: a track_file without a file, a URL without a path. keepalived leaves them out.

import { familyOf, parseIp } from '../../lib/ip.ts'
import type { Entry } from '../language/entry.ts'
import { entriesOf, is, isSet, lastOf, rowsOf } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { Value } from '../language/value.ts'
import { bfdCheck, checkers, httpGet, urlOwn } from './checker/keywords.ts'
import type { BuildContext } from './context.ts'
import { complain } from './context.ts'
import { globalDefs } from './global/keywords.ts'
import { vrrpInstance } from './instance/keywords.ts'
import { topLevel } from './keywords.ts'
import { garpGroup } from './link/keywords.ts'
import { bfdInstance, trackFile, vrrpTrackProcess } from './tracking/keywords.ts'

interface Need {
  readonly block: Row
  /** Any of these keywords will do. */
  readonly rows: readonly Row[]
  readonly message: string
  readonly help: string
}

/** What a block is for, whatever it stands in. */
const needs: readonly Need[] = [
  {
    block: topLevel.trackFile,
    rows: [trackFile.file],
    message: 'has no file; it is left out',
    help: 'write file PATH',
  },
  {
    block: topLevel.vrrpTrackProcess,
    rows: [vrrpTrackProcess.process],
    message: 'names no process; it is left out',
    help: 'write process NAME',
  },
  {
    block: topLevel.bfdInstance,
    rows: [bfdInstance.neighborIp],
    message: 'has no neighbor_ip; it is left out',
    help: 'write neighbor_ip ADDRESS',
  },
  {
    block: topLevel.garpGroup,
    rows: [garpGroup.garpInterval, garpGroup.gnaInterval],
    message: 'sets no interval; it is left out',
    help: 'write garp_interval or gna_interval',
  },
  {
    block: checkers.bfdCheck,
    rows: [bfdCheck.name],
    message: 'names no bfd_instance; it is left out',
    help: 'write name INSTANCE',
  },
]

/** Reports every block that lacks what it needs, and virtual_server_groups without entries. */
export function checkCompleteness(root: Entry, context: BuildContext): void {
  visit(root, context)
  for (const group of entriesOf(root, topLevel.virtualServerGroup)) {
    if (group.children.length > 0) continue
    const message = `virtual_server_group ${group.values[0]} has no entries; it is left out`
    complain(context, 'incomplete-block', group, message, { help: 'write one ADDRESS PORT or fwmark NUMBER per line' })
  }
}

function visit(block: Entry, context: BuildContext): void {
  for (const child of block.children) {
    const need = child.spec.kind === 'block' ? needs.find(each => is(child, each.block)) : undefined
    if (need !== undefined && !need.rows.some(row => isSet(child, row))) {
      const name = typeof child.values[0] === 'string' ? ` ${child.values[0]}` : ''
      complain(context, 'incomplete-block', child, `${child.spec.keyword}${name} ${need.message}`, { help: need.help })
    }
    if (is(child, globalDefs.lvsTimeouts) && child.options.length === 0) {
      const message = 'lvs_timeouts sets nothing; it is ignored'
      complain(context, 'incomplete-block', child, message, { help: 'write tcp, tcpfin or udp with seconds behind it' })
    }
    if (
      is(child, httpGet.url) &&
      !isSet(child, urlOwn.path) &&
      block.children.some(other => isSet(other, urlOwn.path))
    ) {
      // A checker without any usable url is reported where it is built.
      complain(context, 'incomplete-block', child, 'url has no path; it is left out', { help: 'write path /' })
    }
    if (child.spec.kind === 'block') visit(child, context)
  }
  if (is(block, topLevel.vrrpInstance)) checkInstance(block, context)
}

/** Settings of an instance that mean nothing without another one, or not beside another one. */
function checkInstance(block: Entry, context: BuildContext): void {
  const name = String(block.values[0])
  const [base] = entriesOf(block, vrrpInstance.vmacXmitBase)
  if (base !== undefined && !isSet(block, vrrpInstance.useVmac) && !isSet(block, vrrpInstance.useIpvlan)) {
    const message = `vmac_xmit_base of ${name} has no effect without use_vmac`
    complain(context, 'needs-another', base, message, { help: 'write use_vmac, or remove vmac_xmit_base' })
  }
  checkIpvlan(block, name, context)
  const [vrf] = entriesOf(block, vrrpInstance.vrf)
  if (vrf !== undefined && isSet(block, vrrpInstance.interface)) {
    const message = `${name} has an interface, so vrf is ignored`
    complain(context, 'incompatible-settings', vrf, message, { help: 'the interface decides the VRF; remove vrf' })
  }
  for (const entry of [...entriesOf(block, vrrpInstance.useVmac), ...entriesOf(block, vrrpInstance.useIpvlan)]) {
    const wanted = entry.values[0]
    if (typeof wanted !== 'string' || !context.interfaceExists(wanted)) continue
    const message = `${entry.spec.keyword} of ${name}: the interface ${wanted} exists already; another name is taken`
    complain(context, 'incompatible-settings', entry, message, { help: 'name an interface that does not exist yet' })
  }
}

/** An IPv4 ipvlan shares the MAC address of its parent, so it needs an address of its own to be told apart. */
function checkIpvlan(block: Entry, name: string, context: BuildContext): void {
  const ipvlan = lastOf(block, vrrpInstance.useIpvlan)
  if (ipvlan === undefined || ipvlan.values.some(isAddress)) return
  const first = rowsOf(block, vrrpInstance.virtualIpaddress)[0]
  if (first === undefined || familyOf(String(first.values[0]).split('/')[0]!) === 6) return
  const message = `use_ipvlan of ${name} names no address, which IPv4 needs`
  complain(context, 'needs-another', ipvlan, message, { help: 'write use_ipvlan NAME ADDRESS/PREFIX' })
}

function isAddress(value: Value | undefined): boolean {
  return typeof value === 'string' && parseIp(value.split('/')[0]!) !== undefined
}
