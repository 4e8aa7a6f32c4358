// Keywords of global_defs that say who is told of what: mail, scripts and FIFOs.

import { usPerSecond } from '../../../lib/time.ts'
import { optional, pattern, port, repeated, secret, text, wholeSeconds } from '../../language/args.ts'
import { flag, list, row, script, toggle, value } from '../../language/spec.ts'

/** What the SMTP client can do beyond keepalived's. */
export const smtpOptions = {
  user: value('user', text('NAME'), 'Logs in to the relay under this name.', { extension: true }),
  password: value('password', secret(text('SECRET')), 'Password for the login.', { extension: true }),
  starttls: flag('starttls', 'Demands STARTTLS.', { extension: true }),
  tls: flag('tls', 'TLS from the first byte.', { extension: true }),
  noVerify: flag('no_verify', 'Takes any certificate of the relay.', { extension: true }),
  clearText: flag(
    'clear_text',
    'Lets user and password travel without TLS; without it a login implies starttls and a verified certificate.',
    { extension: true },
  ),
}

/** Mail. */
export const globalMail = {
  smtpServer: value(
    'smtp_server',
    [text('HOST'), optional(port)],
    'Relay used for alert mails, resolved once at load.',
    {
      default: 'port 25; no server means no mail',
      options: smtpOptions,
    },
  ),
  notificationEmail: list(
    'notification_email',
    row(repeated(text('EMAIL')), 'Each word of each row is one recipient.'),
    'Recipients of alert mails; repeated blocks accumulate.',
  ),
  routerId: value('router_id', text('STRING'), 'Label used in mail subjects and SNMP to identify the node.', {
    default: 'host name',
    missingArgument: 'general',
  }),
  notificationEmailFrom: value(
    'notification_email_from',
    text('EMAIL'),
    'Sender of alert mails; risky display names are quoted automatically.',
    { default: 'user@hostname', missingArgument: 'general' },
  ),
  smtpHeloName: value('smtp_helo_name', text('STRING'), 'Name sent in HELO.', {
    default: 'host name',
    badValue: 'silent',
    missingArgument: 'general',
  }),
  smtpConnectTimeout: value(
    'smtp_connect_timeout',
    wholeSeconds(0, 4294, 1),
    'Timeout for connecting to and talking with the relay.',
    {
      byDefault: 30 * usPerSecond,
    },
  ),
  smtpAlert: toggle('smtp_alert', 'Default for every smtp_alert setting.', { default: 'unset' }),
  smtpAlertVrrp: toggle('smtp_alert_vrrp', 'Default mail alerting for instances and sync groups.', {
    default: 'unset (falls back to smtp_alert)',
  }),
  smtpAlertChecker: toggle('smtp_alert_checker', 'Default mail alerting for virtual and real servers.', {
    default: 'unset (falls back to smtp_alert)',
  }),
  noEmailFaults: flag('no_email_faults', 'Suppresses mails for transitions to FAULT.'),
  rsInitNotifies: toggle('rs_init_notifies', 'Runs notify_up for real servers that start healthy.'),
  noCheckerEmails: toggle(
    'no_checker_emails',
    'Mails only when a real server itself changes state, not for each checker.',
  ),
}

/** Scripts and FIFOs. */
export const globalScripts = {
  useSymlinkPaths: toggle(
    'use_symlink_paths',
    'Executes scripts through the configured path instead of the symlink-resolved one.',
    {
      since: '2.3.0',
    },
  ),
  setSupplementaryGroups: toggle(
    'set_supplementary_groups',
    'Gives scripts the supplementary groups of their user by default.',
    {
      since: '>2.4.3',
    },
  ),
  startupScript: script(
    'startup_script',
    'Run once by the parent before the children start; parsed by the parent only.',
    {
      missingArgument: 'general',
    },
  ),
  startupScriptTimeout: value(
    'startup_script_timeout',
    wholeSeconds(1, 1000),
    'Kill the startup script after this time and carry on.',
    {
      default: '10',
      missingArgument: 'general',
    },
  ),
  shutdownScript: script('shutdown_script', 'Run once by the parent after the children ended.', {
    missingArgument: 'general',
  }),
  shutdownScriptTimeout: value(
    'shutdown_script_timeout',
    wholeSeconds(1, 1000),
    'Kill the shutdown script after this time.',
    {
      default: '10',
      missingArgument: 'general',
    },
  ),
  notifyFifo: value(
    'notify_fifo',
    [text('PATH'), optional(text('USER')), optional(text('GROUP'))],
    'FIFO receiving VRRP and LVS events.',
    { missingArgument: 'general', repeat: 'first' },
  ),
  notifyFifoScript: script(
    'notify_fifo_script',
    'Reader process of notify_fifo, gets the FIFO path as last argument; run by the checker child when there is one.',
    { missingArgument: 'general' },
  ),
  vrrpNotifyFifo: value(
    'vrrp_notify_fifo',
    [text('PATH'), optional(text('USER')), optional(text('GROUP'))],
    'FIFO receiving only VRRP events.',
    { missingArgument: 'general' },
  ),
  vrrpNotifyFifoScript: script('vrrp_notify_fifo_script', 'Reader process of vrrp_notify_fifo.', {
    missingArgument: 'general',
  }),
  fifoWriteVrrpStatesOnReload: flag(
    'fifo_write_vrrp_states_on_reload',
    'Rewrites current VRRP states to the FIFOs after a reload.',
  ),
  lvsNotifyFifo: value(
    'lvs_notify_fifo',
    [text('PATH'), optional(text('USER')), optional(text('GROUP'))],
    'FIFO receiving only checker events.',
    { missingArgument: 'general' },
  ),
  lvsNotifyFifoScript: script('lvs_notify_fifo_script', 'Reader process of lvs_notify_fifo.', {
    missingArgument: 'general',
  }),
  scriptUser: value(
    'script_user',
    [text('USER'), optional(text('GROUP'))],
    'Default identity for scripts; a colon adds supplementary groups (after 2.4.3).',
    { default: 'keepalived_script if it exists else the daemon user', missingArgument: 'general' },
  ),
  enableScriptSecurity: flag(
    'enable_script_security',
    'Refuses root-run scripts with a path writable by others and forbids the root fallback user.',
  ),
  umask: value(
    'umask',
    pattern(
      'MODE',
      /^(0[0-7]{0,3}|0x[01]?[0-9a-fA-F]{1,2}|[1-9]\d{0,2}|I[A-Z]+(\|I[A-Z]+)*)$/,
      'a number up to 0777, or IRUSR, IWGRP and so on joined by |',
    ),
    'File creation mask.',
    { default: '0177 (IXUSR|IRWXG|IRWXO)' },
  ),
}
