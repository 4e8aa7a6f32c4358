// global_defs: the daemon-wide part of the model, and the defaults that vrrp_instance blocks fall back to.

import { parseIp } from '../../../lib/ip.ts'
import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { is, isSet, lastOf, read, readOption, rowsOf, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { checkAccount, complain, given } from '../context.ts'
import type { GarpSettings } from '../instance/model.ts'
import { topLevel } from '../keywords.ts'
import { buildFifoReaders } from './fifo-readers.ts'
import { globalDefs } from './keywords.ts'
import type { GlobalDefs, SmtpServer } from './model.ts'
import { smtpOptions } from './notify-keywords.ts'
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

const smtpPortDefault = 25

/** All global_defs blocks as one, in file order: keepalived lets them be split. */
export function mergeGlobalDefs(root: Entry): Entry | undefined {
  const blocks = root.children.filter(child => is(child, topLevel.globalDefs))
  const first = blocks[0]
  return first === undefined ? undefined : { ...first, children: blocks.flatMap(block => block.children) }
}

/** The daemon-wide settings; `defs` is undefined when the file has none. */
export function buildGlobalDefs(defs: Entry | undefined, context: BuildContext): GlobalDefs {
  return {
    routerId: read(defs, globalDefs.routerId) ?? context.hostName,
    ...buildMail(defs, context),
    vrrpMcastGroup4: read(defs, globalDefs.vrrpMcastGroup4),
    vrrpMcastGroup6: read(defs, globalDefs.vrrpMcastGroup6),
    vrrpVersion: read(defs, globalDefs.vrrpVersion) === 3 ? 3 : 2,
    vrrpStrict: read(defs, globalDefs.vrrpStrict) ?? false,
    dynamicInterfaces: isSet(defs, globalDefs.dynamicInterfaces),
    ...given('scriptUser', buildScriptUser(defs, context)),
    enableScriptSecurity: isSet(defs, globalDefs.enableScriptSecurity),
    ...given('notifyFifo', read(defs, globalDefs.notifyFifo)?.[0]),
    ...given('vrrpNotifyFifo', read(defs, globalDefs.vrrpNotifyFifo)?.[0]),
    fifoOwners: fifoOwners(defs),
    notifyPriorityChanges: read(defs, globalDefs.vrrpNotifyPriorityChanges) ?? false,
    vrrpStartupDelayUs: read(defs, globalDefs.vrrpStartupDelay),
    vrrpDelayAfterBootUs: read(defs, globalDefs.vrrpDelayAfterBoot),
    vrrpGarpIntervalUs: read(defs, globalDefs.vrrpGarpInterval),
    vrrpGnaIntervalUs: read(defs, globalDefs.vrrpGnaInterval),
    threads: buildThreads(defs),
    ...given('processName', read(defs, globalDefs.processName)),
    fifoReaders: buildFifoReaders(defs, context),
    reloadCheckConfig: isSet(defs, globalDefs.reloadCheckConfig),
    snmp: buildSnmp(defs),
  }
}

/** Defaults of the instances, with vrrp_min_garp applied to what was not set by hand. */
export function buildVrrpDefaults(defs: Entry | undefined): VrrpDefaults {
  const minGarp = read(defs, globalDefs.vrrpMinGarp) ?? false
  const masterDelayUs = read(defs, globalDefs.vrrpGarpMasterDelay) ?? (minGarp ? 0 : 5 * usPerSecond)
  const masterRepeat = read(defs, globalDefs.vrrpGarpMasterRepeat) ?? (minGarp ? 1 : 5)
  return {
    garp: {
      masterDelayUs,
      masterRepeat,
      masterRefreshUs: read(defs, globalDefs.vrrpGarpMasterRefresh),
      masterRefreshRepeat: read(defs, globalDefs.vrrpGarpMasterRefreshRepeat),
      lowerPrioDelayUs: read(defs, globalDefs.vrrpGarpLowerPrioDelay) ?? masterDelayUs,
      lowerPrioRepeat: read(defs, globalDefs.vrrpGarpLowerPrioRepeat) ?? masterRepeat,
    },
    downTimerAdverts: read(defs, globalDefs.vrrpDownTimerAdverts),
    lowerPrioNoAdvert: read(defs, globalDefs.vrrpLowerPrioNoAdvert),
    higherPrioSendAdvert: read(defs, globalDefs.vrrpHigherPrioSendAdvert),
    skipCheckAdvertAddresses: read(defs, globalDefs.vrrpSkipCheckAdvAddr) ?? false,
    ownerIgnoreAdverts: read(defs, globalDefs.vrrpOwnerIgnoreAdverts),
    v3ChecksumAsV2: isSet(defs, globalDefs.v3ChecksumAsV2),
    checkUnicastSource: isSet(defs, globalDefs.vrrpCheckUnicastSrc),
  }
}

function buildMail(defs: Entry | undefined, context: BuildContext) {
  const recipients = rowsOf(defs, globalDefs.notificationEmail).flatMap(row => textsOf(row))
  const list = lastOf(defs, globalDefs.notificationEmail)
  if (list !== undefined && recipients.length === 0) {
    complain(context, 'empty-block', list, 'notification_email has no address, so nobody gets mail', {
      help: 'write one address per line inside the block',
    })
  }
  return {
    notificationEmail: recipients,
    ...given('notificationEmailFrom', read(defs, globalDefs.notificationEmailFrom)),
    ...given('smtpServer', buildSmtpServer(defs, context)),
    ...given('smtpHeloName', read(defs, globalDefs.smtpHeloName)),
    smtpConnectTimeoutUs: read(defs, globalDefs.smtpConnectTimeout),
    ...given('smtpAlert', read(defs, globalDefs.smtpAlert)),
    ...given('smtpAlertVrrp', read(defs, globalDefs.smtpAlertVrrp)),
    ...given('smtpAlertChecker', read(defs, globalDefs.smtpAlertChecker)),
    noEmailFaults: isSet(defs, globalDefs.noEmailFaults),
  }
}

function buildSmtpServer(defs: Entry | undefined, context: BuildContext): SmtpServer | undefined {
  const entry = lastOf(defs, globalDefs.smtpServer)
  if (entry === undefined) return undefined
  const host = String(entry.values[0])
  // A name is looked up when mail is sent; something like an address that is none will never be found.
  if (!looksLikeHost(host) && parseIp(host) === undefined) {
    const message = `smtp_server '${host}' is neither an address nor a host name; it is ignored`
    complain(context, 'bad-value', entry, message, { help: 'write an IPv4 or IPv6 address, or a name' })
    return undefined
  }
  const user = readOption(entry, smtpOptions.user)
  // A password must not go to whoever answers: a login implies STARTTLS unless the file says in a word of its own that
  // it need not.
  const demanded =
    readOption(entry, smtpOptions.starttls) || (user !== undefined && !readOption(entry, smtpOptions.clearText))
  const tls = readOption(entry, smtpOptions.tls) ? 'tls' : demanded ? 'starttls' : 'opportunistic'
  const port = entry.values[1]
  return {
    host,
    port: typeof port === 'number' ? port : smtpPortDefault,
    ...given('user', user),
    ...given('password', readOption(entry, smtpOptions.password)),
    tls,
    tlsVerify: tls !== 'opportunistic' && !readOption(entry, smtpOptions.noVerify),
  }
}

function buildScriptUser(defs: Entry | undefined, context: BuildContext): GlobalDefs['scriptUser'] {
  const entry = lastOf(defs, globalDefs.scriptUser)
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
  return [globalDefs.notifyFifo, globalDefs.vrrpNotifyFifo, globalDefs.lvsNotifyFifo].flatMap(row => {
    const [path, user, group] = read(defs, row) ?? []
    if (path === undefined || user === undefined) return []
    return [{ path, user, ...given('group', group?.replace(/^:/, '')) }]
  })
}
