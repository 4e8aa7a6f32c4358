// Names of what a lab creates outside its namespaces, and the sweep of what runs left that died without clean-up.
// A name carries the pid of its maker: whoever finds the maker dead may remove it.

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeNamespaceNow, signalIfAlive } from './command.ts'

const OURS = /^kl(\d+)-/
const NAMESPACES = '/run/netns'
let made = 0

/** A prefix that no other lab of this host uses: `kl<pid>-<n>`. */
export function newLabName(): string {
  made++
  return `kl${process.pid}-${made}`
}

/** Folder of a lab's files. */
export function labFolder(name: string): string {
  return join(tmpdir(), name)
}

/** Removes namespaces and folders of labs whose maker is dead. */
export function sweepLeftovers(): void {
  if (existsSync(NAMESPACES)) {
    for (const name of readdirSync(NAMESPACES)) if (isOrphan(name)) removeNamespaceNow(name)
  }
  for (const name of readdirSync(tmpdir())) {
    if (isOrphan(name)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isOrphan(name: string): boolean {
  const pid = Number(OURS.exec(name)?.[1])
  return Number.isInteger(pid) && pid !== process.pid && !signalIfAlive(pid, 0)
}
