// The grammar against the list of all keywords of keepalived 2.4.3 (test/fixtures/grammar.tsv): none may be missing.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { coverage } from '../../../../src/config/blocks/coverage.ts'
import { grammar } from '../../../../src/config/blocks/keywords.ts'
import type { KeywordSpec } from '../../../../src/config/language/spec.ts'
import { problemCodes } from '../../../../src/config/report/codes.ts'

const table = readFileSync('test/fixtures/grammar.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(line => {
    const [block = '', keyword = '', kind = '', args = '', defaultValue = ''] = line.split('\t')
    return { block, keyword, kind, args, defaultValue }
  })

const keyOf = ({ block, keyword }: { block: string; keyword: string }) => `${block} ${keyword}`

function everySpec(): readonly KeywordSpec[] {
  const specs: KeywordSpec[] = []
  const visit = (spec: KeywordSpec) => {
    specs.push(spec)
    for (const inner of [...spec.children, ...spec.options, ...(spec.row === undefined ? [] : [spec.row])]) visit(inner)
  }
  visit(grammar)
  return specs
}

test('the grammar knows every keyword of the reference', () => {
  assert.equal(table.length, 835)
  const known = new Set(coverage().map(keyOf))
  assert.deepEqual(
    table.filter(row => !known.has(keyOf(row))).map(row => keyOf(row)),
    [],
  )
})

test('the grammar knows nothing beyond the reference but option words and our own keywords', () => {
  const reference = new Set(table.map(keyOf))
  const surplus = coverage().filter(row => !reference.has(keyOf(row)))
  const blocks = new Set(table.map(row => row.block).concat(table.map(row => `${row.block}/${row.keyword}`)))
  // Every surplus row is a word of a line that the reference describes as one argument list.
  const lines =
    /\/(smtp_server|lvs_timeouts|lvs_sync_daemon|use_vmac|use_ipvlan|lb_kind|\w*lvs_method|track_\w+|encap \w+)$/
  assert.deepEqual(
    surplus.filter(
      row =>
        !lines.test(row.block) && !['fwmark', 'group', 'drain_on_reload', 'verify_certificate'].includes(row.keyword),
    ),
    [],
  )
  assert.ok(blocks.size > 40)
})

test('a block names each keyword once', () => {
  for (const spec of everySpec()) {
    for (const words of [spec.children, spec.options]) {
      const names = words.map(word => word.keyword)
      assert.deepEqual(names.length, new Set(names).size, `${spec.keyword}: ${names.join(' ')}`)
    }
  }
})

test('every keyword has a description, and a name to be kept under', () => {
  for (const spec of everySpec()) {
    assert.match(spec.about, /\S.*\.$/, spec.keyword)
    assert.match(spec.storeAs, /^[a-zA-Z0-9]+$/, spec.keyword)
  }
})

test('an alias names a keyword of its own block', () => {
  const visit = (spec: KeywordSpec) => {
    for (const words of [spec.children, spec.options]) {
      for (const { keyword, aliasOf } of words) {
        if (aliasOf === undefined) continue
        assert.ok(
          words.some(word => word.keyword === aliasOf),
          `${spec.keyword}: ${keyword} is an alias of ${aliasOf}`,
        )
      }
      words.forEach(visit)
    }
  }
  visit(grammar)
})

test('integer ranges are those of the reference', () => {
  const specs = new Map<string, KeywordSpec>()
  const visit = (spec: KeywordSpec, block: string, path: string) => {
    specs.set(`${block} ${spec.keyword}`, spec)
    const inside = path === '' ? spec.keyword : `${path}/${spec.keyword}`
    for (const child of spec.children) visit(child, inside, inside)
  }
  for (const child of grammar.children) visit(child, 'top', '')
  let compared = 0
  for (const row of table) {
    const range = /^(?:INTEGER|PORT|NICE):(-?\d+)\.\.(\d+)$/.exec(row.args)
    const arg = specs.get(keyOf(row))?.args[0]
    if (range === null || arg === undefined) continue
    assert.equal(arg.type, 'integer', keyOf(row))
    if (arg.type !== 'integer') continue
    assert.deepEqual([arg.min, arg.max], [Number(range[1]), Number(range[2])], keyOf(row))
    compared++
  }
  assert.ok(compared > 70, `compared ${compared}`)
})

test('codes of problems are unique to their kind', () => {
  const byCode = new Map<string, string[]>()
  for (const { name, code } of problemCodes()) byCode.set(code, [...(byCode.get(code) ?? []), name])
  for (const [code, names] of byCode) {
    // One code may have a graver and a milder form, told apart by the beginning of the name.
    assert.ok(
      names.every(name => name.startsWith(names[0]!)),
      `${code}: ${names.join(', ')}`,
    )
    assert.match(code, /^KA1[23]\d\d$/)
  }
})
