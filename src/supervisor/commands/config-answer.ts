// The running configuration as the control socket gives it: with secrets replaced by digests under a salt of this answer, so that
// the asker can tell whether a password changes without either side showing one.

import { createHmac, randomBytes } from 'node:crypto'
import type { Config } from '../../config/model.ts'
import { type Digest, maskSecrets } from '../../config/plan/mask.ts'
import type { Role, Roles } from '../../config/plan/part.ts'
import { err, ok, type Result } from '../../lib/result.ts'

export interface ConfigAnswer {
  readonly config: Config
  readonly salt: string
  readonly roles: Roles
}

export function configAnswer(config: Config, roles: Roles): ConfigAnswer {
  const salt = freshSalt()
  return { config: maskSecrets(config, digestWith(salt)), salt, roles }
}

export function freshSalt(): string {
  return randomBytes(16).toString('hex')
}

export function digestWith(salt: string): Digest {
  return secret => createHmac('sha256', salt).update(secret).digest('hex')
}

/** The value of a response; the error is a phrase for people. */
export function readConfigAnswer(value: unknown): Result<ConfigAnswer, string> {
  if (!isRecord(value) || typeof value.salt !== 'string' || !isConfig(value.config) || !isRoles(value.roles)) {
    return err('the daemon gave no configuration that is understood; is it of another version?')
  }
  return ok({ config: value.config, salt: value.salt, roles: value.roles })
}

/** Only the frame: what is in it was made by our own loader. */
function isConfig(value: unknown): value is Config {
  if (!isRecord(value) || !isRecord(value.global)) return false
  const lists = ['scripts', 'instances', 'syncGroups', 'settings']
  return lists.every(name => Array.isArray(value[name]))
}

const roleNames: readonly Role[] = ['init', 'backup', 'master', 'fault']

function isRoles(value: unknown): value is Roles {
  return isRecord(value) && Object.values(value).every(role => roleNames.some(name => name === role))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
