// The independent witness: what `ipvsadm` says of the table.

import { execFileSync } from 'node:child_process'

/** Lines of `ipvsadm -Sn`, which is the table as the commands that would make it. */
export function savedTable(): readonly string[] {
  return lines(execFileSync('ipvsadm', ['-Sn'], { encoding: 'utf8' }))
}

/** The table as `ipvsadm -Ln` shows it, without headings, blanks squeezed; `extra` are further options. */
export function shownTable(...extra: readonly string[]): readonly string[] {
  return lines(execFileSync('ipvsadm', ['-Ln', ...extra], { encoding: 'utf8' })).slice(3)
}

export function ipvsadm(...args: readonly string[]): string {
  return execFileSync('ipvsadm', args, { encoding: 'utf8' })
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map(line => line.trim().replaceAll(/\s+/g, ' '))
    .filter(line => line !== '')
}
