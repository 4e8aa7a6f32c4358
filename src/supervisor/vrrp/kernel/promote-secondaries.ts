// The keyword promote_secondaries: while an instance with it is configured, its interfaces keep their other addresses
// when a primary one is removed. Counted by interface, and put back to what it was at the end (keepalived writes 0).
// sysctl net.ipv4.conf.

import { readFileSync, writeFileSync } from 'node:fs'
import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { messageOf } from '../../../lib/errors.ts'
import type { Log } from '../../../lib/log.ts'

interface SysctlFiles {
  read(path: string): string
  write(path: string, text: string): void
}

const files: SysctlFiles = {
  read: path => readFileSync(path, 'latin1'),
  write: (path, text) => writeFileSync(path, text),
}

export class PromoteSecondaries {
  readonly #log: Log
  readonly #files: SysctlFiles
  /** Interface -> what the sysctl was before. */
  readonly #before = new Map<string, string>()

  constructor(log: Log, sysctls: SysctlFiles = files) {
    this.#log = log
    this.#files = sysctls
  }

  /** Switches it on where these instances ask for it, and back where none does any more. */
  use(instances: readonly VrrpInstance[]): void {
    const wanted = new Set(
      instances.filter(params => params.promoteSecondaries && params.family === 4).flatMap(linksOf),
    )
    for (const [name, value] of this.#before) {
      if (wanted.has(name)) continue
      this.#before.delete(name)
      this.#write(name, value)
    }
    for (const name of wanted) if (!this.#before.has(name)) this.#switchOn(name)
  }

  #switchOn(name: string): void {
    try {
      this.#before.set(name, this.#files.read(pathOf(name)).trim())
    } catch (thrown) {
      this.#log.warn('sysctl-failed', { path: pathOf(name), reason: messageOf(thrown) })
      return
    }
    this.#write(name, '1')
  }

  #write(name: string, value: string): void {
    try {
      this.#files.write(pathOf(name), value)
    } catch (thrown) {
      this.#log.warn('sysctl-failed', { path: pathOf(name), reason: messageOf(thrown) })
    }
  }
}

function linksOf(params: VrrpInstance): string[] {
  return [params.interface, ...params.addresses.flatMap(address => address.device ?? [])]
}

/** A VLAN interface has a dot in its name; the folder keeps it as it is. */
function pathOf(name: string): string {
  return `/proc/sys/net/ipv4/conf/${name}/promote_secondaries`
}
