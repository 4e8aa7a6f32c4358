// ~SEQ and ~LST: config-syntax section 7.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import { codes, readText, show } from '../memory-files.ts'

const rows: readonly { name: string; text: string; stream: readonly string[] }[] = [
  { name: 'the end alone counts from 1', text: '~SEQ(N, 3) a${N}', stream: ['a1', 'a2', 'a3'] },
  { name: 'start and end', text: '~SEQ(N,5,7) a${N}', stream: ['a5', 'a6', 'a7'] },
  { name: 'the end is inclusive only if it is met', text: '~SEQ(N,1,2,4) a${N}', stream: ['a1', 'a3'] },
  { name: 'a negative step', text: '~SEQ(N,10,-5,-5) a${N}', stream: ['a10', 'a5', 'a0', 'a-5'] },
  { name: 'a negative end counts from -1', text: '~SEQ(N,-2) a${N}', stream: ['a-1', 'a-2'] },
  { name: 'without a step it counts down if it must', text: '~SEQ(N,3,1) a${N}', stream: ['a3', 'a2', 'a1'] },
  { name: 'one round', text: '~SEQ(N,4,4) a${N}', stream: ['a4'] },
  { name: 'hexadecimal and octal numbers', text: '~SEQ(N,0x10,010,32) a${N}', stream: ['a16', 'a24', 'a32'] },
  { name: 'printed in hexadecimal', text: '~SEQx(N,9,11) a${N}', stream: ['a9', 'aa', 'ab'] },
  { name: 'numbers may be references', text: '$E=2\n~SEQ(N,${E}) a${N}', stream: ['a1', 'a2'] },
  { name: 'a bare reference', text: '~SEQ(N,2) a $N', stream: ['a 1', 'a 2'] },
  { name: 'the leftmost varies slowest', text: '~SEQ(A,2)~SEQ(B,2) a${A}${B}', stream: ['a11', 'a12', 'a21', 'a22'] },
  {
    name: 'an inner bound may use the outer variable',
    text: '~SEQ(A,2) ~SEQ(B,${A}) a${A}${B}',
    stream: ['a11', 'a21', 'a22'],
  },
  { name: 'the variable keeps its last value', text: '~SEQ(N,2) a${N}\nb${N}', stream: ['a1', 'a2', 'b2'] },
  {
    name: 'braces in the rest open blocks',
    text: '~SEQ(N,2) a { b${N} }',
    stream: ['a', '{', 'b1', '}', 'a', '{', 'b2', '}'],
  },
  { name: 'nothing to repeat', text: '~SEQ(N,2)\nb', stream: ['b'] },
  { name: 'a list', text: '~LST(A, p, q) a$A', stream: ['ap', 'aq'] },
  { name: 'a list of tuples', text: '~LST({A,B}, {1,x}, {2}) a${A}-${B}', stream: ['a1-x', 'a2-'] },
  { name: 'an empty list value', text: '~LST(A,,x) a${A}b', stream: ['ab', 'axb'] },
  { name: 'behind a brace', text: 'a { ~SEQ(N,2) b${N}\n}', stream: ['a', '{', 'b1', 'b2', '}'] },
  {
    name: 'behind a brace the variable is not that of an earlier line',
    text: '~SEQ(N,2) x\na { ~SEQ(N,2) b${N}\n}',
    stream: ['x', 'x', 'a', '{', 'b1', 'b2', '}'],
  },
  { name: 'out of a parameter, as the manual says', text: '$S=~SEQ(N,2)\n$S a', stream: ['a', 'a'] },
  {
    name: 'a multi-line value once per round',
    text: '$M=\\\n x${N} \\\n y\n~SEQ(N,2) $M',
    stream: ['x1', 'y', 'x2', 'y'],
  },
]

for (const row of rows) {
  test(`sequence: ${row.name}`, () => {
    const result = readText(row.text)
    assert.deepEqual(show(result.tokens), row.stream)
    assert.deepEqual(codes(result), [])
  })
}

const faulty: readonly (readonly [text: string, code: string])[] = [
  ['~SEQ(N,1,0,5) a', readerCodes.badSequence],
  ['~SEQ(N,1,-1,5) a', readerCodes.badSequence],
  ['~SEQ(N,5,1,1) a', readerCodes.badSequence],
  ['~SEQ(N) a', readerCodes.badSequence],
  ['~SEQ(N,1,2,3,4) a', readerCodes.badSequence],
  ['~SEQ(N,x) a', readerCodes.badSequence],
  ['~SEQ(N,08) a', readerCodes.badSequence],
  ['~SEQ(9,2) a', readerCodes.badSequence],
  ['~SEQ(N,3 a', readerCodes.badSequence],
  ['~SEQ (N,3) a', readerCodes.badSequence],
  ['~SEQQ a', readerCodes.badSequence],
  ['~SEQx(N,-2) a', readerCodes.badSequence],
  ['~LST(A,p q) a', readerCodes.badList],
  ['~LST({A,B},{1,2,3}) a', readerCodes.badList],
  ['~LST(A,{x{y}) a', readerCodes.badList],
  ['~LST a', readerCodes.badList],
  ['~SEQ(N,1,1000000) a', readerCodes.sequenceTooLong],
]

for (const [text, code] of faulty) {
  test(`sequence: ${text} is reported and the line ignored`, () => {
    const result = readText(`${text}\nb`)
    assert.deepEqual(codes(result), [code])
    assert.equal(result.diagnostics[0]?.faultClass, 'general')
    assert.deepEqual(show(result.tokens), ['b'])
  })
}

test('sequence: numbers point at the sequence, list values at themselves', () => {
  const tokens = readText('~SEQ(N,1) ~LST(V,abc) k ${N}${V}').tokens
  assert.equal(tokens[0]?.type, 'statement')
  assert.deepEqual(tokens[0].words[1]?.span, {
    file: 'main.conf',
    line: 1,
    column: 25,
    endColumn: 33,
    expandedFrom: [
      { file: 'main.conf', line: 1, column: 1, endColumn: 10 },
      { file: 'main.conf', line: 1, column: 18, endColumn: 21 },
    ],
  })
})

test('sequence: nested ones that multiply end in a bound', () => {
  const result = readText('~SEQ(A,1000)~SEQ(B,1000)~SEQ(C,1000) k')
  assert.deepEqual(codes(result), [readerCodes.tooMuchText])
  assert.equal(result.diagnostics[0]?.faultClass, 'fatal')
})
