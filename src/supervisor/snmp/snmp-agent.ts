// The SNMP subagent: which MIBs are served, from what, and which notifications are sent. Everything runs on the main
// thread, one small request per turn; the tables are searched, not written out, and what it takes to build them is
// thrown away after a moment.

import type { SnmpSettings } from '../../config/blocks/global/model.ts'
import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import { destKey, serviceKey } from '../../lib/ipvs.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import type { CountedEntry } from '../../native/ipvs-socket.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { Counters } from '../../workers/vrrp/core/counters.ts'
import type { Notification } from '../notify/notifier.ts'
import { defaultAgentAddress, parseAgentAddress } from './agent-address.ts'
import { AgentxSession } from './agentx-session.ts'
import { addressMib } from './core/address-mib.ts'
import { ERROR, type Request } from './core/agentx-pdu.ts'
import { type Answer, answerGet, failed, found, testSet, undoing } from './core/answer.ts'
import { balancerMib } from './core/balancer-mib.ts'
import type { Change } from './core/change.ts'
import { globalMib } from './core/global-mib.ts'
import { groupMib } from './core/group-mib.ts'
import { instanceMib } from './core/instance-mib.ts'
import { check, GLOBAL, RFC_V2, RFC_V3, VRRP } from './core/keepalived-oid.ts'
import { type Column, Mib } from './core/mib.ts'
import { beginsWith, type Oid } from './core/oid.ts'
import type { ReadModel, StatedServer } from './core/read-model.ts'
import { realServerMib } from './core/real-server-mib.ts'
import { rfc2787Mib } from './core/rfc2787-mib.ts'
import { rfc6527Mib } from './core/rfc6527-mib.ts'
import { serverMib } from './core/server-mib.ts'
import { trackedObjectMib } from './core/tracked-object-mib.ts'
import { trackingMib } from './core/tracking-mib.ts'
import { Freshness } from './freshness.ts'
import { collectModel, type ModelInput, UpTimes } from './model-source.ts'
import { TrapSender } from './trap-sender.ts'

interface SnmpAgentPorts {
  readonly log: Log
  parts(): ModelInput
  counters(): Promise<Readonly<Record<string, Counters>>>
  table(): Promise<readonly CountedEntry[]>
  /** Carries a change out; false if it cannot be. */
  change(change: Change): boolean
}

/** Values are read at most this often: a walk asks thousands of times a second, and they change a few times a minute. */
const modelAgeUsMax = 100_000
const countersAgeUsMax = 1_000_000
/** The master waits 5 s and so does the manager; others are waiting behind it. */
const refreshWaitMs = 1_000
const transactionsMax = 16

/** Parts of the tree, and what serves them. */
const parts: readonly {
  readonly subtree: Oid
  readonly columns: readonly Column[]
  readonly wanted: (settings: SnmpSettings) => boolean
}[] = [
  { subtree: GLOBAL, columns: globalMib, wanted: ({ vrrp, checker }) => vrrp || checker },
  {
    subtree: VRRP,
    columns: [...groupMib, ...instanceMib, ...addressMib, ...trackingMib, ...trackedObjectMib],
    wanted: ({ vrrp }) => vrrp,
  },
  { subtree: check, columns: [...balancerMib, ...serverMib, ...realServerMib], wanted: ({ checker }) => checker },
  { subtree: RFC_V2, columns: rfc2787Mib, wanted: ({ rfcV2 }) => rfcV2 },
  { subtree: RFC_V3, columns: rfc6527Mib, wanted: ({ rfcV3 }) => rfcV3 },
]

export class SnmpAgent {
  readonly traps: TrapSender
  readonly #ports: SnmpAgentPorts
  readonly #settings: SnmpSettings
  readonly #mib: Mib
  readonly #session: AgentxSession | undefined
  readonly #counters: Freshness<Readonly<Record<string, Counters>>>
  readonly #ipvs: Freshness<ReadonlyMap<string, StatedServer>>
  readonly #upTimes = new UpTimes()
  readonly #sets = new Map<number, readonly Change[]>()
  #model: { readonly at: number; readonly model: ReadModel } | undefined

  constructor(ports: SnmpAgentPorts, settings: SnmpSettings) {
    this.#ports = ports
    this.#settings = settings
    const served = parts.filter(({ wanted }) => wanted(settings))
    this.#mib = new Mib(served.flatMap(({ columns }) => columns))
    const failed = (thrown: unknown) => ports.log.warn('snmp-statistics-failed', { reason: messageOf(thrown) })
    this.#counters = new Freshness({}, () => ports.counters(), failed)
    this.#ipvs = new Freshness(new Map(), async () => byKey(await ports.table()), failed)
    const addressText = settings.socket ?? defaultAgentAddress
    const address = parseAgentAddress(addressText)
    if (address === undefined) ports.log.error('snmp-address-bad', { address: addressText })
    else {
      const subtrees = served.map(({ subtree }) => subtree)
      const options = { address, addressText, description: 'keepalived-ts', subtrees }
      const answer = (request: Request, transaction: number) => this.#answer(request, transaction)
      this.#session = new AgentxSession({ log: ports.log, answer }, options)
    }
    this.traps = new TrapSender(settings, {
      send: varbinds => this.#session?.notify(varbinds),
      model: () => this.#fresh(0),
    })
  }

