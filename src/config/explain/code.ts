// Explains diagnostic codes: what is wrong, how grave it is, and how to mend it.

import { clusterRules } from '../cluster/check.ts'
import { lintRules } from '../lint/registry.ts'
import { type ProblemName, problem, problemCodes } from '../report/codes.ts'
import { problem as readerProblem } from '../report/collector.ts'
import type { Diagnostic, FaultClass, Severity } from '../report/diagnostic.ts'
import { grammarNotes } from './grammar-notes.ts'
import type { CodeNote } from './note.ts'
import { readerNotes } from './reader-notes.ts'

export interface CodeExplanation extends CodeNote {
  readonly code: string
  /** A code may come in several forms that differ in gravity. */
  readonly gravity: readonly { readonly severity: Severity; readonly faultClass: FaultClass }[]
}

/** Every code of `--config-test`, in order. The codes of lint rules have pages of their own, see `pageCodes`. */
export function allCodes(): readonly CodeExplanation[] {
  const codes = new Map<string, CodeExplanation>()
  for (const [code, { faultClass, ...note }] of readerNotes) {
    codes.set(code, { code, ...note, gravity: [gravityOf(readerProblem(code, faultClass, '', undefined))] })
  }
  for (const { name, code } of problemCodes()) {
    const gravity = gravityOf(problem(name as ProblemName, undefined, ''))
    const known = codes.get(code)
    const note = known ?? { code, ...(grammarNotes.get(code) ?? nameAsNote(name)), gravity: [] }
    codes.set(code, { ...note, gravity: [...note.gravity, gravity] })
  }
  return [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** Codes that docs/lint/CODE.md explains, with the title of the page. */
export function pageCodes(): ReadonlyMap<string, string> {
  return new Map([...lintRules, ...clusterRules].map(({ code, title }) => [code, title]))
}

/** What a class means for the start of the daemon and for `--config-test`. */
export function consequenceOf(faultClass: FaultClass): string {
  switch (faultClass) {
    case 'general':
      return 'the daemon starts; --config-test ends with status 5'
    case 'not-found':
      return 'the daemon starts; --config-test ends with status 4 if there is nothing worse'
    case 'security':
      return 'the daemon starts; --config-test ends with status 6'
    case 'fatal':
      return 'the daemon does not start (status 2); --config-test ends with status 5'
    case 'missing-argument':
      return 'the daemon does not start (status 2); --config-test ends with status 2'
    case 'no-config':
      return 'the daemon does not start (status 6); --config-test ends with status 6'
    case 'advice':
      return 'the daemon starts; the status of --config-test does not change'
  }
}

function gravityOf({ severity, faultClass }: Diagnostic): CodeExplanation['gravity'][number] {
  return { severity, faultClass }
}

/** A code without a note is explained by its name. */
function nameAsNote(name: string): CodeNote {
  const words = name.replaceAll('-', ' ')
  const title = words[0]!.toUpperCase() + words.slice(1)
  return { title, meaning: `${title}.`, cure: 'The diagnostic says what is expected at the place.' }
}
