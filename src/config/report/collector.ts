// The list of diagnostics one load collects: bounded, so that a file of garbage does not fill the memory.

import type { Diagnostic, FaultClass, Severity } from './diagnostic.ts'
import type { Span } from './span.ts'

const problemsMax = 1_000

/** Everything the reader can complain about, by its stable code. */
export const readerCodes = {
  mainFileUnusable: 'KA1001',
  includeCheckFailed: 'KA1002',
  includeSkipped: 'KA1003',
  includeLoop: 'KA1004',
  includeWithoutPattern: 'KA1005',
  includeCheckWord: 'KA1006',
  lineTooLong: 'KA1010',
  nulByte: 'KA1011',
  unterminatedQuote: 'KA1012',
  byteOrderMark: 'KA1013',
  oddBlank: 'KA1014',
  commentInWord: 'KA1015',
  expansionTooLong: 'KA1020',
  expansionTooDeep: 'KA1021',
  expansionTooOften: 'KA1022',
  undefinedParameter: 'KA1023',
  textAfterMultiLine: 'KA1024',
  blankBeforeEquals: 'KA1025',
  environmentName: 'KA1026',
  randomRange: 'KA1027',
  definitionOpenAtEnd: 'KA1028',
  commentFromExpansion: 'KA1029',
  badSequence: 'KA1030',
  badList: 'KA1031',
  sequenceTooLong: 'KA1032',
  tooMuchText: 'KA1040',
  tooManyProblems: 'KA1041',
} as const

export interface Problems {
  readonly list: Diagnostic[]
  /** Diagnostics that did not fit. */
  dropped: number
  /** What has been said of which place: a sequence makes the same mistake many times. */
  readonly said: Set<string>
}

export function noProblems(): Problems {
  return { list: [], dropped: 0, said: new Set() }
}

/**
 * Notes a problem of keepalived's class `faultClass`, once for each place; above `problemsMax` only those that stop the
 * daemon are kept.
 */
export function report(problems: Problems, diagnostic: Diagnostic): void {
  const stops = diagnostic.faultClass === 'fatal' || diagnostic.faultClass === 'no-config'
  if (problems.list.length < problemsMax || (stops && problems.list.length < 2 * problemsMax)) {
    const { code, span, message } = diagnostic
    const key = `${code} ${span?.file}:${span?.line}:${span?.column} ${message}`
    if (span !== undefined && problems.said.has(key)) return
    problems.said.add(key)
    problems.list.push(diagnostic)
  } else problems.dropped++
}

/** A diagnostic with the severity its class has by default. */
export function problem(
  code: string,
  faultClass: FaultClass,
  message: string,
  span: Span | undefined,
  help?: string,
): Diagnostic {
  return {
    code,
    severity: severityOf(faultClass),
    faultClass,
    message,
    ...(span === undefined ? {} : { span }),
    ...(help === undefined ? {} : { help }),
  }
}

/** The collected list, with a last line that tells how many are missing. */
export function finishedList(problems: Problems): readonly Diagnostic[] {
  if (problems.dropped === 0) return problems.list
  const message = `${problems.dropped} further problems are not listed`
  return [...problems.list, problem(readerCodes.tooManyProblems, 'general', message, undefined)]
}

function severityOf(faultClass: FaultClass): Severity {
  if (faultClass === 'general' || faultClass === 'not-found' || faultClass === 'security') return 'warning'
  return faultClass === 'advice' ? 'note' : 'error'
}
