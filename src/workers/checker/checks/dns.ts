// DNS_CHECK: one question over UDP; any answer without an error code will do. Foreign and short datagrams are ignored and waiting
// goes on. keepalived.conf(5) `DNS_CHECK`, RFC 1035.

import { randomInt } from 'node:crypto'
import type { DnsChecker } from '../../../config/blocks/checker/model.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { CheckResult } from '../core/check-state.ts'
import { encodeQuery, judgeAnswer, rcodeName } from '../core/dns-message.ts'
import { codeOf, refusalOf } from './connection.ts'
import { awaitDatagram, closeQuietly, connectDatagram } from './datagram.ts'

export async function checkDns(checker: DnsChecker): Promise<CheckResult> {
  const id = randomInt(0x10000)
  const query = encodeQuery(id, checker.queryName, checker.queryType)
  if (query === undefined) return { kind: 'skipped', reason: `${checker.queryName} is no domain name` }
  try {
    return await ask(checker, id, query)
  } catch (thrown) {
    return refusalOf(thrown)
  }
}

async function ask(checker: DnsChecker, id: number, query: Uint8Array): Promise<CheckResult> {
  const socket = await connectDatagram(checker.target, 'datagram')
  try {
    const timeoutMs = checker.target.connectTimeoutUs / usPerMs
    const answer = awaitDatagram(socket, timeoutMs, bytes => judgeAnswer(bytes, id))
    socket.send(query)
    const outcome = await answer
    if (outcome === 'timeout') return { kind: 'failed', reason: 'no answer' }
    if ('error' in outcome) return { kind: 'failed', reason: codeOf(outcome.error) ?? outcome.error.message }
    const { rcode } = outcome.value
    return rcode === 0 ? { kind: 'passed' } : { kind: 'failed', reason: `answer ${rcodeName(rcode)}` }
  } finally {
    closeQuietly(socket)
  }
}
