// `$NAME` definitions, references and built-ins: config-syntax section 5.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import { expansionDepthMax } from '../../../../src/config/text/parameter.ts'
import { codes, readText, show } from '../memory-files.ts'

interface Row {
  readonly name: string
  readonly text: string
  readonly stream: readonly string[]
  readonly codes?: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'a bare reference ends at a blank', text: '$P=v\nk $P x', stream: ['k v x'] },
  {
    name: 'a bare reference ends at comma, parenthesis and line end',
    text: '$P=v\nk $P,b ($P) a$P',
    stream: ['k v,b (v) av'],
  },
  {
    name: 'a bare reference is not ended by slash, dot or quote',
    text: '$P=v\nk $P/ $P. "$P"',
    stream: ['k $P/ $P. <$P>'],
  },
  { name: 'braces go anywhere', text: '$P=v\nk a${P}b "c ${P}"', stream: ['k avb <c v>'] },
  { name: 'a bare reference works inside quotes', text: '$P=v\nk "$P x"', stream: ['k <v x>'] },
  { name: 'a definition may be empty and indented', text: '  $P=\nk a${P}b', stream: ['k ab'] },
  { name: 'blanks around the value go', text: '$P=  a  b  # c\nk $P', stream: ['k a b'] },
  { name: 'values are expanded at the place of use', text: '$A=1\n$B=${A}x\n$A=2\nk $B', stream: ['k 2x'] },
  { name: 'names may be put together', text: '$A=1\n$B1=yes\nk ${B${A}}', stream: ['k yes'] },
  { name: 'a definition may follow a brace', text: 'b { $P=3\nk $P\n}', stream: ['b', '{', 'k 3', '}'] },
  { name: 'braces out of a value open blocks', text: '$O={ x }\nb $O', stream: ['b', '{', 'x', '}'] },
  { name: 'quotes out of a value quote', text: '$Q="a b"\nk $Q', stream: ['k <a b>'] },
  { name: 'an unknown bare reference is text', text: 'k $NOPE', stream: ['k $NOPE'] },
  { name: 'unknown braces act as a block', text: 'k ${NOPE}', stream: ['k $', '{', 'NOPE', '}'], codes: ['KA1023'] },
  { name: 'unknown braces inside quotes are text', text: 'k "${NOPE} x"', stream: ['k <${NOPE} x>'] },
  { name: 'a blank before = is no definition', text: '$A = 1', stream: ['$A = 1'], codes: ['KA1025'] },
  { name: 'the instance', text: 'k ${_INSTANCE} $_INSTANCE', stream: ['k node1 node1'] },
  { name: 'the directory', text: 'k ${_PWD}', stream: ['k /etc/keepalived'] },
  { name: 'the environment', text: 'k ${_ENV HOME} a${_ENV EMPTY}${_ENV NOPE}b', stream: ['k /root ab'] },
  { name: 'names that every object has are not in the environment', text: 'k a${_ENV toString}', stream: ['k a'] },
  {
    name: 'no name for the environment is an error, not a crash',
    text: 'k a${_ENV}',
    stream: ['k a'],
    codes: ['KA1026'],
  },
  { name: 'random numbers', text: 'k ${_RANDOM} ${_RANDOM 10} ${_RANDOM 4 4}', stream: ['k 16384 16389 4'] },
  { name: 'a random range upside down', text: 'k ${_RANDOM 5 2}', stream: ['k 5'], codes: ['KA1027'] },
  { name: 'a hash survives inside quotes', text: 'k "a${_HASH}b" "${_BANG}"', stream: ['k <a#b> <!>'] },
  { name: 'a hash outside quotes is a comment', text: 'k a${_HASH}b', stream: ['k a'], codes: ['KA1029'] },
  { name: 'built-ins may be overridden', text: '$_INSTANCE=me\nk ${_INSTANCE}', stream: ['k me'] },
  { name: 'a line of several', text: '$M=\\\n a 1 \\\n b 2\nx\n$M\ny', stream: ['x', 'a 1', 'b 2', 'y'] },
  { name: 'the first line may hold text', text: '$M=a 1 \\\n b 2\n$M', stream: ['a 1', 'b 2'] },
  {
    name: 'text before it joins the first line that is not empty',
    text: '$M=\\\n a \\\n b\nk $M',
    stream: ['k a', 'b'],
  },
  { name: 'text behind it prevents it', text: '$M=a \\\n b\n$M x', stream: ['$M x'] },
  {
    name: 'braces behind it prevent it',
    text: '$M=a \\\n b\nk { ${M} }',
    stream: ['k', '{', '$', '{', 'M', '}', '}'],
    codes: ['KA1024'],
  },
  { name: 'empty lines inside are dropped', text: '$M=\\\n a \\\n\n \\\n # c\n b\nx\n$M', stream: ['x', 'a', 'b'] },
  { name: 'a comment may end in the backslash', text: '$M= # c \\\n a # d \\\n b\n$M', stream: ['a', 'b'] },
  { name: 'lines may hold conditions', text: '$M=\\\n @node1 a \\\n @node2 b \\\n c\n$M', stream: ['a', 'c'] },
  { name: 'lines may hold definitions', text: '$M=\\\n $Z=9 \\\n a $Z\n$M', stream: ['a 9'] },
  { name: 'lines may hold sequences', text: '$M=\\\n ~SEQ(N,2) a${N} \\\n b\n$M', stream: ['a1', 'a2', 'b'] },
  {
    name: 'lines may hold blocks',
    text: '$M=\\\n a { b } \\\n c {\n$M\n}',
    stream: ['a', '{', 'b', '}', 'c', '{', '}'],
  },
  { name: 'they nest', text: '$I=\\\n b \\\n c\n$M=\\\n a \\\n $I \\\n d\n$M', stream: ['a', 'b', 'c', 'd'] },
  { name: 'the file may end inside', text: '$M=a \\', stream: [], codes: ['KA1028'] },
]

