// The sources of a checkout as a graph: who imports what, what is exported, and where the imports run in a circle. Read from the text
// by patterns that fit the formatter's output, without a compiler, so that any revision can be looked at. For the tests of this
// folder and for `npm run shape`.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export interface Import {
  readonly file: string
  /** A path in the checkout, or the name of a package. */
  readonly target: string
  readonly typeOnly: boolean
  /** By `import()`: loaded later, or never. */
  readonly later: boolean
  /** As the target calls them; `*` for all. */
  readonly names: readonly string[]
}

export interface Exported {
  readonly file: string
  readonly name: string
}

export interface House {
  readonly root: string
  /** Paths from the root, sorted. */
  readonly files: readonly string[]
  readonly imports: readonly Import[]
  read(file: string): string
}

/** The checkout that a compiled file of this folder belongs to: dist/test/tidy is three below it. */
export function rootOf(folder: string): string {
  return join(folder, '../../..')
}

/** All `.ts` files below some folders of a checkout. */
export function readHouse(root: string, folders: readonly string[] = ['src']): House {
  const files = folders.flatMap(folder => listFiles(join(root, folder)).map(file => relative(root, file))).sort()
  const texts = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))
  const read = (file: string) => texts.get(file) ?? ''
  return { root, files, imports: files.flatMap(file => importsOf(file, read(file))), read }
}

/** Groups of nodes that reach each other; arrows as pairs. Only groups of more than one. */
export function circlesOf(arrows: Iterable<readonly [string, string]>): readonly (readonly string[])[] {
  const next = new Map<string, Set<string>>()
  for (const [from, to] of arrows) {
    if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to))
  }
  const reach = new Map([...next.keys()].map(node => [node, reachable(next, node)]))
  const circles = new Map<string, readonly string[]>()
  for (const [node, reached] of reach) {
    if (!reached.has(node)) continue
    const circle = [...reached].filter(other => reach.get(other)?.has(node)).sort()
    circles.set(circle.join(' '), circle)
  }
  return [...circles.values()].sort((a, b) => a.join().localeCompare(b.join()))
}

function reachable(next: ReadonlyMap<string, ReadonlySet<string>>, from: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...(next.get(from) ?? [])]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (reached.has(node)) continue
    reached.add(node)
    waiting.push(...(next.get(node) ?? []))
  }
  return reached
}

/** Circles of files. */
export function fileCircles({ imports }: House): readonly (readonly string[])[] {
  return circlesOf(imports.map(({ file, target }) => [file, target] as const))
}

/** Circles of folders below `top`; `except` are arrows that do not count. */
export function folderCircles(
  house: House,
  top: string,
  except: readonly string[] = [],
): readonly (readonly string[])[] {
  return circlesOf(folderArrows(house, top).filter(([from, to]) => !except.includes(`${from} -> ${to}`)))
}

/** From folder to folder below `top`, each once. */
export function folderArrows({ imports }: House, top: string): readonly (readonly [string, string])[] {
  const inside = imports.filter(({ file, target }) => file.startsWith(top) && target.startsWith(top))
  const arrows = inside.map(({ file, target }) => [dirname(file), dirname(target)] as const)
  const distinct = new Map(arrows.filter(([from, to]) => from !== to).map(arrow => [arrow.join(' '), arrow]))
  return [...distinct.values()]
}

/** Exports of `src` that no other file imports, neither in `src` nor in `test`. */
export function deadExports(house: House): readonly Exported[] {
  const used = new Set(house.imports.flatMap(({ target, names }) => names.map(name => `${target} ${name}`)))
  return house.files
    .filter(file => file.startsWith('src/'))
    .flatMap(file => exportsOf(house.read(file)).map(name => ({ file, name })))
    .filter(({ file, name }) => !used.has(`${file} ${name}`) && !used.has(`${file} *`))
}

/** The names that a text exports. */
export function exportsOf(text: string): readonly string[] {
  const declared =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm
  const listed = /^export (?:type )?\{([^}]*)\}/gm
  return [
    ...[...text.matchAll(declared)].map(match => match[1]!),
    ...[...text.matchAll(listed)].flatMap(match => namesIn(match[1]!).map(([, exported]) => exported)),
  ]
}

/** The imports and re-exports of a text, also those by `import()`. */
export function importsOf(file: string, text: string): readonly Import[] {
  const target = (specifier: string) => (specifier.startsWith('.') ? join(dirname(file), specifier) : specifier)
  const atTop = /^(?:import|export)\s+(type\s+)?([^'"]*?from\s+)?['"]([^'"]+)['"]/gm
  const later = /(?:const\s+(\{[^}]*\})\s*=\s*await\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
  const code = withoutComments(text)
  return [
    ...[...text.matchAll(atTop)].map(([, type, clause = '', specifier]) => ({
      file,
      target: target(specifier!),
      typeOnly: type !== undefined || namesOnlyTypes(clause),
      later: false,
      names: importedNames(clause),
    })),
    ...[...code.matchAll(later)].map(([, names, specifier]) => ({
      file,
      target: target(specifier!),
      typeOnly: false,
      later: true,
      names: names === undefined ? ['*'] : importedNames(names.replaceAll(':', ' as ')),
    })),
  ]
}

/** The text without its comments, for patterns that look for code. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '')
}

function importedNames(clause: string): readonly string[] {
  const braces = clause.match(/\{([^}]*)\}/)?.[1]
  if (braces !== undefined) return namesIn(braces).map(([imported]) => imported)
  return clause.includes('*') ? ['*'] : ['default']
}

/** `a, type b as c`: pairs of the names before and behind `as`. */
function namesIn(list: string): readonly (readonly [string, string])[] {
  return list
    .split(',')
    .map(name => name.trim().replace(/^type /, ''))
    .filter(name => name !== '')
    .map(name => name.split(/\s+as\s+/))
    .map(([before, behind]) => [before!, behind ?? before!] as const)
}

/** `import { type A, type B } from` imports nothing at run time either. */
function namesOnlyTypes(clause: string): boolean {
  const names = clause.match(/\{([^}]*)\}/)?.[1]?.split(',') ?? []
  const said = names.map(name => name.trim()).filter(name => name !== '')
  return said.length > 0 && said.every(name => name.startsWith('type '))
}

function listFiles(folder: string, extension = '.ts'): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(extension))
    .map(entry => join(entry.parentPath, entry.name))
}
