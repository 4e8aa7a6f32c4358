// The text of a mail about a transition, and whether one is sent at all. Pure. keepalived.conf(5) "smtp_alert",
// "no_email_faults"; subjects and bodies are those of keepalived, so that filters and readers keep working.

/** A plain-text mail before it has a server. */
export interface Mail {
  readonly from: string
  /** As configured: each may be `user@host` or `Name <user@host>`. */
  readonly to: readonly string[]
  readonly subject: string
  readonly body: string
}

export interface Transition {
  readonly kind: 'INSTANCE' | 'GROUP'
  readonly name: string
  readonly state: string
}

export interface MailSettings {
  /** smtp_alert of the instance or group, fallbacks resolved. */
  readonly smtpAlert: boolean
  readonly serverKnown: boolean
  readonly recipients: readonly string[]
  readonly from: string
  readonly routerId: string
  readonly noEmailFaults: boolean
}

interface Words {
  readonly event: string
  readonly instance: string
  /** undefined: keepalived has no mail for this event of a group. */
  readonly group: string | undefined
}

const noLonger = '=> VRRP Instance is no longer owning VRRP VIPs <='
const wordsOfState: Readonly<Record<string, Words>> = {
  MASTER: {
    event: 'Entering MASTER state',
    instance: '=> VRRP Instance is now owning VRRP VIPs <=',
    group: groupIn('MASTER'),
  },
  BACKUP: { event: 'Entering BACKUP state', instance: noLonger, group: groupIn('BACKUP') },
  FAULT: { event: 'Entering FAULT state', instance: noLonger, group: groupIn('FAULT') },
  STOP: {
    event: 'Stopping',
    instance: '=> VRRP Instance stopping <=',
    group: '=> All VRRP group instances are now stopping <=',
  },
  DELETED: { event: 'Deleted', instance: '=> VRRP Deleted at reload <=', group: undefined },
}

/**
 * The mail for a transition; undefined if none is to be sent: not wanted, nobody to send it to, no text for this event, a
 * FAULT with no_email_faults, or the state that the last mail told already.
 */
export function mailFor(
  transition: Transition,
  settings: MailSettings,
  lastMailed: string | undefined,
): Mail | undefined {
  const { kind, name, state } = transition
  const words = wordsOfState[state]
  const body = kind === 'INSTANCE' ? words?.instance : words?.group
  if (words === undefined || body === undefined) return undefined
  if (!settings.smtpAlert || !settings.serverKnown || settings.recipients.length === 0) return undefined
  if (state === lastMailed || (state === 'FAULT' && settings.noEmailFaults)) return undefined
  const what = kind === 'INSTANCE' ? 'VRRP Instance' : 'VRRP Group'
  return {
    from: settings.from,
    to: settings.recipients,
    subject: `[${settings.routerId}] ${what} ${name} - ${words.event}`,
    body,
  }
}

/** The sender where notification_email_from is not set. */
export function defaultSender(user: string, hostName: string): string {
  return `${user}@${hostName}`
}

/** RFC 5322 §3.3 date in local time, as keepalived writes it. `offsetMinutes` is east of UTC. */
export function mailDate(epochMs: number, offsetMinutes: number): string {
  // Shifted by the offset and then read as UTC, the fields are those of local time.
  const shifted = new Date(epochMs + offsetMinutes * 60_000).toUTCString().replace(/ GMT$/, '')
  const minutes = Math.abs(offsetMinutes)
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0')
  return `${shifted} ${offsetMinutes < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}`
}

function groupIn(state: string): string {
  return `=> All VRRP group instances are now in ${state} state <=`
}
