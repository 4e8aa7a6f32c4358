// The vrrp_sync_group block.

import { repeated, text } from '../../language/args.ts'
import type { KeywordSpec } from '../../language/spec.ts'
import { flag, list, row, script, toggle } from '../../language/spec.ts'
import { trackLists } from '../tracking/keywords.ts'

/** Everything that may stand in a vrrp_sync_group. */
export const syncGroup: readonly KeywordSpec[] = [
  list(
    'group',
    row(repeated(text('INSTANCE')), 'One or more names per row.', { live: true }),
    'Member instances, resolved after parsing.',
    { live: true, repeat: 'first' },
  ),
  script('notify_backup', 'Script for group transition to BACKUP.', { live: true }),
  script('notify_master', 'Script for group transition to MASTER.', { live: true }),
  script('notify_fault', 'Script for group transition to FAULT.', { live: true }),
  script('notify_stop', 'Script for daemon stop.', { live: true }),
  script('notify', 'Script for every transition with GROUP, name, state and priority 0 appended.', { live: true }),
  toggle('smtp_alert', 'Mails group transitions.', { live: true, default: 'smtp_alert_vrrp, smtp_alert, else off' }),
  flag('global_tracking', 'Same effect as sync_group_tracking_weight.', {
    live: true,
    aliasOf: 'sync_group_tracking_weight',
    deprecatedIsFault: true,
    deprecated: 'trackers in the group itself',
  }),
  flag('sync_group_tracking_weight', 'Keeps weighted trackers of members instead of neutralising them.', {
    live: true,
  }),
  toggle('notify_priority_changes', 'Writes member priority changes to the FIFOs.', {
    live: true,
    default: 'vrrp_notify_priority_changes',
  }),
  ...trackLists,
]
