// Mail that is configured and never sent. keepalived.conf(5), notification_email, smtp_alert: off unless it is switched on.

import type { Finding } from '../advice/finding.ts'
import { blocksOf } from '../advice/written.ts'
import { globalDefs } from '../blocks/global/keywords.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import { topLevel } from '../blocks/keywords.ts'
import { isOneOf, lastOf, type Statement } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import type { LintRule } from './rule.ts'

export const mailRules: readonly LintRule[] = [
  {
    code: 'KA2401',
    title: 'Recipients of mail, but no alert switched on',
    severity: 'note',
    check: recipientsWithoutAlerts,
  },
  {
    code: 'KA2402',
    title: 'Alerts switched on, but no recipient',
    severity: 'warning',
    check: alertsWithoutRecipients,
  },
  {
    code: 'KA2403',
    title: 'Recipients of mail, but no mail server',
    severity: 'warning',
    check: recipientsWithoutServer,
  },
]

function recipientsWithoutAlerts(config: WrittenConfig): readonly Finding[] {
  const { instances, syncGroups, global } = config
  if (global.notificationEmail.length === 0 || instances.length === 0) return []
  if ([...instances, ...syncGroups].some(party => party.smtpAlert)) return []
  return about(
    globalSetting(config, globalDefs.notificationEmail),
    'notification_email is set, but no VRRP instance has smtp_alert, which is off by default: no transition is mailed',
    'write smtp_alert in global_defs for all, or in the instances that matter',
  )
}

function alertsWithoutRecipients(config: WrittenConfig): readonly Finding[] {
  const { instances, syncGroups, global } = config
  const alerting = [...instances, ...syncGroups].find(party => party.smtpAlert)
  // An empty list was reported by the loader.
  if (alerting === undefined || globalSetting(config, globalDefs.notificationEmail) !== undefined) return []
  if (global.notificationEmail.length > 0) return []
  return about(
    firstAlert(config),
    `smtp_alert is on for ${alerting.name}, but there is no notification_email, so nobody gets mail`,
    'write notification_email { ADDRESS } and smtp_server in global_defs',
  )
}

function recipientsWithoutServer(config: WrittenConfig): readonly Finding[] {
  const { notificationEmail, smtpServer } = config.global
  if (notificationEmail.length === 0 || smtpServer !== undefined) return []
  return about(
    globalSetting(config, globalDefs.notificationEmail),
    'notification_email is set, but no smtp_server, so no mail is sent at all',
    'write smtp_server HOST [PORT] in global_defs',
  )
}

function about(setting: Statement | undefined, message: string, help: string): readonly Finding[] {
  return [{ ...(setting === undefined ? {} : { at: setting.at }), message, help }]
}

function globalSetting(config: WrittenConfig, row: Row): Statement | undefined {
  return blocksOf(config, topLevel.globalDefs)
    .map(block => lastOf(block, row))
    .findLast(setting => setting !== undefined)
}

/** Of global_defs, an instance or a group: a smtp_alert is called alike in all of them. */
const alerts: readonly Row[] = [vrrpInstance.smtpAlert, globalDefs.smtpAlertVrrp]

/** The first smtp_alert that is not switched off, wherever it stands. */
function firstAlert(config: WrittenConfig): Statement | undefined {
  const places = [topLevel.globalDefs, topLevel.vrrpInstance, topLevel.vrrpSyncGroup].flatMap(row =>
    blocksOf(config, row as Row),
  )
  return places.flatMap(block => block.children).find(each => isOneOf(each, alerts) && each.values[0] !== false)
}
