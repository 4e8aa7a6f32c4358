// Mail that is configured and never sent. keepalived.conf(5), notification_email, smtp_alert: off unless it is switched on.

import type { Finding } from '../advice/finding.ts'
import { siteOf } from '../advice/finding.ts'
import { blocks, last } from '../advice/written.ts'
import type { Setting, WrittenConfig } from '../model.ts'
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
    globalSetting(config, 'notification_email'),
    'notification_email is set, but no VRRP instance has smtp_alert, which is off by default: no transition is mailed',
    'write smtp_alert in global_defs for all, or in the instances that matter',
  )
}

function alertsWithoutRecipients(config: WrittenConfig): readonly Finding[] {
  const { instances, syncGroups, global } = config
  const alerting = [...instances, ...syncGroups].find(party => party.smtpAlert)
  // An empty list was reported by the loader.
  if (alerting === undefined || globalSetting(config, 'notification_email') !== undefined) return []
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
    globalSetting(config, 'notification_email'),
    'notification_email is set, but no smtp_server, so no mail is sent at all',
    'write smtp_server HOST [PORT] in global_defs',
  )
}

function about(setting: Setting | undefined, message: string, help: string): readonly Finding[] {
  return [{ ...(setting === undefined ? {} : { at: siteOf(setting) }), message, help }]
}

function globalSetting(config: WrittenConfig, keyword: string): Setting | undefined {
  return blocks(config, 'global_defs')
    .map(block => last(block, keyword))
    .findLast(setting => setting !== undefined)
}

/** The first smtp_alert that is not switched off, wherever it stands. */
function firstAlert(config: WrittenConfig): Setting | undefined {
  const places = ['global_defs', 'vrrp_instance', 'vrrp_sync_group'].flatMap(keyword => blocks(config, keyword))
  return places
    .flatMap(block => block.children)
    .find(({ keyword, values }) => /^smtp_alert(_vrrp)?$/.test(keyword) && values[0] !== false)
}
