// The statistics file that SIGUSR2 writes, as numbers: `Authentication Errors/Failure` and the like.

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from './clock.ts'
import type { Lab } from './lab.ts'
import type { Router } from './router.ts'

const FILE = 'keepalived.stats'
const BOUND_MS = 5_000

/** Asks the router for its statistics; those of its first instance. */
export async function readStatistics(lab: Lab, router: Router): Promise<Record<string, number>> {
  const path = join(router.folder, 'tmp', FILE)
  rmSync(path, { force: true })
  router.signal('SIGUSR2')
  await lab.waitFor(`${FILE} of ${router.name}`, () => existsSync(path), BOUND_MS)
  // keepalived writes the file in place.
  await sleep(100)
  return parseStatistics(router.readTmp(FILE))
}

function parseStatistics(text: string): Record<string, number> {
  const numbers: Record<string, number> = {}
  let group = ''
  for (const line of text.split('\n')) {
    const heading = /^\s+([A-Z][^:]*):\s*$/.exec(line)
    if (heading !== null) group = heading[1]!
    const entry = /^\s+([A-Z][^:]*):\s+(\d+)$/.exec(line)
    if (entry !== null) numbers[`${group}/${entry[1]!}`] ??= Number(entry[2])
  }
  return numbers
}
