// Advice beyond keepalived on a configuration that may well be valid: runs every rule of the registry. Changes no exit status.

import { toDiagnostic } from '../advice/finding.ts'
import type { LintFacts } from '../host/facts.ts'
import type { WrittenConfig } from '../model.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Sources } from '../report/diagnostic-text.ts'
import { lintRules } from './registry.ts'

/** Findings of one rule beyond these are dropped: a mistake that is made more often has been understood by then. */
export const findingsMax = 20

/** Advice in the order of the rules; none without facts, which is how lint is switched off. */
export function lint(config: WrittenConfig, facts: LintFacts | undefined, sources: Sources): readonly Diagnostic[] {
  if (facts === undefined) return []
  return lintRules.flatMap(rule =>
    rule
      .check(config, facts)
      .slice(0, findingsMax)
      .map(finding => toDiagnostic(rule, finding, sources)),
  )
}
