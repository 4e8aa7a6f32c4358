// Judges an answer to UDP_CHECK, and makes the text that is sent where none is configured. Pure. keepalived.conf(5)
// `require_reply`, `min_reply_length`, `max_reply_length`.

import type { UdpChecker } from '../../../config/blocks/checker/model.ts'

const text = 'keepalived check - '

/** keepalived's own payload: its text over and over, cut to the length. */
export function filler(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => text.charCodeAt(i % text.length))
}

/** Why the answer is not what is wanted; undefined: it is. The lengths count also without a pattern, as the manual says. */
export function replyFault(checker: UdpChecker, reply: Uint8Array): string | undefined {
  if (!checker.requireReply) return undefined
  if (reply.length < checker.replyLengthMin) return `a reply of ${reply.length} bytes is too short`
  if (reply.length > checker.replyLengthMax) return `a reply of ${reply.length} bytes is too long`
  const length = Math.min(reply.length, checker.reply.length)
  for (let i = 0; i < length; i++) {
    if (((reply[i]! ^ checker.reply[i]!) & checker.replyMask[i]!) !== 0) return `the reply differs at byte ${i}`
  }
  return undefined
}
