// How the kernel is to treat each thread: names, priorities, CPUs. keepalived.conf(5) `process_names`, `vrrp_priority` and the
// rest of their family; what keepalived does to a child process is done to a thread here.

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, numberOf, textOf } from '../../language/entry.ts'
import { given } from '../context.ts'
import type { GlobalDefs, ThreadConduct, ThreadPart } from './model.ts'

/** keepalived's names of its children under `process_names`. */
const ownNames = { vrrp: 'keepalived_vrrp', checker: 'keepalived_lvs', bfd: 'keepalived_bfd' } as const

export function buildThreads(defs: Entry | undefined): GlobalDefs['threads'] {
  return { vrrp: conductOf('vrrp', defs), checker: conductOf('checker', defs), bfd: conductOf('bfd', defs) }
}

function conductOf(part: ThreadPart, defs: Entry | undefined): ThreadConduct {
  const name = textOf(defs, `${part}_process_name`) ?? (isSet(defs, 'process_names') ? ownNames[part] : undefined)
  const cpus = lastOf(defs, `${part}_cpu_affinity`)?.values ?? []
  return {
    ...given('name', name),
    ...given('nice', numberOf(defs, `${part}_priority`)),
    ...given('rtPriority', numberOf(defs, `${part}_rt_priority`)),
    ...given('rtTimeUs', numberOf(defs, `${part}_rlimit_rttime`)),
    cpus: cpus.filter(value => typeof value === 'number'),
    noSwap: isSet(defs, `${part}_no_swap`),
  }
}
