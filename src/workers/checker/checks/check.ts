// Builds, for a configured checker, the object that makes its checks. MISC_CHECK runs in the supervisor, FILE_CHECK and
// BFD_CHECK are told their results, so the object of these three is never asked.

import type { SecureContext } from 'node:tls'
import type { Checker } from '../../../config/blocks/checker/model.ts'
import type { Result } from '../../../lib/result.ts'
import type { CheckResult } from '../core/check-state.ts'
import { checkDns } from './dns.ts'
import { checkHttp, matchersOf } from './http.ts'
import { PingMaker } from './ping.ts'
import { checkSmtp } from './smtp.ts'
import { checkTcp } from './tcp.ts'
import { checkUdp } from './udp.ts'

export interface CheckMaker {
  /** Makes one check; `url` is the index of the URL for HTTP. Rejects only on a bug. Ends within the checker's own timeouts. */
  check(url: number): Promise<CheckResult>
  /** Releases what is kept between checks. */
  close(): void
}

const nothing = (): void => {}

/** `tls` makes the context that all SSL_GET checkers share, or says why there is none. */
export function checkMaker(checker: Checker, tls: () => Result<SecureContext, string>): CheckMaker {
  switch (checker.type) {
    case 'TCP_CHECK':
      return { check: () => checkTcp(checker.target), close: nothing }
    case 'HTTP_GET':
    case 'SSL_GET': {
      const matchers = matchersOf(checker)
      const context = () => (checker.type === 'SSL_GET' ? tls() : undefined)
      return { check: url => checkHttp(checker, url, context(), matchers), close: nothing }
    }
    case 'SMTP_CHECK':
      return { check: () => checkSmtp(checker), close: nothing }
    case 'DNS_CHECK':
      return { check: () => checkDns(checker), close: nothing }
    case 'UDP_CHECK':
      return { check: () => checkUdp(checker), close: nothing }
    case 'PING_CHECK':
      return new PingMaker(checker)
    case 'MISC_CHECK':
    case 'FILE_CHECK':
    case 'BFD_CHECK':
      return { check: async () => ({ kind: 'skipped', reason: 'makes no checks of its own' }), close: nothing }
  }
}
