import assert from 'node:assert/strict'
import test from 'node:test'
import type { ScriptCommand } from '../../../../src/config/blocks/script/model.ts'
import { commandLine, shellPath, withArguments } from '../../../../src/supervisor/scripts/shell.ts'

const place = { file: 'test', line: 1 }
const words = (...argv: string[]): ScriptCommand => ({ argv, shell: false, text: argv.join(' '), place })
const shell = (text: string): ScriptCommand => ({ argv: text.split(' '), shell: true, text, place })

test('a plain command is executed without a shell, notify arguments after its own', () => {
  const line = commandLine(words('/bin/x', 'a b'), ['INSTANCE', 'VI_1', 'MASTER', '100'], '/bin/sh')
  assert.deepEqual(line, { file: '/bin/x', args: ['a b', 'INSTANCE', 'VI_1', 'MASTER', '100'] })
})

test('a command with shell syntax goes to the shell as written, with the arguments as positional parameters', () => {
  const line = commandLine(shell('a && b'), ['GROUP', 'G', 'FAULT', '0'], '/bin/bash')
  assert.deepEqual(line, { file: '/bin/bash', args: ['-c', 'a && b "$@"', '/bin/bash', 'GROUP', 'G', 'FAULT', '0'] })
  assert.deepEqual(commandLine(shell('a && b'), [], '/bin/sh').args, ['-c', 'a && b', '/bin/sh'])
})

test('</path checks that a file can be opened', () => {
  assert.deepEqual(commandLine(words('</etc/passwd'), [], '/bin/sh').args, ['-c', ': <"$1"', 'sh', '/etc/passwd'])
  assert.deepEqual(commandLine(words('<</etc/passwd'), [], '/bin/sh').file, '<</etc/passwd')
})

test('arguments are handed to the last simple command', () => {
  const table: [string, string][] = [
    ['log.sh', 'log.sh "$@"'],
    ['a | b >>/tmp/x', 'a | b >>/tmp/x "$@"'],
    ['log.sh &', 'log.sh "$@" &'],
    ['a; b ;', 'a; b "$@" ;'],
    ['a &&b', 'a &&b "$@"'],
    ['echo $3 >/tmp/x', 'echo $3 >/tmp/x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: shell text
    ['echo ${2} ', 'echo ${2}'],
    ['echo "$@"', 'echo "$@"'],
    ["awk '{print $1}' /tmp/x | log", `awk '{print $1}' /tmp/x | log "$@"`],
    ['(a; b)', '(a; b)'],
    ['if a; then b; fi', 'if a; then b; fi'],
    ['for i in 1 2; do b; done', 'for i in 1 2; do b; done'],
  ]
  for (const [text, expected] of table) assert.equal(withArguments(text), expected, text)
})

test('bash is chosen for bash syntax only', () => {
  const all = () => true
  const table: [string, string][] = [
    ['a && b', '/bin/sh'],
    ['a >/dev/null 2>&1', '/bin/sh'],
    ['killall -0 nginx &> /dev/null', '/bin/bash'],
    ['[[ -f /x ]]', '/bin/bash'],
  ]
  for (const [text, expected] of table) assert.equal(shellPath(text, all), expected, text)
})

test('without bash its syntax is not given to a shell that reads it otherwise', () => {
  const none = () => false
  assert.equal(shellPath('killall -0 nginx &> /dev/null', none), undefined)
  assert.equal(shellPath('a && b', none), '/bin/sh')
  const elsewhere = (path: string) => path === '/usr/bin/bash'
  assert.equal(shellPath('[[ -f /x ]]', elsewhere), '/usr/bin/bash')
})
