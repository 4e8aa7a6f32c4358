// The map is true: every path that ARCHITECTURE.md names exists, every room has its line, and "Where do I put …" covers every file
// that its examples touch, which is derived from the sources.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { readHouse, rootOf, withoutComments } from './house.ts'
import { filesNaming, subcommandFiles } from './shape.ts'

const root = rootOf(import.meta.dirname)
const map = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
const house = readHouse(root)

const lines = section('Where do I put …')
  .match(/^\| .*/gm)!
  .slice(2)
const rows = lines.map(line => {
  const [kind, goesTo, example] = line
    .slice(2, -1)
    .split('|')
    .map(cell => cell.trim())
  return { kind: kind!, paths: pathsIn(goesTo!), example: example?.replaceAll('`', '') ?? '' }
})

/** The files of `src` that the example of a kind touches. */
function touched(kind: string, example: string): readonly string[] {
  switch (kind) {
    case 'subcommand that asks the daemon':
      return subcommandFiles(house)
    case 'message':
      return filesWith(
        new RegExp(`(\\bt: |case |^  )'?${example}'?\\b(?=[,:' ])`, 'm'),
        /^src\/(ipc|workers|supervisor)\//,
      )
    case 'subcommand on files':
      return filesWith(new RegExp(`\\b${example}(Synopsis|-command)\\b`), /^src\/supervisor\/cli\//)
    case 'log event':
    case 'effect':
      return filesWith(new RegExp(`'${example}'`), /^src\//)
    default:
      return filesNaming(house, example.replaceAll('-', '_')).concat(
        filesWith(new RegExp(`'${example}'|--${example}\\b`), /^src\//),
      )
  }
}

for (const { kind, paths, example } of rows.filter(row => row.example !== '')) {
  test(`a new ${kind} is where the map says: ${example}`, () => {
    const files = touched(kind, example)
    assert.ok(files.length > 1, `${example} is found in ${files}`)
    assert.deepEqual(
      files.filter(file => !paths.some(path => path.test(file))),
      [],
      'touched, but not on the map',
    )
  })
}

test('each kind that the map must have an example for has one', () => {
  const kinds = rows.filter(row => row.example !== '').map(({ kind }) => kind)
  for (const kind of ['keyword', 'checker', 'message', 'log event', 'subcommand that asks the daemon']) {
    assert.ok(kinds.includes(kind), kind)
  }
})

test('every path on the map exists', () => {
  const all = readHouse(root, ['src', 'test'])
  const named = [...map.matchAll(/(?<![\w/])((?:src|test|docs)\/[\w<>./-]*)/g)].map(match =>
    match[1]!.replace(/\.$/, ''),
  )
  const missing = named.filter(path => {
    if (!path.includes('<')) return !existsSync(join(root, path))
    return !all.files.some(file => patternOf(path).test(file))
  })
  assert.deepEqual([...new Set(missing)], [])
})

for (const [title, top] of [
  ['Rooms of the configuration', 'src/config'],
  ['Rooms of the supervisor', 'src/supervisor'],
] as const) {
  test(`every folder of ${top} has its line`, () => {
    const folders = new Set(house.files.filter(file => file.startsWith(`${top}/`)).map(file => dirname(file)))
    const said = section(title)
    const inBlocks = /^src\/config\/blocks\/./
    const missing = [...folders]
      .filter(folder => folder !== top && !inBlocks.test(folder))
      .filter(folder => !said.includes(`\`${folder.slice(top.length + 1)}/\``))
    assert.deepEqual(missing, [])
  })
}

function section(title: string): string {
  const start = map.indexOf(`## ${title}`)
  assert.ok(start >= 0, title)
  const end = map.indexOf('\n## ', start + 1)
  return map.slice(start, end < 0 ? undefined : end)
}

function filesWith(pattern: RegExp, folder: RegExp): readonly string[] {
  return house.files.filter(file => folder.test(file) && pattern.test(withoutComments(house.read(file))))
}

function pathsIn(cell: string): readonly RegExp[] {
  return [...cell.matchAll(/`((?:src|test)\/[^`]*)`/g)].map(match => patternOf(match[1]!))
}

/** `<any>` stands for a name or a part of one, a slash at the end for all that is in the folder. */
function patternOf(path: string): RegExp {
  const escaped = path.replaceAll('.', '\\.').replaceAll(/<\w+>/g, '[\\w-]*')
  return new RegExp(`^${escaped}${path.endsWith('/') ? '' : '$'}`)
}
