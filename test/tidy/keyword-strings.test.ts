// A keyword is named by its row and nowhere else: code that looks one up by a string is not found by find-references, and a
// misspelt string compiles. The number of such places may only fall.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'

const room = 'src/config'

/** The engine knows no keyword, the rows name them, and the reader has a language of its own (include, ~SEQ). */
const free = /^src\/config\/(language\/|text\/|blocks\/.*keywords\.ts$)/

const lookUps: readonly RegExp[] = [
  // The tree is asked for a keyword by its name.
  /\b(read|last|rows|blocks|rowOf|namedBlock|\w+Of|isSet|hasOption|inherited)\((?:[\w.]+, )+['`][\w$-]+/g,
  // A name is compared with a text.
  /\bkeyword (?:===|!==) '(?!<)/g,
  /\.(?:includes|has|test)\((?:\w+\.)*keyword\)/g,
]

/** Goes down with each place that is mended, and never up. */
const placesMax = 6

test('keywords are looked up by their rows', () => {
  const found = sources().flatMap(path => {
    const text = readFileSync(path, 'utf8')
    const hits = lookUps.flatMap(pattern => [...text.matchAll(pattern)])
    return hits.map(hit => `${path}:${text.slice(0, hit.index).split('\n').length} ${hit[0]}`)
  })
  assert.ok(
    found.length <= placesMax,
    `${found.length} places name a keyword by a string, ${placesMax} may:\n${found.join('\n')}`,
  )
  assert.ok(found.length === placesMax, `only ${found.length} places are left: write that number into this test`)
})

function sources(): readonly string[] {
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).map(name => join(room, name))
  return files.filter(path => path.endsWith('.ts') && !free.test(path))
}
