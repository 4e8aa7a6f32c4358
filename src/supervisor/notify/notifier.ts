// Tells the operator of a transition: state script, generic script, global FIFO, vrrp FIFO, mail, in this order as in keepalived.
// It decides who is told what; the carrying out is notify-queue.ts, fifo.ts and mail-queue.ts. keepalived.conf(5) "notify".

import type { NotifyScripts, ScriptCommand } from '../../config/blocks/script/model.ts'
import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { NotifyState } from '../../workers/vrrp/core/effect.ts'
import { fifoLine } from './fifo.ts'
import { type Mail, type MailSettings, mailFor } from './mail-text.ts'
import type { NotifyJob } from './waiting-jobs.ts'

export interface Notification {
  readonly kind: 'INSTANCE' | 'GROUP'
  readonly name: string
  readonly state: NotifyState
  /** The effective priority; 0 for a group. */
  readonly priority: number
}

/** What the notifier needs of the FIFO of one path. */
export interface FifoPort {
  open(): Promise<void>
  write(line: string): void
  close(): void
}

interface NotifierPorts {
  readonly log: Log
  readonly scripts: { push(job: NotifyJob): void; drain(timeoutMs: number): Promise<void> }
  readonly mails: { push(mail: Mail): void; flush(timeoutMs: number): Promise<number> }
  readonly makeFifo: (path: string) => FifoPort
  /** The sender of mails where notification_email_from is not set. */
  readonly defaultSender: string
}

interface Party {
  readonly notify: NotifyScripts
  readonly smtpAlert: boolean
}

interface Told {
  state?: string
  mailed?: string
}

/** keepalived: as long as STOP scripts are waited for. */
const stopMsMax = 1_000
/** FIFO only: no script, no mail. */
const priorityStates: ReadonlySet<NotifyState> = new Set(['MASTER_PRIORITY', 'BACKUP_PRIORITY'])
/** These say that something happened, not what is; each counts although it names the same state. */
const repeatable: ReadonlySet<NotifyState> = new Set(['MASTER_RX_LOWER_PRI', 'MASTER_PRIORITY', 'BACKUP_PRIORITY'])

export class Notifier {
  readonly #ports: NotifierPorts
  #parties = new Map<string, Party>()
  /** Parties that the last reload removed: their end is still to be told. */
  #departed = new Map<string, Party>()
  readonly #told = new Map<string, Told>()
  /** By path, the global FIFO first. */
  #fifos = new Map<string, FifoPort>()
  #mail: Omit<MailSettings, 'smtpAlert'>

  constructor(ports: NotifierPorts) {
    this.#ports = ports
    this.#mail = { serverKnown: false, recipients: [], from: '', routerId: '', noEmailFaults: false }
  }

