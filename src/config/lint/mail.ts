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
  {
    code: 'KA2404',
    title: 'A mail address that cannot be one',
    severity: 'warning',
    check: impossibleAddresses,
  },
  {
    code: 'KA2405',
    title: 'A password that travels without verified TLS',
    severity: 'warning',
    check: exposedPassword,
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

/** One word, or `NAME <WORD>`, with a domain or without, which is a user of the host that the mail server is on. */
const possibleAddress = /^(?:[^<>]*<)?[^\s<>@,;:"]+(?:@[^\s<>@,;:"]+)?>?$/

function impossibleAddresses(config: WrittenConfig): readonly Finding[] {
  const { notificationEmail, notificationEmailFrom: from } = config.global
  const wrong = (text: string) => !possibleAddress.test(text.trim()) || text.includes('<') !== text.includes('>')
  const findings = (row: Row, addresses: readonly string[]) =>
    addresses
      .filter(wrong)
      .flatMap(text =>
        about(
          globalSetting(config, row),
          `'${text}' cannot be a mail address, so no server will take it`,
          'write NAME@DOMAIN, or only NAME for a user of the host of the mail server; addresses are separated by blanks',
        ),
      )
  return [
    ...findings(globalDefs.notificationEmail, notificationEmail),
    ...findings(globalDefs.notificationEmailFrom, from === undefined ? [] : [from]),
  ]
}

function exposedPassword(config: WrittenConfig): readonly Finding[] {
  const { smtpServer } = config.global
  if (smtpServer?.user === undefined || smtpServer.tlsVerify) return []
  return about(
    globalSetting(config, globalDefs.smtpServer),
    'the password for the mail server goes to whoever answers, without a verified certificate',
    'remove clear_text and no_verify; the server then needs STARTTLS and a certificate that this host trusts',
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
