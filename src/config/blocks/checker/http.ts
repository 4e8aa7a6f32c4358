// HTTP_GET and SSL_GET blocks to the model: which Host and server name each URL gets, and PCRE patterns to expressions that
// JavaScript has. keepalived.conf(5) "HTTP_GET|SSL_GET".

import { parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, read, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import { keepPair, splitShellWords } from '../script/words.ts'
import { checkers, sslGet, urlOwn } from './keywords.ts'
import type { HttpChecker, HttpRegex, HttpUrl, Target } from './model.ts'
import type { Levels } from './scope.ts'

type OwnHttp = Pick<HttpChecker, 'type' | 'target' | 'protocol' | 'urls' | 'fastRecovery'>

const statusDefault = [[200, 299]] as const

/** The checker, or undefined if it has no URL. */
export function buildHttp(levels: Levels, target: Target, context: BuildContext): OwnHttp | undefined {
  const [entry] = levels
  const urls: HttpUrl[] = []
  for (const block of entriesOf(entry, sslGet.url)) {
    const url = buildUrl(block, levels, target, context)
    if (url !== undefined) urls.push(url)
  }
  if (urls.length === 0) {
    complain(context, 'bad-server', entry, `${entry.spec.keyword} has no url with a path; it is left out`, {
      help: 'write url { path / }',
    })
    return undefined
  }
  const protocol = read(entry, sslGet.httpProtocol)
  return {
    type: is(entry, checkers.sslGet) ? 'SSL_GET' : 'HTTP_GET',
    target,
    protocol: protocol === '1.1' ? '1.1' : protocol?.toUpperCase() === '1.0C' ? '1.0C' : '1.0',
    urls,
    fastRecovery: read(entry, sslGet.fastRecovery) ?? false,
  }
}

function buildUrl(block: Entry, levels: Levels, target: Target, context: BuildContext): HttpUrl | undefined {
  const path = read(block, urlOwn.path)
  if (path === undefined) return undefined
  const [checker] = levels
  const virtualHost = [block, ...levels].map(level => read(level, urlOwn.virtualhost)).find(host => host !== undefined)
  const serverName = read(checker, sslGet.sniName) ?? virtualHost
  const sni = (read(checker, sslGet.enableSni) ?? false) || isSet(checker, sslGet.sniName)
  return {
    path,
    host: virtualHost ?? literalHost(target),
    // A server name is a name: TLS has none for addresses.
    ...given(
      'serverName',
      sni && serverName !== undefined && parseIp(serverName) === undefined ? serverName : undefined,
    ),
    ...given('verifiedName', verifiedName(checker, sni ? serverName : virtualHost, target)),
    ...given('digest', read(block, urlOwn.digest)?.toLowerCase()),
    statusCodes: statusCodes(entriesOf(block, urlOwn.statusCode)),
    ...given('regex', buildRegex(block, context)),
    tlsCompliant: read(block, sslGet.tlsCompliant) ?? read(checker, sslGet.tlsCompliant) ?? false,
  }
}

/** keepalived verifies no certificate; this is a keyword of our own. */
function verifiedName(checker: Entry, name: string | undefined, target: Target): string | undefined {
  if (lastOf(checker, sslGet.verifyCertificate) === undefined) return undefined
  return read(checker, sslGet.verifyCertificate) ?? name ?? target.address
}

function literalHost({ address, port }: Target): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

function statusCodes(entries: readonly Entry[]): HttpUrl['statusCodes'] {
  const ranges = entries.flatMap(textsOf).map(text => {
    const [first, last = first] = text.split('-').map(Number)
    return [first!, last!] as const
  })
  return ranges.length === 0 ? statusDefault : ranges
}

function buildRegex(block: Entry, context: BuildContext): HttpRegex | undefined {
  const entry = lastOf(block, urlOwn.regex)
  if (entry === undefined) return undefined
  const words = splitShellWords(entry.raw, keepPair)
  const written = words.ok ? words.value[1] : undefined
  if (written === undefined) return undefined
  const options = new Set(entriesOf(block, urlOwn.regexOptions).flatMap(textsOf))
  const { pattern, flags } = translate(written, options)
  adviseOnStack(block, context)
  const refusal = complaintOf(pattern, flags) ?? unsupported(options)
  if (refusal !== undefined) {
    complain(context, 'bad-value', entry, `this pattern cannot be used: ${refusal}; the body is not matched`, {
      help: 'possessive quantifiers, atomic groups and recursion of PCRE have no equivalent here',
    })
    return undefined
  }
  return {
    pattern,
    flags,
    noMatch: isSet(block, urlOwn.regexNoMatch),
    minOffset: read(block, urlOwn.regexMinOffset) ?? 0,
    ...given('maxOffset', read(block, urlOwn.regexMaxOffset)),
  }
}

/** A larger stack of PCRE2 lets more patterns come to a result; here what bounds a search is time and the length of the body. */
function adviseOnStack(block: Entry, context: BuildContext): void {
  const entry = lastOf(block, urlOwn.regexStack)
  if (entry === undefined) return
  complain(context, 'needless-setting', entry, 'regex_stack is not needed: patterns have all the stack they can use', {
    help: 'a search is bounded by time (0.25 s) and looks at the first MiB of the body; a pattern that takes longer is a failure',
  })
}

/** From PCRE2 to JavaScript, as far as the two have the same. */
function translate(written: string, options: ReadonlySet<string>): { pattern: string; flags: string } {
  const inline = /^\(\?([imsx]+)\)/.exec(written)
  const set = new Set([...(inline?.[1] ?? '')])
  if (options.has('caseless')) set.add('i')
  if (options.has('multiline')) set.add('m')
  if (options.has('dotall')) set.add('s')
  const unicode = options.has('utf') || options.has('ucp')
  const body = inline === null ? written : written.slice(inline[0].length)
  const pattern = set.has('x') || options.has('extended') ? withoutBlanks(body) : body
  const flags = [...'ims'].filter(flag => set.has(flag)).join('') + (unicode ? 'u' : '')
  return { pattern: pattern.replaceAll('\\A', '^').replaceAll(/\\[zZ]/g, '$'), flags }
}

/** Blanks and comments of the extended notation, outside of classes. */
function withoutBlanks(pattern: string): string {
  return pattern.replaceAll(/(\\.|\[(?:\\.|[^\]\\])*\])|\s+|#[^\n]*/g, (_, kept: string | undefined) => kept ?? '')
}

function complaintOf(pattern: string, flags: string): string | undefined {
  try {
    new RegExp(pattern, flags)
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/** Options that would change what matches, and that have no equivalent. */
function unsupported(options: ReadonlySet<string>): string | undefined {
  const found = ['ungreedy', 'alt_bsux', 'firstline', 'match_unset_backref'].find(option => options.has(option))
  return found === undefined ? undefined : `the option ${found} has no equivalent`
}
