// UDP_CHECK: a server is down if it is unreachable, or if an answer is wanted and none comes or a wrong one. keepalived.conf(5)
// `UDP_CHECK`. Trouble with the socket counts as a failure, as in keepalived.

import type { UdpChecker } from '../../../config/blocks/checker/model.ts'
import { messageOf } from '../../../lib/errors.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { CheckResult } from '../core/check-state.ts'
import { filler, replyFault } from '../core/udp-reply.ts'
import { codeOf } from './connection.ts'
import { awaitDatagram, closeQuietly, connectDatagram } from './datagram.ts'

const payloadDefaultBytes = 32

export async function checkUdp(checker: UdpChecker): Promise<CheckResult> {
  try {
    return await ask(checker)
  } catch (thrown) {
    return { kind: 'failed', reason: codeOf(thrown) ?? messageOf(thrown) }
  }
}

async function ask(checker: UdpChecker): Promise<CheckResult> {
  const socket = await connectDatagram(checker.target, 'datagram')
  try {
    const answer = awaitDatagram(socket, checker.target.connectTimeoutUs / usPerMs, bytes => bytes)
    socket.send(checker.payload.length > 0 ? checker.payload : filler(payloadDefaultBytes))
    const outcome = await answer
    if (outcome === 'timeout') return checker.requireReply ? { kind: 'failed', reason: 'no reply' } : { kind: 'passed' }
    if ('error' in outcome) return { kind: 'failed', reason: codeOf(outcome.error) ?? outcome.error.message }
    const fault = replyFault(checker, outcome.value)
    return fault === undefined ? { kind: 'passed' } : { kind: 'failed', reason: fault }
  } finally {
    closeQuietly(socket)
  }
}
