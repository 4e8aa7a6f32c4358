// Which program files a configuration runs, where it says so and as whom: the command itself, and the script that an
// interpreter is given (`/bin/sh /etc/keepalived/check.sh`). Commands of which only a shell knows the program are left out.

import type { Site } from '../advice/finding.ts'
import { miscOwn, urlOwn } from '../blocks/checker/keywords.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import { grammar, topLevel } from '../blocks/keywords.ts'
import { shellFor } from '../blocks/script/shell-syntax.ts'
import { parseScriptWords } from '../blocks/script/words.ts'
import { vrrpScript } from '../blocks/tracking/keywords.ts'
import type { FileFacts, UserNames } from '../host/facts.ts'
import { is, isOneOf, read, type Statement } from '../language/entry.ts'
import { type KeywordSpec, lineSpec, type Row } from '../language/spec.ts'
import type { WrittenConfig } from '../model.ts'

export interface ProgramUse {
  /** Absolute. */
  readonly path: string
  readonly site: Site
  readonly chosen: UserNames
  /** The file is run by the kernel, so it must be executable; otherwise an interpreter reads it. */
  readonly executed: boolean
  /** The loader has looked whether the command is there. */
  readonly missingIsKnown: boolean
}

/** Keywords whose missing command the loader reports; those of a sync group are called alike. */
const lookedFor: readonly Row[] = [
  vrrpScript.script,
  vrrpInstance.notify,
  vrrpInstance.notifyMaster,
  vrrpInstance.notifyBackup,
  vrrpInstance.notifyFault,
  vrrpInstance.notifyStop,
  vrrpInstance.notifyDeleted,
  vrrpInstance.notifyMasterRxLowerPri,
]

/** Keywords with another one beside them that names the user. */
const withUserBeside: readonly Row[] = [vrrpScript.script, miscOwn.miscPath]

const interpreter = /\/(?:(?:ba|da|a|k|z)?sh|python[\d.]*|perl|ruby|node|lua|php)$/

/** All uses in file order; a vrrp_script that nothing tracks is not run and left out. */
export function programUses(config: WrittenConfig, files: FileFacts): readonly ProgramUse[] {
  const uses: ProgramUse[] = []
  const tracked = new Set(config.scripts.map(script => script.name))
  const visit = (settings: readonly Statement[], block: Statement | undefined, spec: KeywordSpec | undefined) => {
    const commands = commandRowsOf(spec)
    for (const setting of settings) {
      if (isOneOf(setting, commands)) uses.push(...usesOf(setting, block, files))
      if (setting.children.length === 0) continue
      const idle = is(setting, topLevel.vrrpScript) && !tracked.has(String(setting.values[0]))
      if (!idle) visit(setting.children, setting, lineSpec(spec, setting.keyword))
    }
  }
  visit(config.settings, undefined, grammar)
  return uses
}

const commandRows = new WeakMap<KeywordSpec, readonly Row[]>()

/** The keywords of a block that name a command: hardly any, so the lines of a large file are not looked up one by one. */
function commandRowsOf(block: KeywordSpec | undefined): readonly Row[] {
  if (block === undefined) return []
  const rows =
    commandRows.get(block) ??
    ([...block.children, ...(block.row === undefined ? [] : [block.row])].filter(namesCommand) as Row[])
  commandRows.set(block, rows)
  return rows
}

/** A command in the rest of the line; the pattern of a health check is read in the same way and is none. */
function namesCommand(spec: KeywordSpec): boolean {
  return spec.args[0]?.type === 'script' && spec.keyword !== urlOwn.regex.keyword
}

function usesOf(setting: Statement, block: Statement | undefined, files: FileFacts): readonly ProgramUse[] {
  const words = parseScriptWords(String(setting.values[0] ?? ''))
  if (!words.ok) return []
  const { argv, text } = words.value
  const first = argv[0]!
  const needsShell = shellFor(text) !== undefined
  // keepalived: `<PATH` runs nothing. Where a shell is needed, a bare word may be anything; a path is a program all the same.
  if (first.startsWith('<') || (needsShell && !first.startsWith('/'))) return []
  const path = first.startsWith('/') ? first : files.find(first)
  const common = {
    site: setting.at,
    chosen: chosenUser(setting, block, words.value),
  }
  if (path === undefined) {
    if (isOneOf(setting, lookedFor) || first.includes('/')) return []
    return [{ ...common, path: first, executed: true, missingIsKnown: false }]
  }
  const program = { ...common, path, executed: true, missingIsKnown: isOneOf(setting, lookedFor) }
  const script = argv[1]
  if (needsShell || script?.startsWith('/') !== true || !interpreter.test(path)) return [program]
  return [program, { ...common, path: script, executed: false, missingIsKnown: false }]
}

/** `script` and `misc_path` have a user keyword beside them; the others name the user behind the command. */
function chosenUser(setting: Statement, block: Statement | undefined, words: UserNames): UserNames {
  if (!isOneOf(setting, withUserBeside)) return { user: words.user, group: words.group }
  const [user, group] = read(block, vrrpScript.user) ?? []
  if (user === undefined) return {}
  return { user, group: group?.replace(/^:/, '') }
}
