// The running configuration as the control socket gives it: as it was written, with secrets replaced by digests under a salt of
// this load, so that the asker can tell whether a password changes without either side showing one. It is packed where the file
// was read; the daemon's main thread only keeps the bytes and hands them out.

import { createHmac, randomBytes } from 'node:crypto'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { WrittenConfig } from '../../config/model.ts'
import { type Digest, maskSecrets } from '../../config/plan/mask.ts'
import type { Role, Roles } from '../../config/plan/part.ts'
import { messageOf } from '../../lib/errors.ts'
import { isRecord } from '../../lib/record.ts'
import { err, ok, type Result } from '../../lib/result.ts'

export interface MaskedConfig {
  /** Without the model's load-balancing part: what is written says the same. */
  readonly config: WrittenConfig
  readonly salt: string
}

export interface ConfigAnswer extends MaskedConfig {
  readonly roles: Roles
  /** The interfaces that the daemon sees, which need not be those of the asker. */
  readonly interfaces: readonly string[]
}

/** What travels as JSON; `packed` is base64. */
export interface ConfigAnswerMessage {
  readonly packed: string
  readonly roles: Roles
  readonly interfaces: readonly string[]
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

/** The answer to `config`, made of what `packConfig` gave. */
export function configAnswer(packed: Uint8Array, roles: Roles, interfaces: readonly string[]): ConfigAnswerMessage {
  return { packed: Buffer.from(packed).toString('base64'), roles, interfaces }
}

export function digestWith(salt: string): Digest {
  return secret => createHmac('sha256', salt).update(secret).digest('hex')
}

/** The value of a response; the error is a phrase for people. */
export function readConfigAnswer(value: unknown): Result<ConfigAnswer, string> {
  if (!isRecord(value) || typeof value.packed !== 'string') return notUnderstood
  const { packed, roles, interfaces } = value
  const masked = unpack(packed)
  if (!isMasked(masked) || !isRoles(roles) || !isTexts(interfaces)) return notUnderstood
  return ok({ config: masked.config, salt: masked.salt, roles, interfaces })
}

const notUnderstood = err('the daemon gave no configuration that is understood; is it of another version?')

function unpack(packed: string): unknown {
  try {
    const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: unpackedBytesMax }).toString('utf8')
    return JSON.parse(text)
  } catch (thrown) {
    // Looked at by whoever checks the shape.
    return messageOf(thrown)
  }
}

/** Only the frame: what is in it was made by our own loader. */
function isMasked(value: unknown): value is MaskedConfig {
  return isRecord(value) && typeof value.salt === 'string' && isConfig(value.config)
}

function isConfig(value: unknown): value is WrittenConfig {
  if (!isRecord(value) || !isRecord(value.global)) return false
  const lists = ['scripts', 'instances', 'syncGroups', 'settings']
  return lists.every(name => Array.isArray(value[name]))
}

const roleNames: readonly Role[] = ['init', 'backup', 'master', 'fault']

function isRoles(value: unknown): value is Roles {
  return isRecord(value) && Object.values(value).every(role => roleNames.some(name => name === role))
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}
