// The configuration that runs, as it is kept for whoever asks: as it was written, with secrets replaced by digests
// under a salt of this load, so that the asker can tell whether a password changes without either side showing one. It
// is packed where the file was read; the daemon's main thread only keeps the bytes and hands them out.

import { createHmac, randomBytes } from 'node:crypto'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { WrittenConfig } from '../../config/model.ts'
import { type Digest, maskSecrets } from '../../config/plan/mask.ts'
import { messageOf } from '../../lib/errors.ts'

export interface MaskedConfig {
  /** Without the model's load-balancing part: what is written says the same. */
  readonly config: WrittenConfig
  readonly salt: string
}

/** A configuration of linesMax lines is below this. */
const unpackedBytesMax = 512 * 1024 * 1024

export function maskedConfig(config: WrittenConfig): MaskedConfig {
  const salt = randomBytes(16).toString('hex')
  const { lvs: _, ...compared } = config
  return { config: maskSecrets(compared, digestWith(salt)), salt }
}

/** A masked configuration as compressed JSON: 100,000 lines become half a megabyte. */
export function packConfig(config: WrittenConfig): Uint8Array {
  const text = JSON.stringify(maskedConfig(config))
  return new Uint8Array(deflateRawSync(text, { level: constants.Z_BEST_SPEED }))
}

export function digestWith(salt: string): Digest {
  return secret => createHmac('sha256', salt).update(secret).digest('hex')
}

/** What `packConfig` was given, if these are its bytes in base64; the shape is for the caller to look at. */
export function unpackConfig(packed: string): unknown {
  try {
    const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: unpackedBytesMax }).toString('utf8')
    return JSON.parse(text, reviveAbsent)
  } catch (thrown) {
    // Looked at by whoever checks the shape.
    return messageOf(thrown)
  }
}

/** JSON has no `undefined`: a value that was left out in a statement came as null. */
function reviveAbsent(key: string, value: unknown): unknown {
  return key === 'values' && Array.isArray(value) ? value.map(each => each ?? undefined) : value
}