for (const row of rows) {
  test(`parameter: ${row.name}`, () => {
    const result = readText(row.text)
    assert.deepEqual(show(result.tokens), row.stream)
    assert.deepEqual(codes(result), row.codes ?? [])
  })
}

test('parameter: a word knows its use and its definition, innermost first', () => {
  const [token] = readText('$A=10\n$B=${A}.1\n  ip ${B}/24').tokens
  assert.equal(token?.type, 'statement')
  assert.deepEqual(token.words[1]?.span, {
    file: 'main.conf',
    line: 3,
    column: 6,
    endColumn: 13,
    expandedFrom: [
      { file: 'main.conf', line: 1, column: 4, endColumn: 6 },
      { file: 'main.conf', line: 2, column: 4, endColumn: 8 },
      { file: 'main.conf', line: 2, column: 8, endColumn: 10 },
    ],
  })
})

test('parameter: a line of a multi-line value points at its use and at the line itself', () => {
  const [, token] = readText('$M=\\\n a 1 \\\n b 2\n  $M').tokens
  assert.deepEqual(token?.span, {
    file: 'main.conf',
    line: 4,
    column: 3,
    endColumn: 5,
    expandedFrom: [{ file: 'main.conf', line: 3, column: 2, endColumn: 5 }],
  })
})

test('parameter: a misspelt name is recognised', () => {
  const result = readText('$NETWORK=10\nk ${NETWROK}')
  assert.equal(result.diagnostics[0]?.help, "did you mean 'NETWORK'?")
  assert.equal(result.diagnostics[0]?.faultClass, 'advice')
})

test('parameter: a line that would grow beyond 1023 bytes keeps the reference', () => {
  const result = readText(`$L=${'x'.repeat(600)}\nk "\${L}\${L}"`)
  assert.deepEqual(codes(result), [readerCodes.expansionTooLong])
  assert.deepEqual(show(result.tokens), [`k <${'x'.repeat(600)}\${L}>`])
})

for (const text of ['$A=${A}', '$A=x${A}', '$A=${B}\n$B=${A}', '$A=\\\n x \\\n $A']) {
  test(`parameter: one that refers to itself ends the load, naming the place: ${JSON.stringify(text)}`, () => {
    const result = readText(`${text}\nk \${A}\nend`)
    assert.deepEqual(codes(result), [readerCodes.expansionTooDeep])
    assert.equal(result.diagnostics[0]?.faultClass, 'fatal')
    assert.match(result.diagnostics[0]?.help ?? '', /refers to itself/)
    assert.ok(!show(result.tokens).includes('end'))
  })
}

test('parameter: nesting up to the bound works', () => {
  const names = Array.from({ length: expansionDepthMax }, (_, i) => `$P${i}=\${P${i + 1}}`)
  const text = [...names.slice(0, -1), `$P${expansionDepthMax - 1}=deep`, 'k ${P0}'].join('\n')
  const result = readText(text)
  assert.deepEqual(show(result.tokens), ['k deep'])
  assert.deepEqual(codes(result), [])
})

test('parameter: a bomb of empty values ends soon', () => {
  const many = (name: string) => `\${${name}}`.repeat(200)
  const result = readText(`$E=\n$D=${many('E')}\n$C=${many('D')}\nk \${C}\n`.repeat(50))
  assert.ok(result.diagnostics.length > 0)
})

test('parameter: doubling lines end in a bound, not in memory', () => {
  const doubling = Array.from({ length: 25 }, (_, i) => `$P${i}=\\\n \${P${i + 1}} \\\n \${P${i + 1}}`)
  const result = readText(`${doubling.join('\n')}\n$P25=k\n$P0\n`)
  assert.deepEqual(codes(result), [readerCodes.tooMuchText])
  assert.equal(result.diagnostics[0]?.faultClass, 'fatal')
})
