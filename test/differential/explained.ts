// Why our verdict on a configuration may differ from that of keepalived 2.2.7. Every disagreement of the fuzz must fit one of these rows.

import type { LoadResult } from '../../src/config/load.ts'
import type { OracleVerdict } from './oracle.ts'

export interface Disagreement {
  readonly text: string
  readonly oracle: OracleVerdict
  readonly ours: LoadResult
}

export interface Explanation {
  readonly name: string
  readonly reason: string
  readonly fits: (disagreement: Disagreement) => boolean
}

const SIGKILL_STATUS = 137
const SIGNAL_STATUS_MIN = 128

/** In the order in which they are tried. */
export const explanations: readonly Explanation[] = [
  {
    name: 'keepalived never ends',
    reason: 'keepalived -t runs in a circle on this text and was killed; we report what is wrong and end',
    fits: ({ oracle }) => oracle.exitCode === SIGKILL_STATUS,
  },
  {
    name: 'keepalived crashes',
    reason: 'keepalived -t dies of a signal (SIGSEGV, SIGABRT) on this text; we report what is wrong and end',
    fits: ({ oracle }) => oracle.exitCode >= SIGNAL_STATUS_MIN,
  },
  {
    name: 'NUL byte',
    reason:
      'keepalived 2.2.7 takes the rest of the line silently for absent; later releases report and skip the line, as we do',
    fits: ({ text, ours }) => text.includes('\0') && has(ours, 'KA1011'),
  },
  {
    name: 'odd blank',
    reason:
      'keepalived takes Unicode spaces for letters; we read them as blanks and report them, so more of the file has a meaning',
    fits: ({ ours }) => readsOddBlanks(ours),
  },
  {
    name: 'missing { and missing }',
    reason: 'keepalived 2.2.7 only counts braces and sees nothing if one of each is missing; we name both places',
    fits: ({ oracle, ours }) => oracle.exitCode === 0 && has(ours, 'KA1204') && has(ours, 'KA1205'),
  },
  {
    name: 'backslash behind a comment',
    reason: 'a comment that ends in a backslash leaves that backslash to keepalived as a keyword; nobody means that',
    fits: ({ text, oracle, ours }) =>
      ours.testExitCode === 0 && oracle.text.includes("Unknown keyword '\\'") && /[#!].*\\\s*$/m.test(text),
  },
  {
    name: 'name of the mail relay',
    reason:
      'keepalived asks the DNS for smtp_server while it reads the file, and takes 1 for 0.0.0.1; we ask when mail is sent, and take no such number',
    fits: ({ oracle, ours }) =>
      (ours.testExitCode === 0 && oracle.text.includes('Invalid smtp server')) ||
      (oracle.exitCode === 0 && onlyFaults(ours, /^smtp_server '[\d.]+' is neither/)),
  },
  {
    name: 'longer than 136 years',
    reason: 'keepalived takes delays beyond 4294967295 s; we report them and keep the default',
    fits: ({ oracle, ours }) =>
      oracle.exitCode === 0 && onlyFaults(ours, /^(delay_loop|delay_before_retry|warmup): \d{10,} is out of range/),
  },
  {
    name: 'prefix length that is none',
    reason: 'keepalived takes a bare slash (192.0.2.1/) and a sign (192.0.2.1/+24); we ask what was meant',
    fits: ({ oracle, ours }) =>
      oracle.exitCode === 0 && onlyFaults(ours, /^the prefix length of [^ ]*\/(\+\d*)? is not a number/),
  },
  {
    name: 'word of a later release',
    reason:
      'a boolean behind vrrp_strict or vrrp_skip_check_adv_addr is skipped by 2.2.7 and checked by later releases, as by us',
    fits: ({ oracle, ours }) =>
      oracle.exitCode === 0 && onlyFaults(ours, /^(vrrp_strict|vrrp_skip_check_adv_addr): .* is not valid here/),
  },
  {
    name: 'plus sign',
    reason: 'keepalived 2.2.7 takes +7 for 7 where it reads seconds; later releases do not, and neither do we',
    fits: ({ oracle, ours }) => oracle.exitCode === 0 && onlyFaults(ours, /'\+\d+' is not valid here/),
  },
  {
    name: 'namespace that does not exist',
    reason:
      'keepalived -t ends with 0 and reads no further when net_namespace names a namespace that is not there; we read on',
    fits: ({ text, oracle, ours }) =>
      oracle.exitCode === 0 && ours.testExitCode !== 0 && /^[ \t{}]*net_namespace[ \t]+\S/m.test(text),
  },
  {
    name: 'a second, unusable command',
    reason: 'keepalived drops a second script or misc_path without an argument silently; we report it',
    fits: ({ oracle, ours }) => oracle.exitCode === 0 && onlyFaults(ours, /^'(script|misc_path)' needs an argument/),
  },
  {
    name: 'unfinished checker keyword',
    reason: 'keepalived 2.2.7 takes status_code and regex settings without a value silently; we report them',
    fits: ({ oracle, ours }) => oracle.exitCode === 0 && onlyFaults(ours, /^'?(status_code|regex\w*)\b/),
  },
]

/** The first explanation that fits. */
export function explain(disagreement: Disagreement): Explanation | undefined {
  return explanations.find(({ fits }) => fits(disagreement))
}

/** Unicode spaces were read as blanks. */
export function readsOddBlanks(ours: LoadResult): boolean {
  return has(ours, 'KA1014')
}

/** Faults for keepalived's exit status; advice beyond it does not count. */
function faultsOf(ours: LoadResult) {
  return ours.diagnostics.filter(({ faultClass }) => faultClass !== 'advice')
}

function has(ours: LoadResult, code: string): boolean {
  return faultsOf(ours).some(diagnostic => diagnostic.code === code)
}

function onlyFaults(ours: LoadResult, message: RegExp): boolean {
  const faults = faultsOf(ours)
  return faults.length > 0 && faults.every(diagnostic => message.test(diagnostic.message))
}
