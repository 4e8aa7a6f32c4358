// What `read` gives for a row, and what the compiler knows of it: wrong uses of a row do not compile (ts-expect-error).
import assert from 'node:assert/strict'
import test from 'node:test'
import { integer, oneOf, optional, repeated, seconds, text } from '../../../../src/config/language/args.ts'
import {
  entriesOf,
  is,
  isSet,
  lastOf,
  optionOf,
  read,
  readOption,
  rowsOf,
} from '../../../../src/config/language/entry.ts'
import { interpret } from '../../../../src/config/language/interpret.ts'
import { block, flag, list, row, toggle, value } from '../../../../src/config/language/spec.ts'
import { readText } from '../memory-files.ts'

const options = { port: value('port', integer(1, 65_535), 'Port.', { byDefault: 25 }), plain: flag('plain', 'Plain.') }
const rows = {
  rank: value('rank', integer(1, 255), 'Rank.'),
  size: value('size', integer(1, 9), 'Size.', { byDefault: 4 }),
  pause: value('pause', seconds(0, 10), 'Pause.', { byDefault: 250_000 }),
  state: value('state', oneOf('UP', 'DOWN'), 'State.'),
  pair: value('pair', [text('NAME'), optional(integer(0, 9))], 'A name and a number.'),
  cpus: value('cpus', repeated(integer(0, 63)), 'Numbers.'),
  bare: flag('bare', 'A word.'),
  loud: toggle('loud', 'A toggle.'),
  old: value('old', integer(1, 255), 'Old name.', { aliasOf: 'rank' }),
  names: list('names', row(text('NAME'), 'A name.', { options }), 'Names.'),
}
const top = { thing: block('thing', text('NAME'), rows, 'A thing.') }
const root = block('top', [], top, 'All.')

function thing(body: string) {
  const { tokens } = readText(`thing a {\n${body}\n}\n`)
  const tree = interpret(tokens, root, { strictKeepalived: false, report: () => {} })
  return lastOf(tree, top.thing)
}

test('a keyword that is absent reads as undefined, or as the default of its row', () => {
  const empty = thing('')
  const rank: number | undefined = read(empty, rows.rank)
  const size: number = read(empty, rows.size)
  const state: 'UP' | 'DOWN' | undefined = read(empty, rows.state)
  const loud: boolean | undefined = read(empty, rows.loud)
  const bare: boolean = read(empty, rows.bare)
  assert.deepEqual([rank, size, state, loud, bare], [undefined, 4, undefined, undefined, false])
  assert.equal(read(undefined, rows.size), 4)
})

test('what is written is read with the type of its row', () => {
  const full = thing('rank 7\nsize 2\nstate UP\npair x 3\ncpus 1 2\nbare\nloud off\nnames {\n n port 80 plain\n m\n}')
  assert.equal(read(full, rows.rank), 7)
  assert.equal(read(full, rows.size), 2)
  assert.equal(read(full, rows.state), 'UP')
  const pair: readonly [string, number | undefined] | undefined = read(full, rows.pair)
  assert.deepEqual(pair, ['x', 3])
  const cpus: readonly number[] | undefined = read(full, rows.cpus)
  assert.deepEqual(cpus, [1, 2])
  assert.equal(read(full, rows.bare), true)
  assert.equal(read(full, rows.loud), false)
  const [first, second] = rowsOf(full, rows.names)
  assert.deepEqual(
    [first?.values[0], readOption(first, options.port), readOption(first, options.plain)],
    ['n', 80, true],
  )
  assert.equal(readOption(second, options.port), 25)
  assert.equal(optionOf(second!, options.port), undefined)
})

test('the last statement counts, under whichever name it was written', () => {
  const twice = thing('rank 7\nold 9')
  assert.equal(read(twice, rows.rank), 9)
  assert.deepEqual(
    entriesOf(twice, rows.rank).map(entry => entry.values[0]),
    [7, 9],
  )
  assert.ok(is(twice!.children[1]!, rows.rank))
  assert.ok(!isSet(twice, rows.size))
})

test('the default of a row is also its documentation', () => {
  assert.equal(rows.size.default, '4')
  assert.equal(rows.pause.default, '0.25')
})

test('a wrong use of a row does not compile', () => {
  const empty = thing('')
  // @ts-expect-error a row without a default may be undefined
  const rank: number = read(empty, rows.rank)
  // @ts-expect-error only the words of the row
  const state: 'LEFT' | undefined = read(empty, rows.state)
  // @ts-expect-error a default has the type of the value
  value('x', integer(1, 2), 'Wrong.', { byDefault: 'one' })
  // @ts-expect-error a string is no row
  assert.throws(() => read(empty, 'rank'))
  // @ts-expect-error a keyword without lines is no list
  assert.deepEqual(rowsOf(empty, rows.rank), [])
  assert.deepEqual([rank, state], [undefined, undefined])
})
