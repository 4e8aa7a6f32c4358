// KEEPALIVED-MIB, VRRP part: sync groups (.2.1) and their members (.2.2).

import type { SyncGroup } from '../../../config/blocks/instance/model.ts'
import { VRRP } from './keepalived-oid.ts'
import { type Column, table } from './mib.ts'
import { hasScripts, scriptText } from './script-text.ts'
import { integer, text, yesNo } from './value.ts'
import { groupStateOf } from './vrrp-state.ts'

export const groupMib: readonly Column[] = [
  ...table<SyncGroup>([...VRRP, 1, 1], model => model.groups.map((of, i) => ({ index: [i + 1], of })), {
    2: group => text(group.name),
    3: (group, model) => integer(groupStateOf(model, group)),
    4: group => yesNo(group.smtpAlert),
    5: ({ notify: { master, backup, fault, stop, any } }) => yesNo(hasScripts(master, backup, fault, stop, any)),
    6: group => scriptText(group.notify.master),
    7: group => scriptText(group.notify.backup),
    8: group => scriptText(group.notify.fault),
    9: group => scriptText(group.notify.any),
    10: group => yesNo(group.trackingWeight),
    11: group => scriptText(group.notify.stop),
  }),
  ...table<string>(
    [...VRRP, 2, 1],
    model => model.groups.flatMap((group, i) => group.members.map((of, j) => ({ index: [i + 1, j + 1], of }))),
    { 2: member => text(member) },
  ),
]