  start(): void {
    this.#session?.start()
  }

  stop(): void {
    this.#session?.stop()
  }

  /** What the operator is told of. */
  told(notification: Notification): void {
    this.traps.told(notification)
  }

  /** A virtual server went from one state to another; undefined: it was not there. */
  serverStepped(id: string, before: ServerState | undefined, after: ServerState): void {
    this.traps.serverStepped(id, before, after)
  }

  async #answer(request: Request, transaction: number): Promise<Answer> {
    switch (request.type) {
      case 'get':
      case 'get-next':
      case 'get-bulk':
        await this.#refresh(request.ranges.map(({ start }) => start))
        return answerGet(this.#mib, this.#fresh(modelAgeUsMax), request)
      case 'test-set': {
        const { answer, changes } = testSet(this.#mib, this.#fresh(0), request.varbinds)
        if (this.#sets.size >= transactionsMax) this.#sets.delete(this.#sets.keys().next().value!)
        this.#sets.set(transaction, changes)
        return answer
      }
      case 'commit-set':
        return this.#carryOut(this.#sets.get(transaction) ?? [], ERROR.commitFailed)
      case 'undo-set':
        return this.#carryOut(undoing(this.#sets.get(transaction) ?? []), ERROR.undoFailed)
      case 'cleanup-set':
        this.#sets.delete(transaction)
        return found([])
    }
  }

  #carryOut(changes: readonly Change[], error: number): Answer {
    const bad = changes.findIndex(change => !this.#ports.change(change))
    this.#model = undefined
    return bad < 0 ? found([]) : failed(error, bad + 1)
  }

  /** Counters that the answer may be made of are brought up to date. */
  async #refresh(starts: readonly Oid[]): Promise<void> {
    const { virtualServerStatsAgeUs, realServerStatsAgeUs } = this.#settings
    const below = (subtree: Oid) => starts.some(start => beginsWith(start, subtree))
    if (below(RFC_V2) || below(RFC_V3)) await this.#counters.within(countersAgeUsMax, refreshWaitMs)
    if (below([...check, 3])) await this.#ipvs.within(virtualServerStatsAgeUs, refreshWaitMs)
    if (below([...check, 4])) await this.#ipvs.within(realServerStatsAgeUs, refreshWaitMs)
  }

  #fresh(ageUs: number): ReadModel {
    const now = monotonicNowUs()
    if (this.#model !== undefined && now - this.#model.at <= ageUs) return this.#model.model
    const model = collectModel(
      { ...this.#ports.parts(), trapsEnabled: this.#settings.traps },
      { now, upTimeTicks: this.#session?.upTimeTicks(now) ?? 0 },
      { counters: this.#counters.value, ipvs: this.#ipvs.value, upTimes: this.#upTimes },
    )
    this.#model = { at: now, model }
    return model
  }
}

/** Of the command line. */
export interface Asked {
  readonly snmp: boolean
  readonly snmpSocket?: string
  readonly vrrp: boolean
  readonly checkers: boolean
}

/** -x turns everything on but traps; without any part there is no agent. */
export function snmpSettings(config: Config, asked: Asked): SnmpSettings | undefined {
  const { snmp } = config.global
  const wanted = (part: 'vrrp' | 'checker' | 'rfcV2' | 'rfcV3', runs: boolean) => runs && (asked.snmp || snmp[part])
  const settings: SnmpSettings = {
    ...snmp,
    ...(asked.snmpSocket === undefined ? {} : { socket: asked.snmpSocket }),
    vrrp: wanted('vrrp', asked.vrrp),
    checker: wanted('checker', asked.checkers),
    rfcV2: wanted('rfcV2', asked.vrrp),
    rfcV3: wanted('rfcV3', asked.vrrp),
  }
  return parts.some(({ wanted }) => wanted(settings)) ? settings : undefined
}

function byKey(entries: readonly CountedEntry[]): ReadonlyMap<string, StatedServer> {
  const none = { active: 0, inactive: 0, persistent: 0 }
  const found = new Map<string, StatedServer>()
  for (const { service, statistics, dests } of entries) {
    const key = serviceKey(service.id)
    found.set(key, { connections: none, statistics })
    for (const dest of dests) {
      const { activeConnections: active, inactiveConnections: inactive, persistentConnections: persistent } = dest
      found.set(`${key} ${destKey(dest)}`, {
        connections: { active, inactive, persistent },
        statistics: dest.statistics,
      })
    }
  }
  return found
}
