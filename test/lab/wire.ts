// The observer on the lab's bridge: every VRRP advert, gratuitous ARP and unsolicited NA, with the kernel's time stamps.

import type { ChildProcess } from 'node:child_process'
import { spawnIn } from './command.ts'
import type { WireEvent } from './event.ts'
import { decodeFrame } from './frame.ts'
import { type CapturedFrame, encodePcap, PcapReader } from './pcap.ts'

const FILTER = 'ip proto 112 or ip proto 51 or ip6 proto 112 or arp or (icmp6 and ip6[40] == 136)'
/** Frames kept for files; older ones go first. */
const KEPT_FRAMES_MAX = 100_000

export class WireObserver {
  readonly #take: (event: WireEvent) => void
  readonly #nameOf: (mac: string) => string
  readonly #frames: CapturedFrame[] = []
  #tcpdump: ChildProcess | undefined

  constructor(take: (event: WireEvent) => void, nameOf: (mac: string) => string) {
    this.#take = take
    this.#nameOf = nameOf
  }

  /** Resolves when the capture runs. */
  async start(namespace: string): Promise<void> {
    const tcpdump = spawnIn(namespace, [
      'tcpdump',
      '-i',
      'br0',
      '--immediate-mode',
      '-B',
      '16384',
      '-U',
      '-w',
      '-',
      FILTER,
    ])
    this.#tcpdump = tcpdump
    const reader = new PcapReader(frame => this.#onFrame(frame))
    tcpdump.stdout?.on('data', (chunk: Buffer) => reader.feed(chunk))
    await new Promise<void>((resolve, reject) => {
      let said = ''
      tcpdump.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('listening on')) resolve()
      })
      tcpdump.once('error', reject)
      tcpdump.once('exit', () => reject(new Error(`tcpdump ended: ${said}`)))
    })
  }

  stop(): void {
    this.#tcpdump?.kill('SIGKILL')
  }

  /** The frames seen so far that `wanted` picks by source node, as a pcap file. */
  pcap(wanted: (from: string) => boolean): Buffer {
    return encodePcap(this.#frames.filter(frame => wanted(this.#nameOf(macOf(frame)))))
  }

  #onFrame(frame: CapturedFrame): void {
    this.#frames.push(frame)
    if (this.#frames.length > KEPT_FRAMES_MAX) this.#frames.shift()
    const event = decodeFrame(frame, this.#nameOf)
    if (event !== undefined) this.#take(event)
  }
}

function macOf(frame: CapturedFrame): string {
  return Array.from(frame.bytes.subarray(6, 12), byte => byte.toString(16).padStart(2, '0')).join(':')
}
