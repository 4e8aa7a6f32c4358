// `ip monitor address` of one namespace as events: when does an address appear and when does it go?

import type { ChildProcess } from 'node:child_process'
import { sleep } from './clock.ts'
import { attempt, eachLine, run, spawnIn } from './command.ts'
import type { AddressEvent } from './event.ts'

const PROBE = '127.9.9.9/32'
const PROBES_MAX = 100

export class AddressMonitor {
  readonly #from: string
  readonly #namespace: string
  readonly #take: (event: AddressEvent) => void
  #child: ChildProcess | undefined
  #probeSeen = false

  constructor(from: string, namespace: string, take: (event: AddressEvent) => void) {
    this.#from = from
    this.#namespace = namespace
    this.#take = take
  }

  /** Resolves when the monitor has shown that it sees changes. */
  async start(): Promise<void> {
    this.#child = spawnIn(this.#namespace, ['ip', '-o', '-ts', 'monitor', 'address'])
    eachLine(this.#child.stdout, line => this.#onLine(line))
    for (let probe = 0; !this.#probeSeen; probe++) {
      if (probe > PROBES_MAX) throw new Error(`ip monitor of ${this.#namespace} shows nothing`)
      await run('ip', ['-n', this.#namespace, 'addr', 'add', PROBE, 'dev', 'lo'])
      await sleep(20)
      await attempt('ip', ['-n', this.#namespace, 'addr', 'del', PROBE, 'dev', 'lo'])
    }
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
  }

  #onLine(line: string): void {
    const match = /^\[([^\]]+)\] (Deleted )?\d+: \S+\s+inet6? (\S+)/.exec(line)
    if (match === null) return
    const [, stamp, deleted, address] = match
    if (address === '127.9.9.9/32' || address === '127.9.9.9') this.#probeSeen = true
    else this.#take({ kind: 'address', at: parseStamp(stamp!), from: this.#from, present: !deleted, address: address! })
  }
}

/** Local time with six decimals, of which Date keeps three. */
function parseStamp(text: string): number {
  const [whole, fraction] = text.split('.')
  return Date.parse(whole!) * 1_000 + Number(fraction ?? 0)
}
