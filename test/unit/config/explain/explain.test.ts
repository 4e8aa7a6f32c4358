// Explanations: what is found, what is said, and that every generated example is what the grammar takes.

import assert from 'node:assert/strict'
import test from 'node:test'
import { coverage } from '../../../../src/config/blocks/coverage.ts'
import { grammar } from '../../../../src/config/blocks/keywords.ts'
import { allCodes, pageCodes } from '../../../../src/config/explain/code.ts'
import { exampleOf } from '../../../../src/config/explain/example.ts'
import { codeText, foundText, overviewText } from '../../../../src/config/explain/explain-text.ts'
import { find } from '../../../../src/config/explain/find.ts'
import { grammarNotes } from '../../../../src/config/explain/grammar-notes.ts'
import { allTopics, isBlock, pathOf, type Topic } from '../../../../src/config/explain/topic.ts'
import { wrap } from '../../../../src/config/explain/wrap.ts'
import { interpret } from '../../../../src/config/language/interpret.ts'
import type { KeywordSpec } from '../../../../src/config/language/spec.ts'
import { problemCodes } from '../../../../src/config/report/codes.ts'
import { readerCodes } from '../../../../src/config/report/collector.ts'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import { readText } from '../memory-files.ts'

const told = (query: string) => foundText(find(query))
const paths = (query: string) => find(query).topics.map(pathOf)

test('a keyword is explained with arguments, range, default, state and example', () => {
  assert.equal(
    told('vrrp_instance/priority'),
    [
      'vrrp_instance/priority',
      '',
      '    priority INTEGER',
      '',
      '  Election priority, 255 is the address owner.',
      '',
      '  Argument    INTEGER: a number from 1 to 255',
      '  Default     100 (255 with state MASTER)',
      '  State       in effect',
      '  Since       keepalived 2.2.7 or older',
      '  Bad value   reported; 100 is taken in its place',
      '  No value    the daemon does not start',
      '  Repeated    the last one counts',
      '  Example     priority 10',
      '',
    ].join('\n'),
  )
})

test('units and steps are named', () => {
  assert.match(told('vrrp_script/interval'), /SECONDS: seconds from 0 to 4294; decimals down to 0\.001/)
  assert.match(told('vrrp_garp_master_delay'), /seconds from 0 to 4294; whole seconds only\n/)
  assert.match(told('bfd_instance/min_rx'), /MILLISECONDS: milliseconds, at least 1|milliseconds from 1 to 4294967/)
  assert.match(told('smtp_connect_timeout'), /0 is taken\s+for 1/)
})

test('aliases, deprecated names, versions and extensions are told', () => {
  assert.match(told('vmac_garp_intvl'), /Same as +garp_extra_if\n +Deprecated +use garp_extra_if\n/)
  assert.match(told('vrrp_instance/garp_extra_if'), /Also +vmac_garp_intvl\n/)
  assert.match(told('json_version'), /Since +keepalived 2\.2\.8\n/)
  assert.match(told('sni_name'), /Since +keepalived after 2\.4\.3\n/)
  assert.match(
    told('smtp_server/starttls'),
    /an extension, refused under\s+--strict-keepalived\n +Since +not in keepalived\n/,
  )
})

test('a keyword is found in every block that knows it, and a path narrows the search', () => {
  assert.ok(paths('connect_port').length > 5)
  assert.deepEqual(paths('TCP_CHECK/connect_port'), ['virtual_server/real_server/TCP_CHECK/connect_port'])
  assert.deepEqual(paths('real_server TCP_CHECK connect_port'), paths('TCP_CHECK/connect_port'))
  assert.deepEqual(paths('top/track_file'), ['track_file'])
  assert.ok(paths('track_file').length > 1)
  assert.deepEqual(paths('virtual_ipaddress/dev'), ['vrrp_instance/virtual_ipaddress/dev'])
  assert.ok(paths('blackhole').includes('static_routes/TYPE'))
})

test('places that say the same are told once', () => {
  const text = told('virtual_ipaddress/dev') + told('virtual_ipaddress_excluded/dev')
  assert.equal(text.match(/Interface that carries the address/g)?.length, 2)
  assert.ok(told('track_interface').match(/Interfaces whose links/g)!.length < paths('track_interface').length + 1)
})

