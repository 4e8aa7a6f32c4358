// The shape of a lint rule: a row of the registry. A rule is a pure function over the model and what it may ask of the host.

import type { Finding } from '../advice/finding.ts'
import type { LintFacts } from '../host/facts.ts'
import type { WrittenConfig } from '../model.ts'
import type { Severity } from '../report/diagnostic.ts'

export interface LintRule {
  /** Stable; `docs/lint/CODE.md` explains it. */
  readonly code: string
  /** What the page is called. */
  readonly title: string
  readonly severity: Exclude<Severity, 'error'>
  check(config: WrittenConfig, facts: LintFacts): readonly Finding[]
}
