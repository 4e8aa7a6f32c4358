// How the kernel is to treat each thread: names, priorities, CPUs. keepalived.conf(5) `process_names`, `vrrp_priority` and the
// rest of their family; what keepalived does to a child process is done to a thread here.

import type { Entry } from '../../language/entry.ts'
import { isSet, read } from '../../language/entry.ts'
import { given } from '../context.ts'
import { globalDefs } from './keywords.ts'
import type { GlobalDefs, ThreadConduct, ThreadName } from './model.ts'

/** keepalived's names of its children under `process_names`. */
const ownNames = { vrrp: 'keepalived_vrrp', checker: 'keepalived_lvs', bfd: 'keepalived_bfd' } as const

/** What each part calls its keywords. */
const conductRows = {
  vrrp: {
    name: globalDefs.vrrpProcessName,
    nice: globalDefs.vrrpPriority,
    rtPriority: globalDefs.vrrpRtPriority,
    rtTime: globalDefs.vrrpRlimitRttime,
    cpus: globalDefs.vrrpCpuAffinity,
    noSwap: globalDefs.vrrpNoSwap,
  },
  checker: {
    name: globalDefs.checkerProcessName,
    nice: globalDefs.checkerPriority,
    rtPriority: globalDefs.checkerRtPriority,
    rtTime: globalDefs.checkerRlimitRttime,
    cpus: globalDefs.checkerCpuAffinity,
    noSwap: globalDefs.checkerNoSwap,
  },
  bfd: {
    name: globalDefs.bfdProcessName,
    nice: globalDefs.bfdPriority,
    rtPriority: globalDefs.bfdRtPriority,
    rtTime: globalDefs.bfdRlimitRttime,
    cpus: globalDefs.bfdCpuAffinity,
    noSwap: globalDefs.bfdNoSwap,
  },
} as const

export function buildThreads(defs: Entry | undefined): GlobalDefs['threads'] {
  return { vrrp: conductOf('vrrp', defs), checker: conductOf('checker', defs), bfd: conductOf('bfd', defs) }
}

function conductOf(part: ThreadName, defs: Entry | undefined): ThreadConduct {
  const rows = conductRows[part]
  const name = read(defs, rows.name) ?? (isSet(defs, globalDefs.processNames) ? ownNames[part] : undefined)
  return {
    ...given('name', name),
    ...given('nice', read(defs, rows.nice)),
    ...given('rtPriority', read(defs, rows.rtPriority)),
    ...given('rtTimeUs', read(defs, rows.rtTime)),
    cpus: read(defs, rows.cpus) ?? [],
    noSwap: isSet(defs, rows.noSwap),
  }
}
