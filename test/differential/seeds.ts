// Where the damaged configurations start from: Debian's samples, the founding example, and the small cases of the verdict table.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../lab/paths.ts'
import { verdictCases } from '../unit/config/report/verdict-cases.ts'

export const samplesFolder = '/usr/share/doc/keepalived/samples'

/** Interfaces that the seeds name, so that what differs is not the host. */
export const interfaces = ['lo', 'eth0', 'eth1', 'eth2', 'eth3', 'eth0.1', 'eno16777736'] as const

export interface Seed {
  readonly name: string
  readonly text: string
}

/** Names of the sample configurations, in order. */
export function sampleNames(): readonly string[] {
  return readdirSync(samplesFolder).filter(isSample).sort()
}

/** Configurations to damage, none of which changes with this project's examples. All are ones that keepalived takes as they are, Debian's samples and the founding example apart. */
export function seeds(): readonly Seed[] {
  const rich = readFolder(join(projectRoot, 'test/fixtures/differential'), name => name.endsWith('.conf'))
  const founding = readFolder(join(projectRoot, 'test/fixtures/founding'), name => name.endsWith('.conf'))
  const samples = readFolder(samplesFolder, isSample)
  const cases = verdictCases
    .filter(({ testExitCode }) => testExitCode === 0)
    .map(({ name, text }) => ({ name: `case '${name}'`, text }))
  // The rich ones count thrice: most damage to them hits something else each time.
  return [...samples, ...rich, ...founding, ...rich, ...cases, ...rich]
}

function readFolder(folder: string, wanted: (name: string) => boolean): readonly Seed[] {
  const names = readdirSync(folder).filter(wanted).sort()
  return names.map(name => ({ name, text: readFileSync(join(folder, name), 'latin1') }))
}

function isSample(name: string): boolean {
  return name.startsWith('keepalived.conf')
}
