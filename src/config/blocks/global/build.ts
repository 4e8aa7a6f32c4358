// global_defs: the daemon-wide part of the model, and the defaults that vrrp_instance blocks fall back to.

import { parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, numberOf, optionText, rowsOf, textOf, textsOf, toggleOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { checkAccount, complain, given, hasOption } from '../context.ts'
import type { GarpSettings } from '../instance/model.ts'
import { buildFifoReaders } from './fifo-readers.ts'
import type { GlobalDefs, SmtpServer } from './model.ts'
import { buildSnmp } from './snmp.ts'
import { buildThreads } from './threads.ts'

/** Defaults for instances that the model does not keep, because it holds the resolved values. */
export interface VrrpDefaults {
  readonly garp: GarpSettings
  readonly downTimerAdverts: number
  readonly lowerPrioNoAdvert: boolean | undefined
  readonly higherPrioSendAdvert: boolean | undefined
  readonly skipCheckAdvertAddresses: boolean
  readonly ownerIgnoreAdverts: boolean | undefined
  readonly v3ChecksumAsV2: boolean
  readonly checkUnicastSource: boolean
}

const usPerSecond = 1_000_000
const smtpPortDefault = 25

/** All global_defs blocks as one, in file order: keepalived lets them be split. */
export function mergeGlobalDefs(root: Entry): Entry | undefined {
  const blocks = root.children.filter(child => child.spec.keyword === 'global_defs')
  const first = blocks[0]
  return first === undefined ? undefined : { ...first, children: blocks.flatMap(block => block.children) }
}

/** The daemon-wide settings; `defs` is undefined when the file has none. */
export function buildGlobalDefs(defs: Entry | undefined, context: BuildContext): GlobalDefs {
  return {
    routerId: textOf(defs, 'router_id') ?? context.hostName,
    ...buildMail(defs, context),
    vrrpMcastGroup4: textOf(defs, 'vrrp_mcast_group4') ?? '224.0.0.18',
    vrrpMcastGroup6: textOf(defs, 'vrrp_mcast_group6') ?? 'ff02::12',
    vrrpVersion: numberOf(defs, 'vrrp_version') === 3 ? 3 : 2,
    vrrpStrict: toggleOf(defs, 'vrrp_strict') ?? false,
    dynamicInterfaces: isSet(defs, 'dynamic_interfaces'),
    ...given('scriptUser', buildScriptUser(defs, context)),
    enableScriptSecurity: isSet(defs, 'enable_script_security'),
    ...given('notifyFifo', textOf(defs, 'notify_fifo')),
    ...given('vrrpNotifyFifo', textOf(defs, 'vrrp_notify_fifo')),
    fifoOwners: fifoOwners(defs),
    notifyPriorityChanges: toggleOf(defs, 'vrrp_notify_priority_changes') ?? false,
    vrrpStartupDelayUs: numberOf(defs, 'vrrp_startup_delay') ?? 0,
    vrrpDelayAfterBootUs: numberOf(defs, 'vrrp_delay_after_boot') ?? 0,
    vrrpGarpIntervalUs: numberOf(defs, 'vrrp_garp_interval') ?? 0,
    vrrpGnaIntervalUs: numberOf(defs, 'vrrp_gna_interval') ?? 0,
    threads: buildThreads(defs),
    ...given('processName', textOf(defs, 'process_name')),
    fifoReaders: buildFifoReaders(defs, context),
    reloadCheckConfig: isSet(defs, 'reload_check_config'),
    snmp: buildSnmp(defs),
  }
}

/** Defaults of the instances, with vrrp_min_garp applied to what was not set by hand. */
export function buildVrrpDefaults(defs: Entry | undefined): VrrpDefaults {
  const minGarp = toggleOf(defs, 'vrrp_min_garp') ?? false
  const masterDelayUs = numberOf(defs, 'vrrp_garp_master_delay') ?? (minGarp ? 0 : 5 * usPerSecond)
  const masterRepeat = numberOf(defs, 'vrrp_garp_master_repeat') ?? (minGarp ? 1 : 5)
  return {
    garp: {
      masterDelayUs,
      masterRepeat,
      masterRefreshUs: numberOf(defs, 'vrrp_garp_master_refresh') ?? 0,
      masterRefreshRepeat: numberOf(defs, 'vrrp_garp_master_refresh_repeat') ?? 1,
      lowerPrioDelayUs: numberOf(defs, 'vrrp_garp_lower_prio_delay') ?? masterDelayUs,
      lowerPrioRepeat: numberOf(defs, 'vrrp_garp_lower_prio_repeat') ?? masterRepeat,
    },
    downTimerAdverts: numberOf(defs, 'vrrp_down_timer_adverts') ?? 3,
    lowerPrioNoAdvert: toggleOf(defs, 'vrrp_lower_prio_no_advert'),
    higherPrioSendAdvert: toggleOf(defs, 'vrrp_higher_prio_send_advert'),
    skipCheckAdvertAddresses: toggleOf(defs, 'vrrp_skip_check_adv_addr') ?? false,
    ownerIgnoreAdverts: toggleOf(defs, 'vrrp_owner_ignore_adverts'),
    v3ChecksumAsV2: isSet(defs, 'v3_checksum_as_v2'),
    checkUnicastSource: isSet(defs, 'vrrp_check_unicast_src'),
  }
}

function buildMail(defs: Entry | undefined, context: BuildContext) {
  const recipients = rowsOf(defs, 'notification_email').flatMap(row => textsOf(row))
  const list = lastOf(defs, 'notification_email')
  if (list !== undefined && recipients.length === 0) {
    complain(context, 'empty-block', list, 'notification_email has no address, so nobody gets mail', {
      help: 'write one address per line inside the block',
    })
  }
  return {
    notificationEmail: recipients,
    ...given('notificationEmailFrom', textOf(defs, 'notification_email_from')),
    ...given('smtpServer', buildSmtpServer(defs, context)),
    ...given('smtpHeloName', textOf(defs, 'smtp_helo_name')),
    smtpConnectTimeoutUs: numberOf(defs, 'smtp_connect_timeout') ?? 30 * usPerSecond,
    ...given('smtpAlert', toggleOf(defs, 'smtp_alert')),
    ...given('smtpAlertVrrp', toggleOf(defs, 'smtp_alert_vrrp')),
    ...given('smtpAlertChecker', toggleOf(defs, 'smtp_alert_checker')),
    noEmailFaults: isSet(defs, 'no_email_faults'),
  }
}

function buildSmtpServer(defs: Entry | undefined, context: BuildContext): SmtpServer | undefined {
  const entry = lastOf(defs, 'smtp_server')
  if (entry === undefined) return undefined
  const host = String(entry.values[0])
  // A name is looked up when mail is sent; something like an address that is none will never be found.
  if (!looksLikeHost(host) && parseIp(host) === undefined) {
    const message = `smtp_server '${host}' is neither an address nor a host name; it is ignored`
    complain(context, 'bad-value', entry, message, { help: 'write an IPv4 or IPv6 address, or a name' })
    return undefined
  }
  const tls = hasOption(entry, 'tls') ? 'tls' : hasOption(entry, 'starttls') ? 'starttls' : 'opportunistic'
  const port = entry.values[1]
  return {
    host,
    port: typeof port === 'number' ? port : smtpPortDefault,
    ...given('user', optionText(entry, 'user')),
    ...given('password', optionText(entry, 'password')),
    tls,
    tlsVerify: tls !== 'opportunistic' && !hasOption(entry, 'no_verify'),
  }
}

function buildScriptUser(defs: Entry | undefined, context: BuildContext): GlobalDefs['scriptUser'] {
  const entry = lastOf(defs, 'script_user')
  if (entry === undefined) return undefined
  const [user, written] = entry.values
  const group = written === undefined ? undefined : String(written)
  checkAccount(context, String(user), group, entry)
  return { user: String(user), ...given('group', group) }
}

/** A name, and not an address with a slip in it. */
function looksLikeHost(text: string): boolean {
  return /^[\p{L}\p{N}._-]+$/u.test(text) && !/^[\d.]+$/.test(text)
}

/** `notify_fifo PATH USER [[:]GROUP]` and its two siblings. */
function fifoOwners(defs: Entry | undefined): NonNullable<GlobalDefs['fifoOwners']> {
  return ['notify_fifo', 'vrrp_notify_fifo', 'lvs_notify_fifo'].flatMap(keyword => {
    const [path, user, group] = lastOf(defs, keyword)?.values ?? []
    if (typeof path !== 'string' || typeof user !== 'string') return []
    return [{ path, user, ...(typeof group === 'string' ? { group: group.replace(/^:/, '') } : {}) }]
  })
}
