// A configuration without its secrets: each password is replaced by a digest, so that two configurations can be compared where
// the passwords of one must not be shown. Commands keep what is written in their arguments.

import type { GlobalDefs } from '../blocks/global/model.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import type { Setting, WrittenConfig } from '../model.ts'

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
    settings: config.settings.map(setting => maskSetting(setting, undefined, mask)),
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

function maskInstance(instance: VrrpInstance, mask: Digest): VrrpInstance {
  const { authentication } = instance
  if (authentication.type === 'none') return instance
  return { ...instance, authentication: { ...authentication, password: mask(authentication.password) } }
}

function maskSetting(setting: Setting, parent: string | undefined, mask: Digest): Setting {
  const { keyword } = setting
  // `key NUMBER SECRET` of auth_hmac: the number stays.
  const from =
    keyword === 'auth_pass' || keyword === 'password' ? 0 : keyword === 'key' && parent === 'auth_hmac' ? 1 : 99
  return {
    ...setting,
    values: setting.values.map((value, i) => (i >= from && value !== null ? mask(String(value)) : value)),
    options: setting.options.map(option => maskSetting(option, keyword, mask)),
    children: setting.children.map(child => maskSetting(child, keyword, mask)),
  }
}
