// HTTP_GET and SSL_GET: fetches one URL and judges the answer by status, digest and pattern, in this order. keepalived.conf(5)
// "HTTP_GET|SSL_GET".

import { existsSync, readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Checker, HttpChecker, HttpUrl } from '../../../config/blocks/checker/model.ts'
import type { SslMaterial } from '../../../config/blocks/server/model.ts'
import { messageOf } from '../../../lib/errors.ts'
import { err, ok, type Result } from '../../../lib/result.ts'
import type { CheckResult } from '../core/check-state.ts'
import { acceptsStatus } from '../core/http-response.ts'
import { BodyMatcher } from './body-match.ts'
import { type Exchange, fetchUrl } from './fetch.ts'

/** One for each URL that has a pattern; kept between checks. */
type Matchers = readonly (BodyMatcher | undefined)[]

export function matchersOf({ urls }: HttpChecker): Matchers {
  return urls.map(({ regex }) => (regex === undefined ? undefined : new BodyMatcher(regex)))
}

export async function checkHttp(
  checker: HttpChecker,
  index: number,
  context: Result<SecureContext, string> | undefined,
  matchers: Matchers = matchersOf(checker),
): Promise<CheckResult> {
  const url = checker.urls[index]!
  if (context?.ok === false) return { kind: 'skipped', reason: context.error }
  const answer = await fetchUrl({ target: checker.target, url, protocol: checker.protocol, tls: context?.value })
  const fault = answer.ok ? faultOf(url, answer.value, matchers[index]) : undefined
  if (!answer.ok) return { ...answer.error, reason: `${url.path}: ${answer.error.reason}` }
  return fault === undefined ? { kind: 'passed' } : { kind: 'failed', reason: `${url.path}: ${fault}` }
}

/** Does this checker need the authorities of the system? */
export function verifiesCertificate(checker: Checker): boolean {
  return checker.type === 'SSL_GET' && checker.urls.some(url => url.verifiedName !== undefined)
}

/** Where Debian and its relatives keep the authorities that the system trusts. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt'

/**
 * TLS as the SSL block wants it: a certificate of our own, if any. The authorities of the system matter only to
 * verify_certificate; where the file is missing, those of Node.js are used.
 */
export function secureContextOf(material: SslMaterial | null, verifies = false): Result<SecureContext, string> {
  try {
    const ca = material?.ca ?? (verifies && existsSync(systemAuthorities) ? systemAuthorities : undefined)
    return ok(
      createSecureContext({
        minVersion: 'TLSv1',
        ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
        ...(material?.certificate === undefined ? {} : { cert: readFileSync(material.certificate) }),
        ...(material?.key === undefined ? {} : { key: readFileSync(material.key) }),
        ...(material?.password === undefined ? {} : { passphrase: material.password }),
      }),
    )
  } catch (thrown) {
    return err(`the certificates of the SSL block cannot be used: ${messageOf(thrown)}`)
  }
}

function faultOf(url: HttpUrl, exchange: Exchange, matcher: BodyMatcher | undefined): string | undefined {
  if (!acceptsStatus(url, exchange.head.status)) return `status ${exchange.head.status}`
  if (url.digest !== undefined && url.digest !== exchange.digest) return `digest ${exchange.digest}`
  return matcher?.faultOf(exchange.body)
}
