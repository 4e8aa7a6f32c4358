// Checker blocks of a real server to the model: what all kinds have in common, and which check of before a reload each
// of them is. What a kind has of its own is its row in kinds.ts. What a checker does not say comes from its real
// server, then from the virtual server, then from its kind. keepalived.conf(5) "Healthcheckers".

import type { Entry } from '../../language/entry.ts'
import { entriesOf, inherited, is, read } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain, placeOf } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import { realServer, virtualServer } from '../server/keywords.ts'
import { checkers, connection, probing, smtpCheck } from './keywords.ts'
import { type Kind, kindOf } from './kinds.ts'
import type { Checker, CheckerCommon, Target } from './model.ts'
import type { CheckerScope, Levels, Own } from './scope.ts'
import { buildTarget } from './target.ts'

/** All checkers of a real server, in file order. */
export function buildCheckers(block: Entry, scope: CheckerScope, context: BuildContext): readonly Checker[] {
  const checkers: Checker[] = []
  const ids = new Map<string, number>()
  for (const entry of block.children.flatMap(withHosts)) {
    const levels: Levels = [entry, block, scope.block]
    const kind = kindOf(entry.keyword)
    if (kind === undefined) continue
    const own = buildOwn(kind, levels, scope, context)
    if (own === undefined || followsTwice(own, checkers, entry, context)) continue
    const id = `${scope.id} ${scope.server.id} ${own.type} ${identityOf(own)}`
    const twins = ids.get(id) ?? 0
    ids.set(id, twins + 1)
    const common = commonOf(kind, levels, scope)
    checkers.push({ ...common, ...own, id: twins === 0 ? id : `${id} #${twins + 1}` } as Checker)
  }
  return checkers
}

function buildOwn(kind: Kind, levels: Levels, scope: CheckerScope, context: BuildContext): Own | undefined {
  if (!kind.overNetwork) return kind.build(levels[0], scope, context)
  const target = buildTarget(levels, scope, context)
  return target === undefined ? undefined : kind.build(levels, target, context)
}

function commonOf(
  { retry, pauseUs, mayStartFailed, mail }: Kind,
  levels: Levels,
  scope: CheckerScope,
): Omit<CheckerCommon, 'id'> {
  const [entry, server, virtual] = levels
  const delayLoopUs = inherited([entry, server], probing.delayLoop) ?? read(virtual, virtualServer.delayLoop)
  return {
    place: placeOf(entry),
    retry: retry === 'never' ? 0 : (inherited(levels, probing.retry) ?? retry),
    delayBeforeRetryUs:
      inherited(levels, probing.delayBeforeRetry) ?? (pauseUs === 'delay_loop' ? delayLoopUs : pauseUs),
    delayLoopUs,
    warmupUs: inherited(levels, probing.warmup) ?? delayLoopUs,
    alpha:
      mayStartFailed &&
      (read(entry, probing.alpha) ?? read(server, realServer.alpha) ?? read(virtual, virtualServer.alpha)),
    logAllFailures: read(entry, probing.logAllFailures) ?? read(scope.defs, globalDefs.checkerLogAllFailures) ?? false,
    mail,
  }
}

/** A host inside SMTP_CHECK is a checker of its own; the first takes the place of one that says nothing of its target. */
function withHosts(entry: Entry): readonly Entry[] {
  const hosts = entriesOf(entry, smtpCheck.host)
  if (!is(entry, checkers.smtpCheck) || hosts.length === 0) return [entry]
  const rest = entry.children.filter(child => !is(child, smtpCheck.host))
  const others = hosts.map(host => ({ ...entry, children: [...rest.filter(notTarget), ...host.children] }))
  return rest.some(child => !notTarget(child)) ? [{ ...entry, children: rest }, ...others] : others
}

const { connectIp, connectPort, bindto, bindPort, bindIf, fwmark } = connection
const targetRows: readonly Row[] = [connectIp, connectPort, bindto, bindPort, bindIf, fwmark]

function notTarget(entry: Entry): boolean {
  return !targetRows.some(row => is(entry, row))
}

/** keepalived: two checkers of one server may not follow the same session. */
function followsTwice(own: Own, others: readonly Checker[], entry: Entry, context: BuildContext): boolean {
  if (own.type !== 'BFD_CHECK') return false
  if (!others.some(other => other.type === 'BFD_CHECK' && other.session === own.session)) return false
  const message = `this server follows bfd_instance ${own.session} already; the later BFD_CHECK is left out`
  complain(context, 'duplicate-tracker', entry, message, { help: 'remove one of the two' })
  return true
}

/** What makes it the same check after a reload: what is asked of whom, not how often or how patiently. */
function identityOf(own: Own): string {
  const { address, port } = 'target' in own ? own.target : { address: '', port: 0 }
  const where = 'target' in own ? `[${address}]:${port}` : whatOf(own)
  return `${where} ${hashOf(JSON.stringify(withoutPatience(own)))}`
}

/** Also without the weight that a result is counted from, and the place where it was written. */
function withoutPatience(own: Own): object {
  const patient: Record<string, unknown> = { ...own }
  for (const key of ['timeoutUs', 'configuredWeight', 'fastRecovery']) delete patient[key]
  if ('target' in own) patient.target = { ...own.target, connectTimeoutUs: undefined }
  if ('command' in own) patient.command = { ...own.command, place: undefined }
  return patient
}

function whatOf(own: Exclude<Own, { readonly target: Target }>): string {
  switch (own.type) {
    case 'MISC_CHECK':
      return own.command.argv.join(' ')
    case 'FILE_CHECK':
      return own.trackFile
    case 'BFD_CHECK':
      return own.session
  }
}

/** FNV-1a, 32 bits. Two checks of one server whose hashes are the same would exchange their states at a reload, no more. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16)
}
