// Rules about rows of static_rules and virtual_rules (ip-rule(8)): each needs an action, and should have a preference.

import type { Entry } from '../../language/entry.ts'
import { hasOption, is } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import { topLevel } from '../keywords.ts'
import { ruleOptions } from './rule-keywords.ts'

const { table, lookup, l3mdev, goto, nop, blackhole, unreachable, prohibit } = ruleOptions
const actions: readonly Row[] = [table, lookup, l3mdev, goto, nop, blackhole, unreachable, prohibit]
const preferences: readonly Row[] = [ruleOptions.preference, ruleOptions.order, ruleOptions.priority]

/** Reports rules without an action, which keepalived leaves out, and rules without a preference. */
export function checkRules(root: Entry, context: BuildContext): void {
  for (const rule of rulesOf(root)) {
    const says = (rows: readonly Row[]) => rows.some(row => hasOption(rule, row))
    if (!says(actions)) {
      complain(
        context,
        'rule-without-action',
        rule,
        'this rule says what to match but not what to do; it is left out',
        {
          help: `write one of ${actions.map(row => row.keyword).join(', ')}`,
        },
      )
    } else if (!says(preferences)) {
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
    .filter(block => is(block, topLevel.staticRules) || is(block, vrrpInstance.virtualRules))
    .flatMap(block => block.children)
}
