// Everything that tells the operator something, put together: scripts with their accounts, notify lines, FIFOs and mail.

import { hostname, userInfo } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { FifoReader, GlobalDefs } from '../../config/blocks/global/model.ts'
import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { Config } from '../../config/model.ts'
import type { Log } from '../../lib/log.ts'
import { ScriptAccounts } from '../scripts/script-accounts.ts'
import { describeEnd } from '../scripts/script-process.ts'
import { ScriptRunner } from '../scripts/script-runner.ts'
import { findAccount, readAccountFiles } from '../scripts/user.ts'
import { NotifyFifo } from './fifo.ts'
import { FifoReaders } from './fifo-readers.ts'
import { MailQueue } from './mail-queue.ts'
import { defaultSender } from './mail-text.ts'
import { mailerFor } from './mailer.ts'
import { Notifier } from './notifier.ts'
import { NotifyQueue } from './notify-queue.ts'

/** keepalived gives scripts that still run at the end one second after SIGTERM. */
const scriptGraceMs = 1_000
/** How long a stop waits for scripts of real and virtual servers. */
const serverScriptsMsMax = 1_000

export class Alerting {
  /** For track scripts; notify scripts have a runner of their own, so that neither kind can starve the other. */
  readonly runner: ScriptRunner
  readonly notifier: Notifier
  readonly mails: MailQueue
  readonly #accounts: ScriptAccounts
  readonly #notifyRunner: ScriptRunner
  readonly #readers: FifoReaders
  readonly #log: Log
  /** Scripts of real and virtual servers that have not ended. */
  readonly #serverScripts = new Set<Promise<void>>()
  #global: GlobalDefs | undefined

  constructor(log: Log) {
    this.#log = log
    this.#accounts = new ScriptAccounts(log)
    this.runner = new ScriptRunner({ log, accounts: this.#accounts })
    this.#notifyRunner = new ScriptRunner({ log, accounts: this.#accounts })
    this.#readers = new FifoReaders(this.#notifyRunner, log)
    this.mails = new MailQueue(log)
    this.notifier = new Notifier({
      log,
      scripts: new NotifyQueue({ log, runner: this.#notifyRunner }),
      mails: this.mails,
      makeFifo: path => this.fifo(path),
      defaultSender: sender(),
    })
  }

  /** Takes a configuration, at the start and at each reload. */
  async configure(config: Config): Promise<void> {
    this.#global = config.global
    this.#accounts.configure(config.global)
    this.mails.setMailer(mailerFor(config.global))
    await this.notifier.configure(config)
  }

  /** A FIFO for this path, owned by whom the configuration names; an unknown user leaves it to the daemon, with an error. */
  fifo(path: string): NotifyFifo {
    const wanted = this.#global?.fifoOwners?.find(owner => owner.path === path)
    if (wanted === undefined) return new NotifyFifo({ path }, this.#log)
    const account = findAccount(readAccountFiles(), wanted)
    if (!account.ok) this.#log.error('fifo-failed', { path, reason: account.error })
    return new NotifyFifo({ path, owner: account.ok ? account.value : undefined }, this.#log)
  }

  /** Queues a mail to all recipients, if there are any and a server is known. */
  mail(subject: string, body: string): void {
    const { smtpServer, notificationEmail: to = [], notificationEmailFrom, routerId } = this.#global ?? {}
    if (smtpServer === undefined || to.length === 0) return
    this.mails.push({ from: notificationEmailFrom ?? sender(), to, subject: `[${routerId}] ${subject}`, body })
  }

  /** Runs a notify script that has no line of its own to keep: those of real and virtual servers. */
  runScript(command: ScriptCommand): void {
    const done = this.#notifyRunner.start(command).end.then(end => {
      this.#serverScripts.delete(done)
      if (end.ok) return
      this.#log.warn('server-script-failed', { command: command.text, result: describeEnd(end) })
    })
    this.#serverScripts.add(done)
  }

  /** Runs these programs beside the FIFOs, which exist by now, and no others. */
  useFifoReaders(readers: readonly FifoReader[]): void {
    this.#readers.use(readers, scriptGraceMs)
  }

  /** Waits a bounded time for what still has to be told, then ends the scripts that run. */
  async stop(): Promise<void> {
    // `omega` promises the scripts of servers, so they get as long as those of instances; what is ended then has a line.
    const servers = Promise.all(this.#serverScripts)
    await Promise.all([
      this.notifier.stop(),
      Promise.race([servers, wait(serverScriptsMsMax, undefined, { ref: false })]),
    ])
    await this.#readers.stop(scriptGraceMs)
    await Promise.all([this.runner.stop(scriptGraceMs), this.#notifyRunner.stop(scriptGraceMs)])
  }
}

function sender(): string {
  return defaultSender(userInfo().username, hostname())
}
