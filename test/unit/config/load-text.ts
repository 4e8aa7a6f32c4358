// Loads a configuration from text in memory, on a host with eth0 and eth1 and a few commands.

import type { VrrpInstance } from '../../../src/config/blocks/instance/model.ts'
import type { LoadOptions, LoadResult } from '../../../src/config/load.ts'
import { loadConfig } from '../../../src/config/load.ts'
import type { WrittenConfig } from '../../../src/config/model.ts'
import type { Diagnostic } from '../../../src/config/report/diagnostic.ts'
import type { MemoryFile } from './memory-files.ts'
import { memoryFiles } from './memory-files.ts'

const program = { text: '', executable: true }
const commands = {
  '/usr/bin/true': program,
  '/usr/bin/false': program,
  '/usr/bin/[': program,
  '/usr/bin/curl': program,
  '/usr/bin/killall': program,
}

export interface HostOptions extends Partial<LoadOptions> {
  readonly interfaces?: readonly string[]
  readonly files?: never
  readonly others?: Readonly<Record<string, string | MemoryFile>>
}

/** Loads `text` as the main file `main.conf`; `others` are further files by name. */
export function loadText(text: string, options: HostOptions = {}): LoadResult {
  const { interfaces = ['lo', 'eth0', 'eth1'], others = {}, ...rest } = options
  return loadConfig('main.conf', {
    configId: 'node1',
    environment: { PATH: '/usr/bin:/bin' },
    allIncludeChecks: false,
    random: () => 0.5,
    interfaceExists: name => interfaces.includes(name),
    interfaceNames: () => interfaces,
    strictKeepalived: false,
    hostName: 'node1.example',
    ...rest,
    files: memoryFiles({ 'main.conf': text, ...commands, ...others }),
  })
}

/** The model of a text that must load. */
export function configOf(text: string, options: HostOptions = {}): WrittenConfig {
  const { config, diagnostics } = loadText(text, options)
  if (config === undefined) throw new Error(`does not load: ${diagnostics.map(each => each.message).join('; ')}`)
  return config
}

/** The only instance of a vrrp_instance body, on eth0 with VRID 51 and one IPv4 address unless the body has its own. */
export function instanceOf(body: string, options: HostOptions & { readonly before?: string } = {}): VrrpInstance {
  const { before = '', ...rest } = options
  const instance = configOf(before + instanceText(body), rest).instances[0]
  if (instance === undefined) throw new Error('no instance')
  return instance
}

/** A vrrp_instance A with this body; what it does not say is filled in. */
export function instanceText(body: string): string {
  const interfaceLine = /\binterface /.test(body) ? '' : '  interface eth0\n'
  const vridLine = body.includes('virtual_router_id') ? '' : '  virtual_router_id 51\n'
  const addresses = /\bvirtual_ipaddress\b/.test(body) ? '' : '  virtual_ipaddress {\n    192.0.2.9/24\n  }\n'
  return `vrrp_instance A {\n${interfaceLine}${vridLine}${body}\n${addresses}}\n`
}

/** The diagnostics without the advice on scripts that every small example would get. */
export function problemsOf(text: string, options: HostOptions = {}): readonly Diagnostic[] {
  return loadText(text, options).diagnostics
}

/** `KA1201 3:5`: code, line and column of each diagnostic. */
export function marks(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, span }) => (span === undefined ? code : `${code} ${span.line}:${span.column}`))
}
