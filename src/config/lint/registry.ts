// All lint rules, by code. `docs/lint/CODE.md` explains each of them.

import { addressRules } from './addresses.ts'
import { carrierRules } from './carrier.ts'
import { groupRules } from './groups.ts'
import { mailRules } from './mail.ts'
import type { LintRule } from './rule.ts'
import { scriptRules } from './scripts.ts'
import { timingRules } from './timing.ts'
import { weightRules } from './weights.ts'

export const lintRules: readonly LintRule[] = [
  ...weightRules,
  ...carrierRules,
  ...timingRules,
  ...scriptRules,
  ...groupRules,
  ...addressRules,
  ...mailRules,
]
