// The kinds of checkers, one row each: what is true of the kind as such, and how its block becomes a checker. A new
// kind has a row here, its keywords, its model and its check (src/workers/checker/checks).

import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { buildHttp } from './http.ts'
import { checkers } from './keywords.ts'
import type { Checker, Target } from './model.ts'
import { buildBfdCheck, buildDns, buildFile, buildMisc, buildSmtp, buildUdp } from './own.ts'
import type { CheckerFrame, Levels, Own } from './scope.ts'

/** What a checker of the kind has where no level says anything. */
interface Manner {
  readonly block: Row
  /** Failures beyond the first one. `never`: what is followed counts at once, whatever a level says. */
  readonly retry: number | 'never'
  /** Wait between them. */
  readonly pauseUs: number | 'delay_loop'
  /** Whether `alpha` counts. */
  readonly mayStartFailed: boolean
}

/** Goes over the network, so it has a target, a source and a time limit for the connection. */
interface NetworkKind extends Manner {
  readonly overNetwork: true
  readonly build: (levels: Levels, target: Target, context: BuildContext) => Own | undefined
}

interface LocalKind extends Manner {
  readonly overNetwork: false
  readonly build: (entry: Entry, frame: CheckerFrame, context: BuildContext) => Own | undefined
}

export type Kind = NetworkKind | LocalKind

const usual: Omit<Manner, 'block'> = { retry: 1, pauseUs: usPerSecond, mayStartFailed: true }

function overNetwork(block: Row, build: NetworkKind['build'], differs: Partial<Manner> = {}): NetworkKind {
  return { ...usual, ...differs, block, overNetwork: true, build }
}

function local(block: Row, build: LocalKind['build'], differs: Partial<Manner>): LocalKind {
  return { ...usual, ...differs, block, overNetwork: false, build }
}

const kinds: Readonly<Record<Checker['type'], Kind>> = {
  TCP_CHECK: overNetwork(checkers.tcpCheck, (_, target) => ({ type: 'TCP_CHECK', target })),
  PING_CHECK: overNetwork(checkers.pingCheck, (_, target) => ({ type: 'PING_CHECK', target })),
  SMTP_CHECK: overNetwork(checkers.smtpCheck, ([entry], target) => buildSmtp(entry, target)),
  UDP_CHECK: overNetwork(checkers.udpCheck, ([entry], target) => buildUdp(entry, target)),
  DNS_CHECK: overNetwork(checkers.dnsCheck, ([entry], target) => buildDns(entry, target), {
    retry: 3,
    pauseUs: 'delay_loop',
  }),
  HTTP_GET: overNetwork(checkers.httpGet, buildHttp, { pauseUs: 3 * usPerSecond }),
  SSL_GET: overNetwork(checkers.sslGet, buildHttp, { pauseUs: 3 * usPerSecond }),
  MISC_CHECK: local(checkers.miscCheck, buildMisc, { retry: 0 }),
  FILE_CHECK: local(checkers.fileCheck, buildFile, { retry: 'never', mayStartFailed: false }),
  BFD_CHECK: local(checkers.bfdCheck, buildBfdCheck, { retry: 'never' }),
}

/** The kind of a block inside a real_server; undefined: it is no checker. */
export function kindOf(keyword: string): Kind | undefined {
  return (kinds as Readonly<Record<string, Kind | undefined>>)[keyword]
}

/** Blocks of the checkers that go over the network. */
export const networkBlocks: readonly Row[] = Object.values(kinds)
  .filter(kind => kind.overNetwork)
  .map(kind => kind.block)
