// The running configuration as an answer to `keepalived-ts plan`, along with what only the daemon knows: the role of
// each instance, and the interfaces that it sees.

import type { WrittenConfig } from '../../config/model.ts'
import type { Role, Roles } from '../../config/plan/item.ts'
import { isRecord } from '../../lib/record.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { type MaskedConfig, unpackConfig } from '../loading/packed-config.ts'

export interface ConfigAnswer extends MaskedConfig {
  readonly roles: Roles
  /** The interfaces that the daemon sees, which need not be those of the asker. */
  readonly interfaces: readonly string[]
  readonly source: ConfigSourceFile
}

/** The file that the daemon runs, and as which node (`-i`) it reads it. */
interface ConfigSourceFile {
  readonly path: string
  readonly configId: string
}

/** What travels as JSON; `packed` is base64. */
export interface ConfigAnswerMessage {
  readonly packed: string
  readonly roles: Roles
  readonly interfaces: readonly string[]
  readonly source: ConfigSourceFile
}

/** The answer to `config`, made of what `packConfig` gave. */
export function configAnswer(
  packed: Uint8Array,
  roles: Roles,
  interfaces: readonly string[],
  source: ConfigSourceFile,
): ConfigAnswerMessage {
  return { packed: Buffer.from(packed).toString('base64'), roles, interfaces, source }
}

/** The value of a response; the error is a phrase for people. */
export function readConfigAnswer(value: unknown): Result<ConfigAnswer, string> {
  if (!isRecord(value) || typeof value.packed !== 'string') return notUnderstood
  const { packed, roles, interfaces, source } = value
  const masked = unpackConfig(packed)
  if (!isMasked(masked) || !isRoles(roles) || !isTexts(interfaces) || !isSource(source)) return notUnderstood
  return ok({ config: masked.config, salt: masked.salt, roles, interfaces, source })
}

const notUnderstood = err('the daemon gave no configuration that is understood; is it of another version?')

/** Checks the outer fields only; our own loader made what is inside. */
function isMasked(value: unknown): value is MaskedConfig {
  return isRecord(value) && typeof value.salt === 'string' && isConfig(value.config)
}

function isConfig(value: unknown): value is WrittenConfig {
  if (!isRecord(value) || !isRecord(value.global)) return false
  const lists = ['scripts', 'instances', 'syncGroups', 'settings']
  return lists.every(name => Array.isArray(value[name])) && areStatements(value.settings)
}

const roleNames: readonly Role[] = ['init', 'backup', 'master', 'fault']

function isRoles(value: unknown): value is Roles {
  return isRecord(value) && Object.values(value).every(role => roleNames.some(name => name === role))
}

function isSource(value: unknown): value is ConfigSourceFile {
  return isRecord(value) && typeof value.path === 'string' && typeof value.configId === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}

/** A daemon of an earlier version gave its statements in another form. */
function areStatements(settings: unknown): boolean {
  return Array.isArray(settings) && settings.every(each => isRecord(each) && typeof each.name === 'string')
}
