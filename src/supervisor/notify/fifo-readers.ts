// The programs that read the notify FIFOs: started with the FIFO's path as last argument, started again when they end,
// ended at the stop. keepalived.conf(5) `notify_fifo_script` and its siblings. Not the FIFOs (fifo.ts).

import type { FifoReader } from '../../config/blocks/global/model.ts'
import type { Log } from '../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../lib/time.ts'
import { growingBackoff, nextDelayUs, type RestartRecord, restartRecord } from '../actors/restart-policy.ts'
import { describeEnd, type RunningScript } from '../scripts/script-process.ts'
import type { ScriptRunner } from '../scripts/script-runner.ts'

/** At the stop a reader has so long for the last lines before SIGTERM: the FIFO is closed by then, so it sees the end of file. */
const readOutMs = 200

export class FifoReaders {
  readonly #runner: ScriptRunner
  readonly #log: Log
  #running = new Map<string, Running>()

  constructor(runner: ScriptRunner, log: Log) {
    this.#runner = runner
    this.#log = log
  }

  /** These and no others. A reader whose FIFO and command stay the same goes on undisturbed; `graceMs` for those that end. */
  use(readers: readonly FifoReader[], graceMs: number): void {
    const before = this.#running
    this.#running = new Map()
    for (const reader of readers) {
      const { path, command } = reader
      const key = JSON.stringify([path, command.text, command.user ?? '', command.group ?? ''])
      this.#running.set(key, before.get(key) ?? new Running(reader, this.#runner, this.#log))
    }
    for (const [key, running] of before) if (!this.#running.has(key)) void running.end(graceMs)
  }

  /** Resolves when all have gone. Close the FIFOs first. */
  async stop(graceMs: number): Promise<void> {
    const readers = [...this.#running.values()]
    this.#running = new Map()
    await Promise.all(readers.map(running => running.readOut(readOutMs)))
    await Promise.all(readers.map(running => running.end(graceMs)))
  }
}

/** One reader with its successors. */
class Running {
  readonly #reader: FifoReader
  readonly #runner: ScriptRunner
  readonly #log: Log
  #script: RunningScript | undefined
  #timer: NodeJS.Timeout | undefined
  #record: RestartRecord = restartRecord()
  #ended = false

  constructor(reader: FifoReader, runner: ScriptRunner, log: Log) {
    this.#reader = reader
    this.#runner = runner
    this.#log = log
    this.#start(monotonicNowUs())
  }

  /** No successor any more; resolves when the program has ended by itself, or after `waitMs`. */
  async readOut(waitMs: number): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    if (this.#script === undefined) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([this.#script.gone, late])
    clearTimeout(timer)
  }

  async end(graceMs: number): Promise<void> {
    this.#ended = true
    clearTimeout(this.#timer)
    await this.#script?.terminate(graceMs)
  }

  #start(startAt: Instant): void {
    const { command, path } = this.#reader
    const script = this.#runner.start(command, { extraArgs: [path] })
    this.#script = script
    void Promise.all([script.end, script.gone]).then(([end]) => {
      if (this.#ended) return
      const now = monotonicNowUs()
      // Unlike a worker a program that ends at once is not tried again at once.
      const delayUs = Math.max(growingBackoff.firstUs, nextDelayUs(this.#record, now, growingBackoff))
      this.#record = { recent: [], last: { startAt: now + delayUs, delayUs: nextRecorded(startAt, now, delayUs) } }
      const delayMs = delayUs / usPerMs
      this.#log.warn('fifo-reader-ended', { path, result: describeEnd(end), delayMs, command: command.text })
      this.#timer = setTimeout(() => this.#start(monotonicNowUs()), delayMs)
    })
  }
}

/** After a minute of life the delays begin anew. */
function nextRecorded(startAt: Instant, now: Instant, delayUs: number): number {
  return now - startAt > growingBackoff.forgetUs ? 0 : delayUs
}
