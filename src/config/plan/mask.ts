// A configuration without its secrets: each password is replaced by a digest, so that two configurations can be
// compared where the passwords of one must not be shown. What is written is masked by the mark `secret` of its row, so
// a new secret needs nothing here; where the model keeps it, secrets.test.ts demands that it is masked too. Commands
// keep what is written in their arguments.

import { given } from '../blocks/context.ts'
import type { GlobalDefs } from '../blocks/global/model.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import { grammar } from '../blocks/keywords.ts'
import type { LvsConfig } from '../blocks/server/model.ts'
import type { Statement } from '../language/entry.ts'
import { type KeywordSpec, lineSpec } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'

/** What a masked value begins with. */
const maskPrefix = 'hidden:'

/** How a masked value is shown. */
export const maskedText = '(hidden)'

/** `digest` must give different texts for different secrets; it is not undone anywhere. */
export type Digest = (secret: string) => string

/** The same configuration with every secret masked. */
export function maskSecrets(config: WrittenConfig, digest: Digest): WrittenConfig {
  const mask = (secret: string) => maskPrefix + digest(secret)
  return {
    ...config,
    global: maskGlobal(config.global, mask),
    instances: config.instances.map(instance => maskInstance(instance, mask)),
    ...given('lvs', config.lvs && maskLvs(config.lvs, mask)),
    settings: config.settings.map(each => maskStatement(each, lineSpec(grammar, each.keyword), mask)),
  }
}

export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith(maskPrefix)
}

function maskGlobal(global: GlobalDefs, mask: Digest): GlobalDefs {
  const { smtpServer } = global
  if (smtpServer?.password === undefined) return global
  return { ...global, smtpServer: { ...smtpServer, password: mask(smtpServer.password) } }
}

function maskLvs(lvs: LvsConfig, mask: Digest): LvsConfig {
  const { ssl } = lvs
  return ssl?.password === undefined ? lvs : { ...lvs, ssl: { ...ssl, password: mask(ssl.password) } }
}

function maskInstance(instance: VrrpInstance, mask: Digest): VrrpInstance {
  const { authentication } = instance
  if (authentication.type === 'none') return instance
  return { ...instance, authentication: { ...authentication, password: mask(authentication.password) } }
}

/** Plain data: nothing of an entry but what a statement has goes out. */
function maskStatement(statement: Statement, spec: KeywordSpec | undefined, mask: Digest): Statement {
  const { keyword, name, at, values, options, children } = statement
  const optionSpec = (word: string) => spec?.options.find(option => option.keyword === word)
  return {
    keyword,
    name,
    at,
    values: values.map((value, i) => (value !== undefined && isSecret(spec, i) ? mask(String(value)) : value)),
    options: options.map(option => maskStatement(option, optionSpec(option.keyword), mask)),
    children: children.map(child => maskStatement(child, lineSpec(spec, child.keyword), mask)),
  }
}

/** A statement that the tables do not know cannot be here; if it were, all of it would be masked. */
function isSecret(spec: KeywordSpec | undefined, at: number): boolean {
  return spec === undefined || (spec.args[at] ?? spec.args.at(-1))?.secret === true
}
