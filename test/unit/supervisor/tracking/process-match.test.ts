import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpTrackProcess } from '../../../../src/config/blocks/tracking/model.ts'
import { commandLineLengthFor, matcherOf } from '../../../../src/supervisor/tracking/process-match.ts'
import { trackProcess } from '../../../fixtures/track-process.ts'

const line = (...words: readonly string[]) => ({ name: 'named', commandLine: words.map(word => `${word}\0`).join('') })
const full = (parameters: readonly string[], parameterMatch: VrrpTrackProcess['parameterMatch']) =>
  matcherOf(trackProcess({ command: '/usr/sbin/named', fullCommand: true, parameters, parameterMatch }))

test('without more a process is known by the name that the kernel has for it', () => {
  const matches = matcherOf(trackProcess({}))
  assert.ok(matches({ name: 'named', commandLine: 'anything\0' }))
  assert.ok(!matches({ name: 'named2', commandLine: 'named\0' }))
})

test('the kernel keeps 15 bytes of a name, and so do we', () => {
  assert.ok(matcherOf(trackProcess({ command: 'a-name-of-20-letters' }))({ name: 'a-name-of-20-le', commandLine: '' }))
  const umlauts = Buffer.from('äöü').toString('latin1')
  assert.ok(matcherOf(trackProcess({ command: 'äöü' }))({ name: umlauts, commandLine: '' }))
})

test('full_command goes by the first word of the command line, whatever follows', () => {
  const matches = full([], 'any')
  assert.ok(matches(line('/usr/sbin/named', '-f')))
  assert.ok(!matches(line('named')))
  assert.ok(!matches({ name: 'named', commandLine: '' }))
})

test('parameters match exactly, from the beginning, or with a longer last one', () => {
  const lines = [
    line('/usr/sbin/named'),
    line('/usr/sbin/named', '-u', 'bind'),
    line('/usr/sbin/named', '-u', 'bind9'),
    line('/usr/sbin/named', '-u', 'bind', '-f'),
    line('/usr/sbin/named', '-f', '-u', 'bind'),
  ]
  const answers = (how: VrrpTrackProcess['parameterMatch']) =>
    lines
      .map(full(['-u', 'bind'], how))
      .map(Number)
      .join('')
  assert.equal(answers('exact'), '01000')
  assert.equal(answers('partial'), '01010')
  assert.equal(answers('initial'), '01110')
  assert.equal(lines.map(full([], 'exact')).map(Number).join(''), '10000')
})

test('as much of a command line is read as it takes to see that nothing follows', () => {
  assert.equal(commandLineLengthFor([trackProcess({})]), 0)
  const process = trackProcess({ command: 'abc', fullCommand: true, parameters: ['de', 'f'], parameterMatch: 'exact' })
  const length = commandLineLengthFor([process, trackProcess({})])
  const cut = (words: readonly string[]) => ({ name: '', commandLine: line(...words).commandLine.slice(0, length) })
  assert.ok(matcherOf(process)(cut(['abc', 'de', 'f'])))
  assert.ok(!matcherOf(process)(cut(['abc', 'de', 'f', 'g'])))
})
