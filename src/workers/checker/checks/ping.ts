// PING_CHECK: one ICMP echo at a time over an unprivileged datagram socket (icmp(7)), which is kept as long as it works, so that
// the kernel's identifier stays the same. keepalived.conf(5) `PING_CHECK`.

import type { Socket } from 'node:dgram'
import type { PingChecker } from '../../../config/blocks/checker/model.ts'
import { type Family, familyOf } from '../../../lib/ip.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { CheckResult } from '../core/check-state.ts'
import { encodeEcho, isReply } from '../core/echo-message.ts'
import { codeOf, refusalOf } from './connection.ts'
import { awaitDatagram, closeQuietly, connectDatagram } from './datagram.ts'

const sequenceMax = 0xffff

export class PingMaker {
  readonly #checker: PingChecker
  readonly #family: Family
  #socket: Socket | undefined
  #sequence = 0
  #closed = false

  constructor(checker: PingChecker) {
    this.#checker = checker
    this.#family = familyOf(checker.target.address)
  }

  async check(): Promise<CheckResult> {
    let result: CheckResult
    try {
      result = await this.#ping()
    } catch (thrown) {
      result = refusalOf(thrown)
    }
    if (result.kind !== 'passed' || this.#closed) this.#drop()
    return result
  }

  close(): void {
    this.#closed = true
    this.#drop()
  }

  async #ping(): Promise<CheckResult> {
    this.#socket ??= await connectDatagram(this.#checker.target, 'icmp')
    const sequence = this.#next()
    const timeoutMs = this.#checker.target.connectTimeoutUs / usPerMs
    const family = this.#family
    const answer = awaitDatagram(this.#socket, timeoutMs, bytes => isReply(family, sequence, bytes) || undefined)
    this.#socket.send(encodeEcho(family, sequence))
    const outcome = await answer
    if (outcome === 'timeout') return { kind: 'failed', reason: 'no reply' }
    if ('error' in outcome) return { kind: 'failed', reason: codeOf(outcome.error) ?? outcome.error.message }
    return { kind: 'passed' }
  }

  #next(): number {
    this.#sequence = (this.#sequence % sequenceMax) + 1
    return this.#sequence
  }

  #drop(): void {
    if (this.#socket !== undefined) closeQuietly(this.#socket)
    this.#socket = undefined
    this.#sequence = 0
  }
}
