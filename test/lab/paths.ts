// Where things are: the project, the compiled program under test, and the children that the lab runs in namespaces.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder that tsc compiled into; this file is at test/lab/ below it. */
export const compiledRoot = join(import.meta.dirname, '..', '..')

/** The folder of package.json. */
export const projectRoot = findProjectRoot(compiledRoot)

/** Entry of the program under test. KEEPALIVED_TS_MAIN names another build. */
export const subjectMain = process.env.KEEPALIVED_TS_MAIN ?? join(compiledRoot, 'src', 'main.js')

/** Path of a compiled child program under test/lab/child. */
export function childProgram(name: string): string {
  return join(import.meta.dirname, 'child', `${name}.js`)
}

function findProjectRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error(`no package.json above ${compiledRoot}`)
  return findProjectRoot(parent)
}
