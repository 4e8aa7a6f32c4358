// The kinds of checkers, one row each: what is true of the kind as such, and how its block becomes a checker. A new
// kind has a row here, its keywords, its model and its check (src/workers/checker/checks).

import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { buildHttp } from './http.ts'
import { checkers } from './keywords.ts'
import type { Checker, CheckerMail, Target } from './model.ts'
import { buildBfdCheck, buildDns, buildFile, buildMisc, buildSmtp, buildUdp } from './own.ts'
import type { CheckerScope, Levels, Own } from './scope.ts'

/** What a checker of the kind has where no level says anything. */
interface Manner {
  readonly block: Row
  /** Failures beyond the first one. `never`: what is followed counts at once, whatever a level says. */
  readonly retry: number | 'never'
  /** Wait between them. */
  readonly pauseUs: number | 'delay_loop'
  /** Whether `alpha` counts. */
  readonly mayStartFailed: boolean
  readonly mail: CheckerMail | null
}

/** Goes over the network, so it has a target, a source and a time limit for the connection. */
interface NetworkKind extends Manner {
  readonly overNetwork: true
  readonly build: (levels: Levels, target: Target, context: BuildContext) => Own | undefined
}

interface LocalKind extends Manner {
  readonly overNetwork: false
  readonly build: (entry: Entry, scope: CheckerScope, context: BuildContext) => Own | undefined
}

export type Kind = NetworkKind | LocalKind

const usual: Omit<Manner, 'block' | 'mail'> = { retry: 1, pauseUs: usPerSecond, mayStartFailed: true }

type Differs = Partial<Manner> & Pick<Manner, 'mail'>

function overNetwork(block: Row, build: NetworkKind['build'], differs: Differs): NetworkKind {
  return { ...usual, ...differs, block, overNetwork: true, build }
}

function local(block: Row, build: LocalKind['build'], differs: Differs): LocalKind {
  return { ...usual, ...differs, block, overNetwork: false, build }
}

/** Most kinds: the check by its name in the mail, and how it went. Beyond keepalived a line of its own has the reason. */
function named(name: string, up = 'succeed'): CheckerMail {
  return { up: `=> ${name} ${up} on service <=`, down: `=> ${name} failed on service <=\n{reason}` }
}

/** Checks that speak a protocol to the server do not name themselves. */
function unnamed(failure: string, more = ''): CheckerMail {
  return { up: '=> CHECK succeed on service <=', down: `=> CHECK failed on service : ${failure} <=${more}` }
}

const http: Differs = { pauseUs: 3 * usPerSecond, mail: unnamed('HTTP/SSL request failed', '\n{reason}') }

const kinds: Readonly<Record<Checker['type'], Kind>> = {
  TCP_CHECK: overNetwork(checkers.tcpCheck, (_, target) => ({ type: 'TCP_CHECK', target }), {
    mail: named('TCP CHECK'),
  }),
  PING_CHECK: overNetwork(checkers.pingCheck, (_, target) => ({ type: 'PING_CHECK', target }), {
    mail: named('ICMP CHECK'),
  }),
  SMTP_CHECK: overNetwork(checkers.smtpCheck, ([entry], target) => buildSmtp(entry, target), {
    mail: unnamed('{reason}'),
  }),
  UDP_CHECK: overNetwork(checkers.udpCheck, ([entry], target) => buildUdp(entry, target), {
    mail: named('UDP CHECK'),
  }),
  DNS_CHECK: overNetwork(checkers.dnsCheck, ([entry], target) => buildDns(entry, target), {
    retry: 3,
    pauseUs: 'delay_loop',
    mail: named('DNS_CHECK:'),
  }),
  HTTP_GET: overNetwork(checkers.httpGet, buildHttp, http),
  SSL_GET: overNetwork(checkers.sslGet, buildHttp, http),
  MISC_CHECK: local(checkers.miscCheck, buildMisc, {
    retry: 0,
    mail: { ...named('MISC CHECK', 'succeeded'), timedOut: '=> MISC CHECK timed out on service <=' },
  }),
  FILE_CHECK: local(checkers.fileCheck, buildFile, { retry: 'never', mayStartFailed: false, mail: null }),
  BFD_CHECK: local(checkers.bfdCheck, buildBfdCheck, {
    retry: 'never',
    mail: { up: '=> BFD CHECK {reason} succeeded on service <=', down: '=> BFD CHECK {reason} failed on service <=' },
  }),
}

/** The kind of a block inside a real_server; undefined: it is no checker. */
export function kindOf(keyword: string): Kind | undefined {
  return (kinds as Readonly<Record<string, Kind | undefined>>)[keyword]
}

/** Blocks of the checkers that go over the network. */
export const networkBlocks: readonly Row[] = Object.values(kinds)
  .filter(kind => kind.overNetwork)
  .map(kind => kind.block)
