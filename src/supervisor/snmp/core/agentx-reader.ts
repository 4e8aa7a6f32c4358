// The decoding of AgentX data types in either byte order. RFC 2741 §5. Never throws and never reads beyond the end: `failed`
// says that what was read is worth nothing.

import { INTERNET, OPAQUE, SUBIDS_MAX, typeNumbers } from './agentx-type.ts'
import type { Oid } from './oid.ts'
import type { Value, Varbind } from './value.ts'

/** §5.2: from `start` (itself only with `include`) up to, but without, `end`. An empty `end` is no bound. */
export interface SearchRange {
  readonly start: Oid
  readonly include: boolean
  readonly end: Oid
}

export class AgentxReader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  readonly #little: boolean
  #at = 0
  #failed = false

  constructor(bytes: Uint8Array, little: boolean) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#little = little
  }

  get failed(): boolean {
    return this.#failed
  }

  uint16(): number {
    const at = this.#take(2)
    return at === undefined ? 0 : this.#view.getUint16(at, this.#little)
  }

  uint32(): number {
    const at = this.#take(4)
    return at === undefined ? 0 : this.#view.getUint32(at, this.#little)
  }

  octets(): Uint8Array {
    const length = this.uint32()
    const at = this.#take(length + (-length & 3))
    return at === undefined ? new Uint8Array(0) : this.#bytes.slice(at, at + length)
  }

  oid(): { readonly oid: Oid; readonly include: boolean } {
    const at = this.#take(4)
    if (at === undefined) return { oid: [], include: false }
    const [count, prefix, include] = this.#bytes.subarray(at, at + 3)
    if (count! > SUBIDS_MAX) this.#failed = true
    const oid: number[] = prefix === 0 ? [] : [...INTERNET, prefix!]
    for (let i = 0; i < count! && !this.#failed; i++) oid.push(this.uint32())
    return { oid, include: include !== 0 }
  }

  /** To the end of the PDU. */
  ranges(): readonly SearchRange[] {
    const ranges: SearchRange[] = []
    while (this.#more()) {
      const { oid: start, include } = this.oid()
      ranges.push({ start, include, end: this.oid().oid })
    }
    return ranges
  }

  /** To the end of the PDU. */
  varbinds(): readonly Varbind[] {
    const varbinds: Varbind[] = []
    while (this.#more()) {
      const type = this.uint16()
      this.uint16()
      const { oid } = this.oid()
      varbinds.push({ oid, value: this.#value(type) })
    }
    return varbinds
  }

  #value(type: number): Varbind['value'] {
    const numeric = ['counter32', 'gauge32', 'ticks'] as const
    const name = numeric.find(each => typeNumbers[each] === type)
    if (name !== undefined) return { type: name, value: this.uint32() }
    switch (type) {
      case typeNumbers.integer:
        return { type: 'integer', value: this.uint32() | 0 }
      case typeNumbers.octets:
      case OPAQUE:
        return { type: 'octets', value: this.octets() }
      case typeNumbers['ip-address']:
        return { type: 'ip-address', value: this.octets() }
      case typeNumbers.oid:
        return { type: 'oid', value: this.oid().oid }
      case typeNumbers.counter64:
        return this.#counter64()
      case typeNumbers.null:
        return 'null'
      case typeNumbers['no-such-object']:
        return 'no-such-object'
      case typeNumbers['no-such-instance']:
        return 'no-such-instance'
      case typeNumbers['end-of-mib-view']:
        return 'end-of-mib-view'
    }
    this.#failed = true
    return 'null'
  }

  #counter64(): Value {
    const at = this.#take(8)
    return { type: 'counter64', value: at === undefined ? 0n : this.#view.getBigUint64(at, this.#little) }
  }

  #more(): boolean {
    return !this.#failed && this.#at < this.#bytes.length
  }

  #take(length: number): number | undefined {
    const at = this.#at
    if (this.#failed || length > this.#bytes.length - at) {
      this.#failed = true
      return undefined
    }
    this.#at = at + length
    return at
  }
}
