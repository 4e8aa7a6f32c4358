// static_ipaddress to the model, and what a track_group makes of it: the instances of the group track the interface of
// the address. keepalived.conf(5) "Static addresses", track_group.

import type { Entry } from '../../language/entry.ts'
import { entriesOf, read, readOption, rowsOf, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, deviceOf, nameOf } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import { trackGroup } from '../group/keywords.ts'
import type { VirtualAddress, VrrpInstance } from '../instance/model.ts'
import { topLevel } from '../keywords.ts'
import { buildAddresses } from './build.ts'
import { staticAddressOptions } from './keywords.ts'

const deviceDefault = 'eth0'

/** In file order, each with the interface it goes on. */
export function buildStaticAddresses(
  root: Entry,
  defs: Entry | undefined,
  context: BuildContext,
): readonly VirtualAddress[] {
  const rows = rowsOf(root, topLevel.staticIpaddress)
  const device = defaultDevice(defs)
  const homeless = rows.find(row => deviceOf(row) === undefined)
  if (homeless !== undefined && !context.interfaceExists(device)) {
    const message = `a static address names no interface, and there is no ${device}; it waits until there is one`
    complain(context, 'no-default-interface', homeless, message, {
      help: 'write dev INTERFACE behind the address, or default_interface in global_defs',
    })
  }
  return buildAddresses(rows, 'static_ipaddress', undefined, context).map(address => ({ device, ...address }))
}

/** The instances with the interfaces that their track_groups add. A link that is down is a fault, as of any tracked interface. */
export function withTrackGroups(
  instances: readonly VrrpInstance[],
  root: Entry,
  defs: Entry | undefined,
  context: BuildContext,
): readonly VrrpInstance[] {
  const added = new Map<string, Set<string>>()
  for (const row of rowsOf(root, topLevel.staticIpaddress)) {
    const group = readOption(row, staticAddressOptions.trackGroup)
    if (group === undefined) continue
    const block = entriesOf(root, topLevel.trackGroup).find(each => nameOf(each) === group && isAbove(each, row))
    if (block === undefined) complainOfUnknown(row, group, context)
    for (const member of rowsOf(block, trackGroup.group).flatMap(textsOf)) {
      added.set(member, (added.get(member) ?? new Set()).add(deviceOf(row) ?? defaultDevice(defs)))
    }
  }
  return instances.map(instance => {
    const own = instance.dontTrackPrimary ? [] : [instance.interface]
    const known = new Set([...own, ...instance.trackedInterfaces.map(each => each.interface)])
    const more = [...(added.get(instance.name) ?? [])].filter(name => !known.has(name))
    if (more.length === 0) return instance
    const tracked = more.map(name => ({ interface: name, weight: 0, reverse: false }))
    return { ...instance, trackedInterfaces: [...instance.trackedInterfaces, ...tracked] }
  })
}

function defaultDevice(defs: Entry | undefined): string {
  return read(defs, globalDefs.defaultInterface) ?? deviceDefault
}

/** Blocks of other files were read where they are included, so lines can be compared within one file only. */
function isAbove(block: Entry, row: Entry): boolean {
  return block.span.file !== row.span.file || block.span.line < row.span.line
}

function complainOfUnknown(row: Entry, group: string, context: BuildContext): void {
  const message = `no track_group '${group}' is defined so far; nobody tracks the interface of this address`
  complain(context, 'unknown-reference', row, message, { help: `define track_group ${group} above static_ipaddress` })
}
