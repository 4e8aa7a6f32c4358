// SMTP_CHECK: greeting, HELO, QUIT, and nothing else. Each read has its own time limit. keepalived.conf(5) `SMTP_CHECK`.

import type { SmtpChecker } from '../../../config/blocks/checker/model.ts'
import { usPerMs } from '../../../lib/time.ts'
import type { CheckResult } from '../core/check-state.ts'
import { replyBytesMax, replyCode } from '../core/smtp-reply.ts'
import { ByteStream } from './byte-stream.ts'
import { connectTcp } from './connection.ts'

const ready = 220
const done = 250
/** A reply that comes in drips may take this many times the timeout of a single read. */
const replyTimeoutsMax = 3

export async function checkSmtp(checker: SmtpChecker): Promise<CheckResult> {
  const attempt = await connectTcp(checker.target)
  if (!attempt.ok) return attempt.error
  try {
    const timeoutMs = checker.target.connectTimeoutUs / usPerMs
    return await talk(checker, new ByteStream(attempt.value, timeoutMs), timeoutMs)
  } finally {
    attempt.value.destroy()
  }
}

async function talk(checker: SmtpChecker, stream: ByteStream, timeoutMs: number): Promise<CheckResult> {
  const greeting = await reply(stream, timeoutMs)
  if (typeof greeting === 'string') return { kind: 'failed', reason: greeting }
  if (greeting !== ready) return { kind: 'failed', reason: 'Bad greeting banner from server' }
  stream.write(`HELO ${checker.heloName}\r\n`)
  const helo = await reply(stream, timeoutMs)
  if (typeof helo === 'string') return { kind: 'failed', reason: helo }
  if (helo !== done) return { kind: 'failed', reason: 'Bad HELO response from server' }
  stream.write('QUIT\r\n')
  const quit = await reply(stream, timeoutMs)
  return typeof quit === 'string' ? { kind: 'failed', reason: quit } : { kind: 'passed' }
}

/** The code of the next reply, or what went wrong in keepalived's words. */
async function reply(stream: ByteStream, timeoutMs: number): Promise<number | string> {
  let text = ''
  stream.limit(replyTimeoutsMax * timeoutMs)
  while (text.length <= replyBytesMax) {
    const piece = await stream.read()
    if (piece === 'timeout' || piece === 'overdue') return 'Read timeout from server'
    if (typeof piece === 'string') return 'Read failure from server'
    text += Buffer.from(piece).toString('latin1')
    const code = replyCode(text)
    if (code !== undefined) return code
  }
  return 'Read failure from server'
}
