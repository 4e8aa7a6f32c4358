// The facts about this host that lint rules ask for: owners and modes along a path, accounts, addresses. Synchronous:
// lint runs where the configuration is read. Nothing here throws for what is on the disk.

import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import type { FileFacts, InterfaceAddress, LintFacts, PathComponent, PathTrace } from '../../config/host/facts.ts'
import { searchPathDefault } from '../../config/host/search-path.ts'
import { formatIp, parseIp } from '../../lib/ip.ts'
import { type AccountFiles, readAccountFiles, scriptAccount, userOf } from './user.ts'

/** As in the kernel (path_resolution(7)); a longer chain counts as a circle. */
const linksMax = 40

/** Facts of this host as seen by a daemon of root, the account files read once. `searchPath` is that of the environment. */
export function hostFacts(searchPath: string | undefined): LintFacts {
  const accounts = readAccountFiles()
  let addresses: readonly InterfaceAddress[] | undefined
  return {
    files: fileFacts(searchPath, accounts),
    accountOf: (chosen, scriptUser) => {
      const wanted = scriptUser?.user === undefined ? undefined : { user: scriptUser.user, group: scriptUser.group }
      const found = scriptAccount(accounts, chosen, wanted, { uid: 0, gid: 0 })
      return found.ok ? found.value : undefined
    },
    // A host may have thousands of interfaces, and every rule asks.
    addresses: () => (addresses ??= interfaceAddresses()),
  }
}

/** The file system part alone. */
export function fileFacts(searchPath: string | undefined, accounts: AccountFiles): FileFacts {
  const trace = (path: string) => tracePath(path, accounts)
  const directories = (searchPath ?? searchPathDefault).split(':').filter(directory => directory.startsWith('/'))
  return {
    trace,
    find: command =>
      directories
        .map(directory => join(directory, command))
        .find(path => {
          const found = trace(path)
          const file = found.state === 'found' ? found.components.at(-1) : undefined
          return file?.kind === 'file' && (file.mode & 0o111) !== 0
        }),
  }
}

/** Walks as the kernel does: links are followed where they stand, `..` after them. */
function tracePath(path: string, accounts: AccountFiles): PathTrace {
  const components: PathComponent[] = []
  const seen = new Set<string>()
  const names = resolve('/', path).split('/').filter(Boolean)
  let at = '/'
  let links = 0
  const visit = (component: PathComponent) => {
    // The file itself stays last, even if a link leads through a directory that was visited before.
    if (!seen.has(component.path) || names.length === 0) components.push(component)
    seen.add(component.path)
  }
  const root = statOf('/')
  if (typeof root === 'string') return { state: root }
  visit(componentOf('/', root, accounts))
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '.' || name === '..') {
      if (name === '..') at = join(at, '..')
      continue
    }
    const next = join(at, name)
    const stats = statOf(next)
    if (typeof stats === 'string') return { state: stats }
    visit(componentOf(next, stats, accounts))
    if (!stats.isSymbolicLink()) {
      at = next
      continue
    }
    if (++links > linksMax) return { state: 'hidden' }
    const target = targetOf(next)
    if (target === undefined) return { state: 'hidden' }
    if (target.startsWith('/')) at = '/'
    names.unshift(...target.split('/').filter(Boolean))
  }
  return { state: 'found', components }
}

function statOf(path: string): Stats | 'missing' | 'hidden' {
  try {
    return lstatSync(path)
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'hidden'
  }
}

/** undefined: the link went away meanwhile, or it is one that cannot be read. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

function componentOf(path: string, stats: Stats, accounts: AccountFiles): PathComponent {
  return {
    path,
    kind: kindOf(stats),
    uid: stats.uid,
    gid: stats.gid,
    owner: userOf(accounts, stats.uid) ?? String(stats.uid),
    mode: stats.mode & 0o7777,
  }
}

function kindOf(stats: Stats): PathComponent['kind'] {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  return stats.isFile() ? 'file' : 'other'
}

function interfaceAddresses(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ address, family, cidr, internal }) => {
      const bytes = parseIp(address)
      const prefix = Number(cidr?.split('/')[1])
      if (internal || bytes === undefined || !Number.isInteger(prefix)) return []
      return { interface: name, family: family === 'IPv6' ? 6 : 4, address: formatIp(bytes), prefix } as const
    }),
  )
}
