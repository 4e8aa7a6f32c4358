// Which of the processes this one is. All run the same file; the role and the options travel in the environment, from which they
// are taken out at once so that no script inherits them.

import type { Options } from './options.ts'

type Role =
  /** Started by a person or by systemd: the command line says what to do. */
  { readonly name: 'start' } | { readonly name: 'watchdog' | 'daemon'; readonly options: Options }

const roleName = 'KEEPALIVED_TS_ROLE'
const optionsName = 'KEEPALIVED_TS_OPTIONS'

/** Reads the role and removes it from the environment. */
export function takeRole(environment: Record<string, string | undefined>): Role {
  const name = environment[roleName]
  const options = environment[optionsName]
  delete environment[roleName]
  delete environment[optionsName]
  if ((name !== 'watchdog' && name !== 'daemon') || options === undefined) return { name: 'start' }
  // Written by `roleEnvironment` in a process of the same installation.
  return { name, options: JSON.parse(options) as Options }
}

/** What a process that is to have this role gets into its environment. */
export function roleEnvironment(name: 'watchdog' | 'daemon', options: Options): Record<string, string> {
  return { [roleName]: name, [optionsName]: JSON.stringify(options) }
}
