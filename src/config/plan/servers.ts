// Virtual and real servers of a plan, as they are written. A service is known by address, port and protocol, or by mark or
// group; a real server by address and port. Anything else changes in place.

import { blocksOf } from '../advice/written.ts'
import { checkers } from '../blocks/checker/keywords.ts'
import { topLevel } from '../blocks/keywords.ts'
import { realServer, virtualServer } from '../blocks/server/keywords.ts'
import { entriesOf, is, isSet, read, type Statement } from '../language/entry.ts'
import { type KeywordSpec, lineSpec } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'
import type { FieldChange, PlanItem } from './item.ts'
import { changeOf, pairUp, settingChanges } from './item.ts'
import { wordsOf } from './setting-lines.ts'

export function planServers(before: WrittenConfig, after: WrittenConfig): readonly PlanItem[] {
  const servers = (config: WrittenConfig) => blocksOf(config, topLevel.virtualServer)
  return pairUp(servers(before), servers(after), serverName).flatMap(({ name, before: old, after: fresh }) => {
    const own = (server: Statement | undefined) =>
      (server?.children ?? []).filter(child => !is(child, virtualServer.realServer))
    const part = { kind: 'virtual_server', name, change: changeOf(old, fresh) } as const
    const fields = settingChanges(topLevel.virtualServer, own(old), own(fresh))
    const reals = planReals(name, old, fresh)
    if (old === undefined) return [{ ...part, fields, effects: ['the service is created'] }, ...reals]
    if (fresh === undefined) {
      return [{ ...part, fields: [], effects: ['the service is removed and its connections are cut off'] }]
    }
    return fields.length === 0
      ? reals
      : [{ ...part, fields, effects: effectsOf(fields, serviceConsequences) }, ...reals]
  })
}

/** As the whole language has it, with what is in effect. */
const realSpec = lineSpec(topLevel.virtualServer, virtualServer.realServer.keyword)

function planReals(server: string, old: Statement | undefined, fresh: Statement | undefined): readonly PlanItem[] {
  const reals = (block: Statement | undefined) => entriesOf(block, virtualServer.realServer)
  return pairUp(reals(old), reals(fresh), realName).flatMap(({ name, before, after }) => {
    const part = { kind: 'real_server', name: `${name} of ${server}`, change: changeOf(before, after) } as const
    const fields = settingChanges(realSpec, before?.children ?? [], after?.children ?? [])
    if (before === undefined) return { ...part, fields, effects: [entryEffect(after!)] }
    if (after === undefined) return { ...part, fields: [], effects: ['is taken out of the service'] }
    return fields.length === 0 ? [] : { ...part, fields, effects: effectsOf(fields, realConsequences) }
  })
}

function entryEffect(real: Statement): string {
  const waits = isSet(real, realServer.alpha)
  return waits ? 'gets connections after its first successful check' : 'gets connections at once'
}

/** Keywords, and what a change of one of them does. */
type Consequence = readonly [rows: readonly KeywordSpec[], effect: string]

const v = virtualServer
const serviceConsequences: readonly Consequence[] = [
  [
    [
      v.lbAlgo,
      v.lvsSched,
      v.flag1,
      v.flag2,
      v.flag3,
      v.ops,
      v.shPort,
      v.shFallback,
      v.mhPort,
      v.mhFallback,
      v.persistenceEngine,
      v.persistenceTimeout,
      v.persistenceGranularity,
    ],
    'the service is set anew in IPVS, connections stay',
  ],
  [[v.lbKind, v.lvsMethod, v.weight], 'real servers that inherit the value are set anew, connections stay'],
  [[v.quorum, v.hysteresis], 'the quorum is looked at anew'],
  [[v.sorryServer, v.sorryServerInhibit, v.sorryServerLvsMethod], 'the sorry server is exchanged where it is in use'],
  [[v.alpha], 'counts for servers that are new'],
  [
    [v.delayLoop, v.connectTimeout, v.retry, v.delayBeforeRetry, v.warmup],
    'checks that inherit the value go by it from now on',
  ],
]

const r = realServer
const realConsequences: readonly Consequence[] = [
  [[r.weight], 'the weight changes at once, connections stay'],
  [[r.lvsMethod, r.uthreshold, r.lthreshold], 'the server is set anew in IPVS, connections stay'],
  [
    Object.values(checkers),
    'what is checked anew starts as up unless the server is down; it leaves the service when a check fails',
  ],
  [[r.inhibitOnFailure], 'a failed server gets weight 0 or is removed accordingly'],
]

function effectsOf(fields: readonly FieldChange[], consequences: readonly Consequence[]): readonly string[] {
  const names = new Set(fields.map(({ field }) => field))
  const effects = consequences.filter(([rows]) => rows.some(row => names.has(row.keyword))).map(([, effect]) => effect)
  return effects.length === 0 ? ['no connection is touched'] : effects
}

/** `192.0.2.9 80 TCP`, `fwmark 5`, `group web`. */
function serverName(server: Statement): string {
  const protocol = read(server, virtualServer.protocol)
  return [...wordsOf(server, topLevel.virtualServer), ...(protocol === undefined ? [] : [protocol])].join(' ')
}

function realName(real: Statement): string {
  return wordsOf(real, virtualServer.realServer).join(' ')
}
