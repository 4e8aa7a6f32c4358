// Which program files a configuration runs, where it says so and as whom: the command itself, and the script that an
// interpreter is given (`/bin/sh /etc/keepalived/check.sh`). Commands of which only a shell knows the program are left out.

import type { Site } from '../advice/finding.ts'
import { last } from '../advice/written.ts'
import { shellFor } from '../blocks/script/shell-syntax.ts'
import { parseScriptWords } from '../blocks/script/words.ts'
import type { FileFacts, UserNames } from '../host/facts.ts'
import type { Setting, WrittenConfig } from '../model.ts'

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

/** Keywords whose missing command the loader reports. */
const lookedFor: ReadonlySet<string> = new Set([
  'script',
  'notify',
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify_deleted',
  'notify_master_rx_lower_pri',
])

const scriptKeywords: ReadonlySet<string> = new Set([
  ...lookedFor,
  'misc_path',
  'notify_up',
  'notify_down',
  'quorum_up',
  'quorum_down',
  'startup_script',
  'shutdown_script',
  'notify_fifo_script',
  'vrrp_notify_fifo_script',
  'lvs_notify_fifo_script',
])

const interpreter = /\/(?:(?:ba|da|a|k|z)?sh|python[\d.]*|perl|ruby|node|lua|php)$/

/** All uses in file order; a vrrp_script that nothing tracks is not run and left out. */
export function programUses(config: WrittenConfig, files: FileFacts): readonly ProgramUse[] {
  const uses: ProgramUse[] = []
  const tracked = new Set(config.scripts.map(script => script.name))
  const visit = (settings: readonly Setting[], block: Setting | undefined) => {
    for (const setting of settings) {
      if (scriptKeywords.has(setting.keyword)) uses.push(...usesOf(setting, block, files))
      const idle = setting.keyword === 'vrrp_script' && !tracked.has(String(setting.values[0]))
      if (!idle) visit(setting.children, setting)
    }
  }
  visit(config.settings, undefined)
  return uses
}

function usesOf(setting: Setting, block: Setting | undefined, files: FileFacts): readonly ProgramUse[] {
  const words = parseScriptWords(String(setting.values[0] ?? ''))
  if (!words.ok) return []
  const { argv, text } = words.value
  const first = argv[0]!
  const needsShell = shellFor(text) !== undefined
  // keepalived: `<PATH` runs nothing. Where a shell is needed, a bare word may be anything; a path is a program all the same.
  if (first.startsWith('<') || (needsShell && !first.startsWith('/'))) return []
  const path = first.startsWith('/') ? first : files.find(first)
  const common = {
    site: { place: setting.place, word: setting.keyword },
    chosen: chosenUser(setting, block, words.value),
  }
  if (path === undefined) {
    if (lookedFor.has(setting.keyword) || first.includes('/')) return []
    return [{ ...common, path: first, executed: true, missingIsKnown: false }]
  }
  const program = { ...common, path, executed: true, missingIsKnown: lookedFor.has(setting.keyword) }
  const script = argv[1]
  if (needsShell || script?.startsWith('/') !== true || !interpreter.test(path)) return [program]
  return [program, { ...common, path: script, executed: false, missingIsKnown: false }]
}

function hasUserKeyword({ keyword }: Setting): boolean {
  return keyword === 'script' || keyword === 'misc_path'
}

/** `script` and `misc_path` have a user keyword beside them; the others name the user behind the command. */
function chosenUser(setting: Setting, block: Setting | undefined, words: UserNames): UserNames {
  if (!hasUserKeyword(setting)) return { user: words.user, group: words.group }
  const [user, group] = last(block, 'user')?.values ?? []
  if (typeof user !== 'string') return {}
  return { user, group: typeof group === 'string' ? group.replace(/^:/, '') : undefined }
}
