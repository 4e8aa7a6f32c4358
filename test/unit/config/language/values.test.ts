// Reading one word against an argument description: config-syntax section 8, one row per rule.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { ArgSpec } from '../../../../src/config/language/args.ts'
import {
  anyCaseOf,
  anyInterfaceName,
  integer,
  ip,
  milliseconds,
  oneOf,
  pattern,
  seconds,
  text,
  unsigned,
  wholeSeconds,
} from '../../../../src/config/language/args.ts'
import type { Value } from '../../../../src/config/language/value.ts'
import { describeArg, readValue } from '../../../../src/config/language/values.ts'

type Row = readonly [
  what: string,
  spec: ArgSpec,
  word: string,
  value: Value | undefined,
  problem?: string,
  help?: RegExp,
]

const boolean: ArgSpec = { name: 'BOOL', type: 'boolean' }

const rows: readonly Row[] = [
  ['a number', integer(1, 255), '51', 51],
  ['a number at the lower limit', integer(1, 255), '1', 1],
  ['a number below the range', integer(1, 255), '0', undefined, 'out-of-range'],
  ['a number above the range', integer(1, 255), '256', undefined, 'out-of-range'],
  ['a negative number', integer(-253, 253), '-20', -20],
  ['a number with a plus sign', integer(-253, 253), '+20', 20],
  ['leading blanks of a quoted number', integer(1, 255), ' 7', 7],
  ['no number at all', integer(1, 255), 'x', undefined, 'bad-value'],
  ['hexadecimal where it is not known', integer(1, 255), '0x10', undefined, 'out-of-range'],
  ['junk behind a number', integer(1, 255), '5x', 5, 'trailing-characters'],
  ['junk behind a strict number', integer(1, 255, { strict: true }), '5x', undefined, 'trailing-characters'],
  ['hexadecimal', unsigned({ anyBase: true }), '0x10', 16],
  ['octal', unsigned({ anyBase: true }), '010', 8],
  ['a word for a number', unsigned({ words: { forever: 4294967295 } }), 'forever', 4294967295],
  ['a zero that becomes one', unsigned({ substitute: [0, 1] }), '0', 1, 'out-of-range'],
  ['seconds', seconds(0, 10), '1.5', 1_500_000],
  ['seconds without a leading digit', seconds(0, 10), '.5', 500_000],
  ['a microsecond', seconds(0.000001, 10), '0.000001', 1],
  ['seconds below a microsecond', seconds(0.000001, 10), '0.0000001', undefined, 'out-of-range'],
  ['half a microsecond rounds up', seconds(0, 10), '1.0000015', 1_000_002, 'rounded-value'],
  ['seconds with millisecond steps', seconds(0, 10, 1000), '1.2345', 1_235_000, 'rounded-value'],
  ['seconds above the range', seconds(0, 10), '10.1', undefined, 'out-of-range'],
  ['an exponent', seconds(0, 10), '1e3', 1_000_000, 'trailing-characters'],
  ['a sign before seconds', seconds(0, 10), '-1', undefined, 'bad-value'],
  ['whole seconds', wholeSeconds(0, 4294), '30', 30_000_000],
  ['whole seconds with a fraction', wholeSeconds(0, 4294), '1.5', 1_000_000, 'trailing-characters'],
  ['whole seconds where 0 becomes 1', wholeSeconds(0, 4294, 1), '0', 1_000_000, 'out-of-range'],
  ['milliseconds', milliseconds(1, 1000), '10.5', 10_500],
  ['on', boolean, 'on', true],
  ['no', boolean, 'no', false],
  ['a boolean in capitals', boolean, 'ON', undefined, 'bad-value'],
  ['a word of a list', oneOf('MASTER', 'BACKUP'), 'BACKUP', 'BACKUP'],
  ['a word of a list in another case', oneOf('MASTER', 'BACKUP'), 'backup', undefined, 'bad-value'],
  ['a word of a list in any case', anyCaseOf('TCP', 'UDP'), 'tcp', 'TCP'],
  ['a text', text('NAME'), 'x', 'x'],
  ['a text that is too long', text('NAME', 3), 'abcd', 'abc', 'truncated-value'],
  ['an IPv4 address', ip(), '192.0.2.1', '192.0.2.1'],
  ['an IPv6 address', ip(), '2001:db8::1', '2001:db8::1'],
  ['an address of the wrong family', ip({ family: 4 }), '2001:db8::1', undefined, 'bad-value'],
  ['an address that is none', ip(), '192.0.2.300', undefined, 'bad-value'],
  ['a prefix', ip({ prefix: true }), '192.0.2.1/24', '192.0.2.1/24'],
  ['a prefix that is too long', ip({ prefix: true }), '192.0.2.1/33', '192.0.2.1', 'out-of-range'],
  ['a prefix that is refused', ip({ prefix: false }), '192.0.2.1/24', undefined, 'bad-value'],
  ['a prefix where none may be', ip(), '192.0.2.1/24', '192.0.2.1', 'needless-prefix'],
  [
    'an address with its port behind a colon',
    ip(),
    '192.0.2.1:80',
    undefined,
    'bad-value',
    /two words.*: 192\.0\.2\.1 80/,
  ],
  ['an IPv6 address in brackets', ip(), '[2001:db8::1]', undefined, 'bad-value', /without brackets: 2001:db8::1$/],
  ['a host name', ip(), 'www.example.org', undefined, 'bad-value', /not looked up/],
  ['a full-width digit', integer(1, 255), '５', undefined, 'bad-value', /U\+FF15/],
  ['a multicast address', ip({ multicast: true }), '224.0.0.18', '224.0.0.18'],
  ['an address that is not multicast', ip({ multicast: true }), '10.0.0.1', undefined, 'bad-value'],
  ['a word in place of an address', ip({ words: ['+', '-'] }), '+', '+'],
  ['a pattern', pattern('RANGE', /^\d+-\d+$/, 'a range'), '1-2', '1-2'],
  ['a pattern that does not fit', pattern('RANGE', /^\d+-\d+$/, 'a range'), '1', undefined, 'bad-value'],
  ['an interface', anyInterfaceName, 'eth0', 'eth0'],
  ['an interface name of 16 characters', anyInterfaceName, 'abcdefghijklmnop', undefined, 'bad-value'],
]

for (const [what, spec, word, value, problem] of rows) {
  test(`${what}: '${word}'`, () => {
    const reading = readValue(spec, word)
    assert.equal(reading.value, value)
    assert.equal(reading.problem?.name, problem)
  })
}

test('what is not a value says what was expected', () => {
  for (const [, spec, word, value, , help = /^expected \S/] of rows) {
    if (value === undefined) assert.match(readValue(spec, word).problem!.help, help, describeArg(spec))
  }
})

test('no word makes the reader throw, and a value is always inside its range', () => {
  const specs = rows.map(([, spec]) => spec)
  fc.assert(
    fc.property(fc.constantFrom(...specs), fc.string(), (spec, word) => {
      const { value, problem } = readValue(spec, word)
      assert.ok(value !== undefined || problem !== undefined)
      if (spec.type === 'integer' && typeof value === 'number' && spec.words?.[word] === undefined) {
        assert.ok(value >= spec.min && value <= spec.max)
      }
    }),
  )
})
