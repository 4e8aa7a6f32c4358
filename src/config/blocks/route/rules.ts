// What a row of static_rules or virtual_rules must contain to be a rule (ip-rule(8)): an action, and better a preference.

import type { Entry } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'

const actions: ReadonlySet<string> = new Set([
  'table',
  'lookup',
  'l3mdev',
  'goto',
  'nop',
  'blackhole',
  'unreachable',
  'prohibit',
])
const preferences: ReadonlySet<string> = new Set(['preference', 'order', 'priority'])

/** Reports rules without an action, which keepalived leaves out, and rules without a preference. */
export function checkRules(root: Entry, context: BuildContext): void {
  for (const rule of rulesOf(root)) {
    const words = rule.options.map(option => option.spec.keyword)
    if (!words.some(word => actions.has(word))) {
      complain(
        context,
        'rule-without-action',
        rule,
        'this rule says what to match but not what to do; it is left out',
        {
          help: `write one of ${[...actions].join(', ')}`,
        },
      )
    } else if (!words.some(word => preferences.has(word))) {
      complain(
        context,
        'rule-without-preference',
        rule,
        'this rule has no preference, so its place is left to chance',
        {
          help: 'write preference NUMBER',
        },
      )
    }
  }
}

function rulesOf(root: Entry): readonly Entry[] {
  const blocks = [...root.children, ...root.children.flatMap(block => block.children)]
  return blocks
    .filter(block => block.spec.keyword === 'static_rules' || block.spec.keyword === 'virtual_rules')
    .flatMap(block => block.children)
}
