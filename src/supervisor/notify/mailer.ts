// Sends one mail through the configured SMTP server with nodemailer and says what became of it. No queue and no retry: that is
// mail-queue.ts. keepalived.conf(5) `smtp_server`, `smtp_helo_name`, `smtp_connect_timeout`; STARTTLS, TLS and AUTH are ours.

import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { createTransport, type NodemailerError, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer'
import type { GlobalDefs, SmtpServer } from '../../config/blocks/global/model.ts'
import { usPerMs } from '../../lib/time.ts'
import { type Mail, mailDate } from './mail-text.ts'

export type SendOutcome =
  /** Taken by the server, for all recipients but these; `later` may be tried again, `refused` not. */
  | { readonly kind: 'sent'; readonly later: readonly string[]; readonly refused: readonly string[] }
  /** Refused for good (5xx). */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Worth another try; `server`: no mail would get through at present, `mail`: only this one did not. */
  | { readonly kind: 'later'; readonly scope: 'server' | 'mail'; readonly reason: string }

interface MailerOptions {
  readonly server: SmtpServer
  /** smtp_helo_name; undefined: the host name. */
  readonly heloName?: string | undefined
  /** smtp_connect_timeout: limit of the connection and of each silence of the server, milliseconds. */
  readonly timeoutMs: number
}

export interface Mailer {
  /** Never rejects. An aborted attempt is an outcome of kind `later`. */
  send(mail: Mail, signal: AbortSignal): Promise<SendOutcome>
}

/** A whole attempt may take this many times the limit of one silence, lest a server that drips bytes holds the queue. */
const attemptTimeoutsMax = 4
/** Addresses of one server that are tried in turn. */
const addressesMax = 4

/** The mailer that a configuration asks for; undefined without a server. */
export function mailerFor(global: GlobalDefs): Mailer | undefined {
  const { smtpServer: server, smtpHeloName: heloName, smtpConnectTimeoutUs } = global
  if (server === undefined) return undefined
  return createMailer({ server, heloName, timeoutMs: Math.ceil(smtpConnectTimeoutUs / usPerMs) })
}

export function createMailer(options: MailerOptions): Mailer {
  return new SmtpMailer(options)
}

class SmtpMailer implements Mailer {
  readonly #options: MailerOptions
  /** As last resolved, the one that worked first: a name server that fails together with the network must not stop mail. */
  #addresses: readonly string[] = []
  #lookup: Promise<LookupAddress[]> | undefined

  constructor(options: MailerOptions) {
    this.#options = options
  }

  async send(mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs * attemptTimeoutsMax)])
    try {
      await this.#resolve(limited)
      return await this.#sendToAny(mail, limited)
    } catch (thrown) {
      return failureOf(thrown)
    }
  }

  /** By the host's own rules, /etc/hosts first; nodemailer would ask the name server for `localhost`. */
  async #resolve(signal: AbortSignal): Promise<void> {
    const { server, timeoutMs } = this.#options
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      // A lookup cannot be cancelled and holds a thread of Node's small pool: never more than one at a time.
      this.#lookup ??= lookup(server.host, { all: true }).finally(() => {
        this.#lookup = undefined
      })
      const addresses = (await orAborted(this.#lookup, limited)).map(({ address }) => address)
      const best = this.#addresses[0]
      if (best !== undefined && addresses.includes(best))
        addresses.sort((a, b) => Number(b === best) - Number(a === best))
      this.#addresses = addresses.slice(0, addressesMax)
    } catch (thrown) {
      if (this.#addresses.length === 0) throw thrown
    }
  }

  async #sendToAny(mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    let failure: unknown = new Error(`${this.#options.server.host} has no address`)
    for (const address of this.#addresses) {
      try {
        const outcome = await this.#sendTo(address, mail, signal)
        this.#addresses = [address, ...this.#addresses.filter(other => other !== address)]
        return outcome
      } catch (thrown) {
        failure = thrown
        if (!isUnreachable(thrown as NodemailerError)) break
      }
    }
    throw failure
  }

  async #sendTo(address: string, mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
    const options = { ...transportOptions(this.#options), host: address }
    try {
      return await attempt(options, mail, signal)
    } catch (thrown) {
      if (!mayFallBack(this.#options.server) || !isTlsTrouble(thrown as NodemailerError)) throw thrown
    }
    return attempt({ ...options, ignoreTLS: true }, mail, signal)
  }
}

async function attempt(options: SMTPTransportOptions, mail: Mail, signal: AbortSignal): Promise<SendOutcome> {
  const info = await createTransport(options).sendMail({ ...messageOf(mail), signal })
  const rejected = info.rejectedErrors ?? []
  const names = (errors: readonly NodemailerError[]) => errors.flatMap(error => error.recipient ?? [])
  const refused = rejected.filter(error => error.permanent)
  return { kind: 'sent', later: names(rejected.filter(error => !error.permanent)), refused: names(refused) }
}

/** What a failed attempt means for the next one. RFC 5321 §4.2.1: 4yz is transient, 5yz permanent. */
export function failureOf(thrown: unknown): SendOutcome {
  const error = thrown as NodemailerError
  const reason = error.message
  const reply = error.responseCode
  // A server that cannot do the TLS that is demanded of it may be mended; the mail itself was not judged.
  if (error.code === 'ETLS') return { kind: 'later', scope: 'server', reason }
  if (error.permanent) return { kind: 'refused', reason }
  if (reply === undefined && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE'))
    return { kind: 'refused', reason }
  // 421: the server closes the session. The reply to MAIL, RCPT or DATA is about this mail, anything else about all of them.
  const aboutMail = reply !== undefined && reply !== 421 && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE')
  return { kind: 'later', scope: aboutMail ? 'mail' : 'server', reason }
}

function transportOptions({ server, heloName, timeoutMs }: MailerOptions): SMTPTransportOptions {
  return {
    // `host` is one of the addresses; the name is what the certificate must be for.
    ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
    port: server.port,
    secure: server.tls === 'tls',
    ignoreTLS: server.tls === 'none',
    requireTLS: server.tls === 'starttls',
    opportunisticTLS: server.tls === 'opportunistic',
    tls: { rejectUnauthorized: server.tlsVerify },
    name: heloName ?? (hostname() || 'localhost'),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // Where the connection is known to be encrypted a login is demanded; elsewhere it is only made if the server offers it.
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    forceAuth: server.user !== undefined && (server.tls === 'starttls' || server.tls === 'tls'),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** RFC 7435: opportunistic TLS that cannot be set up gives way to plain text, but never with a password. */
function mayFallBack(server: SmtpServer): boolean {
  return server.tls === 'opportunistic' && server.user === undefined && !server.tlsVerify
}

/** Was this address never reached, so that the server's next one may be? */
function isUnreachable(error: NodemailerError): boolean {
  return error.command === 'CONN' && (error.code === 'ESOCKET' || error.timeoutType === 'CONNECT_TIMEOUT')
}

/** The result of work that cannot be cancelled, unless the signal comes first. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('the name lookup took too long'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Did the upgrade fail? A peer that gives up in the handshake resets the connection, which looks like any other reset. */
function isTlsTrouble(error: NodemailerError): boolean {
  if (error.code === 'ETLS' || error.timeoutType === 'UPGRADE_TIMEOUT') return true
  return /^(ERR_SSL_|ERR_TLS_|ECONNRESET$)/.test(error.originalCode ?? '')
}

function messageOf(mail: Mail): SendMailOptions {
  const now = new Date()
  return {
    from: addressOf(mail.from),
    to: mail.to.map(addressOf),
    // Said in so many words: nodemailer takes a name without a domain for no address at all, and the server would never
    // hear of it.
    envelope: { from: addressOf(mail.from), to: mail.to.map(addressOf) },
    subject: mail.subject,
    text: `${mail.body}\n`,
    date: mailDate(now.getTime(), -now.getTimezoneOffset()),
    // keepalived's own, for the filters that look for it.
    xMailer: 'Keepalived',
  }
}

/** `NAME <ADDRESS>` or an address as written, which may be a name of this host's users such as `root`: keepalived hands it on. */
function addressOf(written: string): { readonly name: string; readonly address: string } {
  const [, name = '', address] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(written) ?? []
  return address === undefined
    ? { name: '', address: written.trim() }
    : { name: name.trim().replace(/^"(.*)"$/, '$1'), address: address.trim() }
}