test('forms of the language are explained too', () => {
  for (const query of ['~SEQ', '@ID', 'include', '_PWD', '$NAME']) assert.ok(find(query).forms.length > 0, query)
})

test('a misspelt word gets a suggestion, inside the block if one is named', () => {
  assert.equal(find('prority').suggestion, 'priority')
  assert.equal(find('vrrp_instance/prority').suggestion, 'vrrp_instance/priority')
  assert.equal(find('vrrp_script/connect_port').suggestion, 'connect_port')
  assert.equal(find('xyzzyxyzzy').suggestion, undefined)
  assert.equal(find('  /').topics.length, 0)
})

test('everything in the coverage list can be asked for', () => {
  for (const { block, keyword } of coverage()) {
    const query = block === 'any' || keyword.startsWith('<') ? undefined : `${block}/${keyword}`
    if (query !== undefined) assert.ok(find(query).topics.length > 0, query)
    else if (block === 'any') assert.equal(find(keyword).forms[0]?.[0], keyword)
  }
})

test('every explanation fits into 80 columns unless a word is longer', () => {
  const texts = allTopics().map(topic => foundText({ topics: [topic], forms: [], suggestion: undefined }))
  for (const line of [...texts, overviewText(), ...allCodes().map(codeText)].join('').split('\n')) {
    assert.ok(line.length <= 80 || /\S{40}|^ {4,14}\S/.test(line), line)
  }
})

test('every generated example is taken without a complaint where it belongs', () => {
  for (const topic of allTopics()) {
    const text = fileWith(topic)
    const found: Diagnostic[] = []
    interpret(readText(text).tokens, grammar, { strictKeepalived: false, report: each => found.push(each) })
    const serious = found.filter(({ code }) => !['KA1212', 'KA1215'].includes(code))
    assert.deepEqual(
      serious.map(({ code, message }) => `${code} ${message}`),
      [],
      `${pathOf(topic)}:\n${text}`,
    )
  }
})

/** The example inside the blocks around it. */
function fileWith(topic: Topic): string {
  const line = exampleOf(topic)
  const isOpen = line.endsWith('{')
  let text = isOpen ? `${line}\n}` : line
  const around = topic.isOption ? topic.around.filter(each => isBlock(each)) : topic.around
  const outer =
    topic.isOption && isBlock(topic.around.at(-1)!) && topic.around.at(-1)!.row === undefined
      ? around.slice(0, -1)
      : around
  for (const [i, block] of [...outer.entries()].reverse()) text = `${openingOf(block, outer.slice(0, i))}\n${text}\n}`
  return text
}

function openingOf(spec: KeywordSpec, around: readonly KeywordSpec[]): string {
  return exampleOf({ around, spec, isOption: false, siblings: [] })
}

test('every code of reader and grammar has a note of its own', () => {
  const codes = new Set(allCodes().map(({ code }) => code))
  for (const code of Object.values(readerCodes)) assert.ok(codes.has(code), code)
  for (const { name, code } of problemCodes()) {
    assert.ok(codes.has(code), code)
    assert.ok(
      grammarNotes.has(code) || code.startsWith('KA10'),
      `${code} (${name}) needs a row in grammar-notes.ts or model-notes.ts`,
    )
  }
  for (const code of grammarNotes.keys())
    assert.ok(
      problemCodes().some(each => each.code === code),
      `${code} is reported by nobody`,
    )
})

test('a code that comes in two degrees of gravity names both', () => {
  const text = codeText(allCodes().find(({ code }) => code === 'KA1303')!)
  assert.match(text, /^KA1303: Scripts run without enable_script_security\n/)
  assert.equal(text.match(/ {2}Warning/g)?.length, 2)
})

test('codes of lint rules do not collide with those of the reader and the grammar', () => {
  const codes = allCodes().map(({ code }) => code)
  assert.deepEqual(
    [...pageCodes().keys()].filter(code => codes.includes(code)),
    [],
  )
  assert.equal(new Set(codes).size, codes.length)
})

test('text is wrapped at blanks, with a hanging indentation', () => {
  assert.deepEqual(wrap('aa bb cc', '- ', 7), ['- aa bb', '  cc'])
  assert.deepEqual(wrap('aaaaaaaaaa b', '- ', 7), ['- aaaaaaaaaa', '  b'])
  assert.deepEqual(wrap('', '- ', 7), ['-'])
})
