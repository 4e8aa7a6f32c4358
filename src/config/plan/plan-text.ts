// A plan for people. Secrets are never shown, only that they change.

import type { FieldChange, PlanItem } from './item.ts'
import { isMasked, maskedText } from './mask.ts'
import type { Plan } from './plan.ts'

const marks = { added: '+', removed: '-', changed: '~' } as const

/** Several lines, ending in a line end. */
export function planText({ parts, unchanged }: Plan): string {
  const counts = (['added', 'changed', 'removed'] as const)
    .map(change => [parts.filter(part => part.change === change).length, change] as const)
    .filter(([count]) => count > 0)
    .map(([count, change]) => `${count} ${change}`)
  const lines = [
    ...parts.flatMap(part => [...itemText(part), '']),
    ...(unchanged.length === 0
      ? []
      : [
          `Unchanged: ${unchanged.join(', ')}. A MASTER sends an advert at once, a BACKUP restarts its master-down timer.`,
        ]),
    counts.length === 0 ? 'Nothing changes.' : `${counts.join(', ')}.`,
  ]
  return `${lines.join('\n')}\n`
}

/** The plan without digests of secrets, for machines. */
export function planAsData({ parts, unchanged }: Plan): object {
  return { parts: parts.map(part => ({ ...part, fields: part.fields.map(withoutSecrets) })), unchanged }
}

function itemText(part: PlanItem): readonly string[] {
  const { kind, name, change, effects } = part
  const title = [kind === 'block' ? '' : kind, name].filter(Boolean).join(' ')
  const fields = part.fields.map(withoutSecrets)
  return [
    `${marks[change]} ${title} ${change}`,
    ...fields.flatMap(renderField),
    ...effects.map(effect => `    => ${effect}`),
  ]
}

function renderField({ field, from, to, idle }: FieldChange): readonly string[] {
  const tail = idle === true ? '  (not in effect in this version)' : ''
  if (from.length <= 1 && to.length <= 1) {
    const [old, fresh] = [from[0], to[0]]
    if (old !== undefined && old === fresh) return [`    ${field} changes (not shown)${tail}`]
    return [`    ${field}: ${old ?? '(not set)'} → ${fresh ?? '(not set)'}${tail}`]
  }
  return [`    ${field}:${tail}`, ...from.map(line => `      - ${line}`), ...to.map(line => `      + ${line}`)]
}

function withoutSecrets(change: FieldChange): FieldChange {
  return { ...change, from: change.from.map(hide), to: change.to.map(hide) }
}

/** A masked word anywhere in a line. */
function hide(line: string): string {
  return line
    .split(' ')
    .map(word => (isMasked(word) ? maskedText : word))
    .join(' ')
}
