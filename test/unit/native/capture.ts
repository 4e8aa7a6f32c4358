// Bytes that were captured from keepalived, as text.

import { LITTLE_ENDIAN } from '../../../src/native/libc.ts'

/** Why a comparison with a capture cannot be made here; false: it can. */
export const skip = !LITTLE_ENDIAN && 'the captures are little-endian'

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

export function captured(text: string): string {
  return text.replaceAll(/\s/g, '')
}
