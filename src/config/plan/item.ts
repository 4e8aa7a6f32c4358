// The pieces of a plan: one part for each thing that changes, with its fields line by line.

import type { Statement } from '../language/entry.ts'
import { type KeywordSpec, lineSpec } from '../language/spec.ts'
import { linesOf } from './setting-lines.ts'

type PartKind =
  | 'global_defs'
  | 'vrrp_script'
  | 'vrrp_instance'
  | 'vrrp_sync_group'
  | 'virtual_server'
  | 'real_server'
  | 'block'

export interface PlanItem {
  readonly kind: PartKind
  readonly name: string
  readonly change: 'added' | 'removed' | 'changed'
  readonly fields: readonly FieldChange[]
  /** What it does to traffic and roles, a phrase each. */
  readonly effects: readonly string[]
}

/** Lines that only the old or only the new configuration has. Both empty is no change and does not occur. */
export interface FieldChange {
  readonly field: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** The keyword is understood, but does nothing in this version. */
  readonly idle?: boolean
}

/** What the running daemon's instances are, by name. */
export type Roles = Readonly<Record<string, Role>>
export type Role = 'init' | 'backup' | 'master' | 'fault'

/** The change of one field, or nothing. Lines are compared as a set with repetitions, their order does not count. */
export function fieldChange(
  field: string,
  before: readonly string[],
  after: readonly string[],
  idle = false,
): readonly FieldChange[] {
  const from = without(before, after)
  const to = without(after, before)
  return from.length === 0 && to.length === 0 ? [] : [{ field, from, to, ...(idle ? { idle } : {}) }]
}

/** Changes of what two versions of a block say, keyword by keyword. */
export function settingChanges(
  block: KeywordSpec | undefined,
  before: readonly Statement[],
  after: readonly Statement[],
): readonly FieldChange[] {
  const keywords = [...new Set([...before, ...after].map(setting => setting.keyword))]
  return keywords.flatMap(keyword => {
    const spec = lineSpec(block, keyword)
    const lines = (settings: readonly Statement[]) =>
      settings.filter(setting => setting.keyword === keyword).flatMap(setting => linesOf(setting, spec))
    return fieldChange(keyword === '<row>' ? 'rows' : keyword, lines(before), lines(after), spec?.state === 'parsed')
  })
}

/** Pairs of what has the same name before and after; of equal names the first counts, as for the loader. */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): readonly { readonly name: string; readonly before: T | undefined; readonly after: T | undefined }[] {
  const names = [...new Set([...before, ...after].map(nameOf))]
  return names.map(name => ({
    name,
    before: before.find(item => nameOf(item) === name),
    after: after.find(item => nameOf(item) === name),
  }))
}

export function changeOf(before: unknown, after: unknown): PlanItem['change'] {
  if (before === undefined) return 'added'
  return after === undefined ? 'removed' : 'changed'
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return lines.filter(line => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
