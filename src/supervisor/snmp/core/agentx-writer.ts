// The encoding of AgentX data types, network byte order. RFC 2741 §5.

import { INTERNET, typeNumbers } from './agentx-type.ts'
import { beginsWith, type Oid } from './oid.ts'
import type { Varbind } from './value.ts'

export class AgentxWriter {
  readonly #bytes: number[] = []

  get length(): number {
    return this.#bytes.length
  }

  bytes(...bytes: readonly number[]): void {
    this.#bytes.push(...bytes)
  }

  uint16(value: number): void {
    this.#bytes.push((value >>> 8) & 255, value & 255)
  }

  /** Also takes negative numbers, as two's complement. */
  uint32(value: number): void {
    this.#bytes.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
  }

  oid(oid: Oid): void {
    const prefix = oid[INTERNET.length]
    const short = beginsWith(oid, INTERNET) && prefix !== undefined && prefix >= 1 && prefix <= 255
    const rest = short ? oid.slice(INTERNET.length + 1) : oid
    this.bytes(rest.length, short ? prefix : 0, 0, 0)
    for (const subid of rest) this.uint32(subid)
  }

  octets(octets: Uint8Array): void {
    this.uint32(octets.length)
    for (const byte of octets) this.#bytes.push(byte)
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0)
  }

  varbind({ oid, value }: Varbind): void {
    this.uint16(typeNumbers[typeof value === 'string' ? value : value.type])
    this.uint16(0)
    this.oid(oid)
    if (typeof value === 'string') return
    switch (value.type) {
      case 'integer':
      case 'counter32':
      case 'gauge32':
      case 'ticks':
        this.uint32(value.value)
        return
      case 'counter64':
        this.uint32(Number(value.value >> 32n))
        this.uint32(Number(value.value & 0xffffffffn))
        return
      case 'octets':
      case 'ip-address':
        this.octets(value.value)
        return
      case 'oid':
        this.oid(value.value)
    }
  }

  /** What was written. */
  taken(): readonly number[] {
    return this.#bytes
  }
}
