import assert from 'node:assert/strict'
import test from 'node:test'
import { strayCommand } from '../../../../src/supervisor/cli/stray-word.ts'

const commands = ['status', 'signal', 'check', 'plan', 'fmt']

for (const [name, first, words, said] of [
  ['a misspelt command is named with its cure', 'stauts', ['stauts'], /no command 'stauts'; did you mean 'status'\?/],
  ['an unknown first word is refused', 'maintain', ['maintain', 'on'], /no command 'maintain'; .*--help/],
  ['a command behind options is told where it belongs', '-n', ['status'], /'status' is a command and comes first/],
  ['a misspelt command behind options is refused as well', '-n', ['chekc'], /did you mean 'check'/],
] as const) {
  test(name, () => assert.match(strayCommand(first, words, commands) ?? '', said))
}

test('a stray word behind options starts the daemon as keepalived does', () => {
  assert.equal(strayCommand('-D', ['left-over'], commands), undefined)
  assert.equal(strayCommand('-D', [], commands), undefined)
})
