// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
// Properties of the reader on random input. A failure prints its seed; give it to fast-check to replay.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { shellFor } from '../../../../src/config/blocks/script/shell-syntax.ts'
import { parseScriptWords } from '../../../../src/config/blocks/script/words.ts'
import { renderDiagnostics } from '../../../../src/config/report/diagnostic-text.ts'
import type { Span } from '../../../../src/config/report/span.ts'
import { suggest } from '../../../../src/config/report/suggest.ts'
import { readFiles, readText, show } from '../memory-files.ts'

const fragment = fc.constantFrom(
  ...[
    '$A=',
    '$B=',
    '${A}',
    '${B}',
    '$A',
    '${A${B}}',
    '$M=\\\n',
    '~SEQ(A,2)',
    '~SEQx(B,${A},9)',
    '~LST(A,x,y)',
    '~SEQ(',
    '~LST({A,B},{1,2})',
  ],
  ...['@node1 ', '@^node1 ', '@', 'include a.conf', 'include *', 'includea ', 'global_defs', 'include_check', '-match'],
  ...[
    '{',
    '}',
    '"',
    '\\',
    '#',
    '!',
    '\\#',
    ' ',
    '\t',
    '\n',
    '\n',
    '\n',
    '\r\n',
    '\0',
    'word',
    'k 1',
    '中',
    '\u00a0',
    '\ud83d',
    '\uFEFF',
  ],
  ...['${_RANDOM 1 5}', '${_ENV HOME}', '${_ENV}', '${_HASH}', '${_PWD}', '\\\n', ' \\\n', ','],
)
const text = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const runs = { numRuns: 1_500 }

function allSpans(span: Span): readonly Span[] {
  return [span, ...(span.expandedFrom ?? [])]
}

test('property: the reader never throws, and every place lies inside its file', () => {
  fc.assert(
    fc.property(text, text, (main, included) => {
      const result = readFiles({ 'main.conf': main, 'a.conf': included })
      const spans = result.tokens.flatMap(token => [
        token.span,
        ...(token.type === 'statement' ? token.words.map(w => w.span) : []),
      ])
      const places = [...spans, ...result.diagnostics.flatMap(d => (d.span === undefined ? [] : [d.span]))]
      for (const span of places.flatMap(allSpans)) {
        const line = result.sources.get(span.file)?.[span.line - 1]
        assert.ok(line !== undefined, `no line for ${JSON.stringify(span)}`)
        assert.ok(span.column >= 1 && span.column < span.endColumn, JSON.stringify(span))
        assert.ok(span.endColumn <= line.length + 2, `${JSON.stringify(span)} in ${JSON.stringify(line)}`)
      }
      renderDiagnostics(result.diagnostics, result.sources)
    }),
    runs,
  )
})

test('property: a statement has a word, and words hold no quotes, braces outside quotes or blanks', () => {
  fc.assert(
    fc.property(text, main => {
      for (const token of readText(main).tokens) {
        if (token.type !== 'statement') continue
        assert.ok(token.words.length > 0)
        for (const word of token.words) {
          assert.ok(!word.text.includes('"'))
          if (!word.quoted) assert.match(word.text, /^[^ \t{}]+$/)
        }
      }
    }),
    runs,
  )
})

const plainWord = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,12}$/)
const quotedWord = fc
  .stringMatching(/^[A-Za-z0-9 #!{}$\t'-]{0,12}$/)
  .filter(word => !word.includes('${') && !word.includes('$_'))
const word = fc.oneof(
  plainWord.map(value => ({ value, quoted: false })),
  quotedWord.map(value => ({ value, quoted: true })),
)

test('property: words written down come back, whatever comment follows and however they are quoted', () => {
  fc.assert(
    fc.property(
      plainWord,
      fc.array(word, { maxLength: 6 }),
      fc.constantFrom('', ' # c "x', '! {'),
      (keyword, words, comment) => {
        const written = [keyword, ...words.map(w => (w.quoted ? `"${w.value}"` : w.value))].join(' ')
        const [token, ...more] = readText(`\t${written} ${comment}\n`).tokens
        assert.deepEqual(more, [])
        assert.equal(token?.type, 'statement')
        assert.deepEqual(
          token.words.map(w => w.text),
          [keyword, ...words.map(w => w.value)],
        )
        assert.equal(token.raw, written)
        const line = `\t${written} ${comment}`
        for (const w of token.words) {
          const source = line.slice(w.span.column - 1, w.span.endColumn - 1)
          assert.equal(source, w.quoted ? `"${w.text}"` : w.text)
        }
      },
    ),
    runs,
  )
})

test('property: spreading a file over includes changes nothing', () => {
  fc.assert(
    fc.property(fc.array(plainWord, { maxLength: 8 }), fc.nat(8), (words, at) => {
      const head = words.slice(0, at).join('\n')
      const tail = words.slice(at).join('\n')
      const whole = readText(words.join('\n'))
      const parts = readFiles({ 'main.conf': `include h.conf\ninclude t.conf`, 'h.conf': head, 't.conf': tail })
      assert.deepEqual(show(parts.tokens), show(whole.tokens))
    }),
    { numRuns: 300 },
  )
})

test('property: script words, shell choice and suggestions never throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), raw => {
      const result = parseScriptWords(`script ${raw}`)
      if (result.ok) assert.ok(result.value.argv.length > 0)
      shellFor(raw)
      suggest(raw, ['weight', raw, 'x'])
    }),
    runs,
  )
})
