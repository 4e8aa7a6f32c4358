// The outside view of TCP checks: tcpdump with the kernel's time stamps sees each connection begin, so it knows for each real
// server when its checks started, whatever the checker and the listener were doing at that moment.

import type { ChildProcess } from 'node:child_process'
import { eachLine, spawnIn } from '../lab/command.ts'
import { PcapReader } from '../lab/pcap.ts'

const FILTER = 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn'
const DESTINATION_OFFSET = 14 + 16
/** Lateness is kept for the newest so many checks. */
const SAMPLES_MAX = 4_000_000

export interface Lateness {
  readonly samples: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export class SynWitness {
  readonly #periodUs: number
  readonly #lastAt = new Map<number, number>()
  readonly #counts = new Map<number, number>()
  #latenessMs: number[] = []
  #tcpdump: ChildProcess | undefined
  /** What tcpdump said at its end, with the number of packets that it missed. */
  said = ''

  /** `periodUs`: when a check follows the one before it. */
  constructor(periodUs: number) {
    this.#periodUs = periodUs
  }

  /** Resolves when the capture runs. */
  async start(namespace: string): Promise<void> {
    const options = ['-i', 'lo', '-s', '64', '-B', '65536', '--immediate-mode', '-U', '-w', '-', FILTER]
    const tcpdump = spawnIn(namespace, ['tcpdump', ...options])
    this.#tcpdump = tcpdump
    const reader = new PcapReader(({ at, bytes }) => this.#seen(at, bytes))
    tcpdump.stdout?.on('data', (chunk: Buffer) => reader.feed(chunk))
    await new Promise<void>((resolve, reject) => {
      eachLine(tcpdump.stderr, line => {
        this.said += `${line}\n`
        if (line.includes('listening on')) resolve()
      })
      tcpdump.once('exit', () => reject(new Error(`tcpdump ended: ${this.said}`)))
    })
  }

  stop(): void {
    this.#tcpdump?.kill('SIGTERM')
  }

  /** Checks seen so far of all real servers. */
  get checks(): number {
    let sum = 0
    for (const count of this.#counts.values()) sum += count
    return sum
  }

  /** Real servers that have been checked at least so often. */
  serversChecked(times: number): number {
    return [...this.#counts.values()].filter(count => count >= times).length
  }

  /** Lateness since the last call: how much later than its schedule each check began. */
  takeLateness(): Lateness {
    const sorted = this.#latenessMs.sort((a, b) => a - b)
    this.#latenessMs = []
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return { samples: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  }

  #seen(at: number, bytes: Uint8Array): void {
    if (bytes.length < DESTINATION_OFFSET + 4) return
    const server = new DataView(bytes.buffer, bytes.byteOffset).getUint32(DESTINATION_OFFSET)
    const before = this.#lastAt.get(server)
    this.#lastAt.set(server, at)
    this.#counts.set(server, (this.#counts.get(server) ?? 0) + 1)
    if (before !== undefined && this.#latenessMs.length < SAMPLES_MAX) {
      this.#latenessMs.push((at - before - this.#periodUs) / 1_000)
    }
  }
}
