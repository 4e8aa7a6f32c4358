// The classic pcap stream that `tcpdump -w -` writes, cut into records as it arrives, and the same format for files.

const FILE_HEADER_LENGTH = 24
const RECORD_HEADER_LENGTH = 16

export interface CapturedFrame {
  /** Microseconds since the epoch. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** Feeds on chunks of any size and hands out whole records. Little-endian, microseconds, as this host writes. */
export class PcapReader {
  readonly #take: (frame: CapturedFrame) => void
  #pending: Buffer = Buffer.alloc(0)
  #headerSeen = false

  constructor(take: (frame: CapturedFrame) => void) {
    this.#take = take
  }

  feed(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    if (!this.#headerSeen) this.#readFileHeader()
    if (this.#headerSeen) this.#readRecords()
  }

  #readFileHeader(): void {
    if (this.#pending.length < FILE_HEADER_LENGTH) return
    const magic = this.#pending.readUInt32LE(0)
    if (magic !== 0xa1b2c3d4) throw new Error(`not a pcap stream: ${magic.toString(16)}`)
    this.#pending = this.#pending.subarray(FILE_HEADER_LENGTH)
    this.#headerSeen = true
  }

  #readRecords(): void {
    let offset = 0
    while (this.#pending.length - offset >= RECORD_HEADER_LENGTH) {
      const end = offset + RECORD_HEADER_LENGTH + this.#pending.readUInt32LE(offset + 8)
      if (this.#pending.length < end) break
      const at = this.#pending.readUInt32LE(offset) * 1_000_000 + this.#pending.readUInt32LE(offset + 4)
      this.#take({ at, bytes: Uint8Array.from(this.#pending.subarray(offset + RECORD_HEADER_LENGTH, end)) })
      offset = end
    }
    this.#pending = this.#pending.subarray(offset)
  }
}

/** A pcap file of Ethernet frames. */
export function encodePcap(frames: readonly CapturedFrame[]): Buffer {
  const header = Buffer.alloc(FILE_HEADER_LENGTH)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65_535, 16)
  header.writeUInt32LE(1, 20)
  return Buffer.concat([header, ...frames.flatMap(encodeRecord)])
}

function encodeRecord(frame: CapturedFrame): Buffer[] {
  const header = Buffer.alloc(RECORD_HEADER_LENGTH)
  header.writeUInt32LE(Math.floor(frame.at / 1_000_000), 0)
  header.writeUInt32LE(frame.at % 1_000_000, 4)
  header.writeUInt32LE(frame.bytes.length, 8)
  header.writeUInt32LE(frame.bytes.length, 12)
  return [header, Buffer.from(frame.bytes)]
}