  /**
   * Takes a configuration, at the start and at each reload. FIFOs that are still named stay open. Resolves when the new ones
   * are open; one that cannot be opened is logged and its lines are lost, everything else works.
   */
  async configure(config: Config): Promise<void> {
    this.#setParties(partiesOf(config))
    const { global } = config
    this.#mail = {
      serverKnown: global.smtpServer !== undefined,
      recipients: global.notificationEmail,
      from: global.notificationEmailFrom ?? this.#ports.defaultSender,
      routerId: global.routerId,
      noEmailFaults: global.noEmailFaults,
    }
    await this.#setFifos([global.notifyFifo, global.vrrpNotifyFifo].filter(path => path !== undefined))
  }

  /** Tells one transition. The same state a second time in a row is not told: an effect may be applied twice. */
  notify(notification: Notification): void {
    const key = `${notification.kind} ${notification.name}`
    const party = this.#parties.get(key) ?? this.#departed.get(key)
    if (party === undefined) {
      this.#ports.log.warn('notify-unknown', { name: key, state: notification.state })
      return
    }
    const told = this.#toldOf(key)
    const shown = shownState(notification.state, party)
    if (shown === told.state && !repeatable.has(shown)) {
      this.#ports.log.debug('notify-repeated', { name: key, state: shown })
      return
    }
    if (!repeatable.has(shown)) told.state = shown
    this.#tell(key, { ...notification, state: shown }, party, notification.state === 'DELETED')
    if (this.#departed.delete(key)) this.#told.delete(key)
  }

  /** Waits up to a second for the scripts and mails of the last transitions, then ends them and closes the FIFOs. */
  async stop(): Promise<void> {
    await Promise.all([this.#ports.scripts.drain(stopMsMax), this.#ports.mails.flush(stopMsMax)])
    for (const fifo of this.#fifos.values()) fifo.close()
    this.#fifos = new Map()
  }

  #tell(key: string, shown: Notification, party: Party, deleted: boolean): void {
    if (!priorityStates.has(shown.state)) {
      // keepalived: an instance that is removed and reports FAULT does not run notify_fault.
      const own = deleted && shown.state === 'FAULT' ? undefined : stateScript(party.notify, shown.state)
      const isEvent = repeatable.has(shown.state)
      this.#ports.scripts.push({ line: key, state: shown.state, isEvent, runs: runsFor(shown, own, party.notify.any) })
    }
    const priority = shown.kind === 'GROUP' ? 0 : shown.priority
    const line = fifoLine(shown.kind, shown.name, shown.state, priority)
    for (const fifo of this.#fifos.values()) fifo.write(line)
    const told = this.#toldOf(key)
    const mail = mailFor(shown, { ...this.#mail, smtpAlert: party.smtpAlert }, told.mailed)
    if (mail === undefined) return
    told.mailed = shown.state
    this.#ports.mails.push(mail)
  }

  #setParties(parties: Map<string, Party>): void {
    // What was told of parties that went at an earlier reload is forgotten: one of that name that comes back is a new one.
    for (const key of this.#departed.keys()) this.#told.delete(key)
    this.#departed = new Map([...this.#parties].filter(([key]) => !parties.has(key)))
    this.#parties = parties
  }

  #toldOf(key: string): Told {
    const known = this.#told.get(key)
    if (known !== undefined) return known
    const told: Told = {}
    this.#told.set(key, told)
    return told
  }

  async #setFifos(paths: readonly string[]): Promise<void> {
    const wanted = new Set(paths)
    const before = this.#fifos
    this.#fifos = new Map([...wanted].map(path => [path, before.get(path) ?? this.#ports.makeFifo(path)]))
    for (const [path, fifo] of before) if (!wanted.has(path)) fifo.close()
    for (const [path, fifo] of this.#fifos) {
      try {
        await fifo.open()
      } catch (thrown) {
        this.#ports.log.error('fifo-failed', { path, reason: messageOf(thrown) })
      }
    }
  }
}

/** DELETED is only told where notify_deleted asks for it; keepalived otherwise reports that a removed instance is in FAULT. */
function shownState(state: NotifyState, party: Party): NotifyState {
  return state === 'DELETED' && !party.notify.notifyDeleted ? 'FAULT' : state
}

function stateScript(notify: NotifyScripts, state: NotifyState): ScriptCommand | undefined {
  switch (state) {
    case 'MASTER':
      return notify.master
    case 'BACKUP':
      return notify.backup
    case 'FAULT':
      return notify.fault
    case 'STOP':
      return notify.stop
    case 'DELETED':
      return notify.deleted
    case 'MASTER_RX_LOWER_PRI':
      return notify.masterRxLowerPri
    case 'MASTER_PRIORITY':
    case 'BACKUP_PRIORITY':
      return undefined
  }
}

function runsFor(
  shown: Notification,
  own: ScriptCommand | undefined,
  any: ScriptCommand | undefined,
): NotifyJob['runs'] {
  const { kind, name, state } = shown
  const priority = kind === 'GROUP' ? 0 : shown.priority
  return [
    ...(own === undefined ? [] : [{ command: own, extraArgs: [] }]),
    ...(any === undefined ? [] : [{ command: any, extraArgs: [kind, name, state, String(priority)] }]),
  ]
}

function partiesOf(config: Config): Map<string, Party> {
  return new Map<string, Party>([
    ...config.instances.map((instance): [string, Party] => [`INSTANCE ${instance.name}`, instance]),
    ...config.syncGroups.map((group): [string, Party] => [`GROUP ${group.name}`, group]),
  ])
}
