// The vrrp_sync_group block, and track_group.

import { repeated, text } from '../../language/args.ts'
import { flag, list, row, script, toggle } from '../../language/spec.ts'
import { trackLists } from '../tracking/keywords.ts'

/** Everything that may stand in a vrrp_sync_group. */
export const syncGroup = {
  group: list(
    'group',
    row(repeated(text('INSTANCE')), 'One or more names per row.'),
    'Member instances, resolved after parsing.',
    { repeat: 'first' },
  ),
  notifyBackup: script('notify_backup', 'Script for group transition to BACKUP.'),
  notifyMaster: script('notify_master', 'Script for group transition to MASTER.'),
  notifyFault: script('notify_fault', 'Script for group transition to FAULT.'),
  notifyStop: script('notify_stop', 'Script for daemon stop.'),
  notify: script('notify', 'Script for every transition with GROUP, name, state and priority 0 appended.'),
  smtpAlert: toggle('smtp_alert', 'Mails group transitions.', {
    default: 'smtp_alert_vrrp, smtp_alert, else off',
  }),
  globalTracking: flag('global_tracking', 'Same effect as sync_group_tracking_weight.', {
    aliasOf: 'sync_group_tracking_weight',
    deprecatedIsFault: true,
    deprecated: 'trackers in the group itself',
  }),
  syncGroupTrackingWeight: flag(
    'sync_group_tracking_weight',
    'Keeps weighted trackers of members instead of neutralising them.',
  ),
  notifyPriorityChanges: toggle('notify_priority_changes', 'Writes member priority changes to the FIFOs.', {
    default: 'vrrp_notify_priority_changes',
  }),
  ...trackLists,
}

/** Everything that may stand in a track_group. */
export const trackGroup = {
  group: list(
    'group',
    row(repeated(text('INSTANCE')), 'One or more instance names per row; resolved after parsing.'),
    'Instance names belonging to the group.',
    { repeat: 'first' },
  ),
}
