// The shell-like words of script keywords: config-syntax section 2.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseScriptWords } from '../../../../../src/config/blocks/script/words.ts'

const argvOf: readonly (readonly [raw: string, argv: readonly string[]])[] = [
  ['script /bin/x', ['/bin/x']],
  ['script "/usr/bin/test -f /run/ok"', ['/usr/bin/test', '-f', '/run/ok']],
  [`notify_master "/opt/n.sh 'two words' it\\'s" nobody nogroup`, ['/opt/n.sh', 'two words', "it's"]],
  [`script '/bin/x "a b" c'`, ['/bin/x', 'a b', 'c']],
  ['script "/bin/x \\"a b\\" c"', ['/bin/x', '"a', 'b"', 'c']],
  ['script /bin/x" a"\' b\'c', ['/bin/x', 'a', 'bc']],
  ['script "/bin/x a\\\\ b"', ['/bin/x', 'a\\', 'b']],
  ['script "/bin/x a\\ b"', ['/bin/x', 'a b']],
  ['script "/bin/x \'\' b"', ['/bin/x', '', 'b']],
  ['script "/bin/x \\a\\b\\E\\f\\n\\r\\t\\v"', ['/bin/x', '\x07\b\x1b\f\n\r\t\v']],
  ['script "/bin/x \\7\\101\\1012"', ['/bin/x', '\x07AA2']],
  ['script "/bin/x \\x9\\x41z\\xg"', ['/bin/x', '\x09Azxg']],
  ['script "/bin/x \\cA\\q\\8"', ['/bin/x', '\x01q8']],
  ['script </run/ok', ['</run/ok']],
  ['script   "  /bin/x   y  "  ', ['/bin/x', 'y']],
]

for (const [raw, argv] of argvOf) {
  test(`script words: ${raw}`, () => {
    const result = parseScriptWords(raw)
    assert.ok(result.ok)
    assert.deepEqual(result.value.argv, argv)
  })
}

const owners: readonly (readonly [
  rest: string,
  user: string | undefined,
  group: string | undefined,
  extra: readonly string[],
])[] = [
  ['', undefined, undefined, []],
  ['nobody', 'nobody', undefined, []],
  ['nobody nogroup', 'nobody', 'nogroup', []],
  ['nobody :nogroup', 'nobody', 'nogroup', []],
  ['nobody:nogroup', 'nobody', 'nogroup', []],
  ['nobody nogroup more words', 'nobody', 'nogroup', ['more', 'words']],
]

for (const [rest, user, group, extra] of owners) {
  test(`script words: user and group of ${JSON.stringify(rest)}`, () => {
    const result = parseScriptWords(`notify "/bin/x y" ${rest}`)
    assert.ok(result.ok)
    assert.deepEqual([result.value.user, result.value.group, result.value.extra], [user, group, extra])
    assert.equal(result.value.keyword, 'notify')
  })
}

test('script words: arguments outside the quotes are user and group', () => {
  const result = parseScriptWords('notify /bin/n.sh x y')
  assert.ok(result.ok)
  assert.deepEqual([result.value.argv, result.value.user, result.value.group], [['/bin/n.sh'], 'x', 'y'])
})

test('script words: the text for a shell loses the outer quotes and their escapes only', () => {
  const texts = [
    ['script "[ -f /x ] && exit 1 || exit 0"', '[ -f /x ] && exit 1 || exit 0'],
    ['script "echo \\"a b\\" | grep \'a\\n\'"', 'echo "a b" | grep \'a\\n\''],
    ['script \'echo "a" | sed s/\\./x/\'', 'echo "a" | sed s/\\./x/'],
  ] as const
  for (const [raw, text] of texts) {
    const result = parseScriptWords(raw)
    assert.ok(result.ok)
    assert.equal(result.value.text, text)
  }
})

test('script words: what is missing is said', () => {
  const kinds = ['script', 'script ""', 'script "  "', 'script "a', 'script "a \'b"', "script it's"].map(raw => {
    const result = parseScriptWords(raw)
    return result.ok ? 'ok' : result.error.kind
  })
  assert.deepEqual(kinds, [
    'missing-command',
    'missing-command',
    'missing-command',
    'unterminated',
    'unterminated',
    'unterminated',
  ])
})
