import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpTrackProcess } from '../../../../../src/config/blocks/tracking/model.ts'
import { trackProcess } from '../../../../fixtures/track-process.ts'
import { configOf, instanceText, loadText, marks } from '../../load-text.ts'

function processOf(body: string): VrrpTrackProcess | undefined {
  return configOf(`vrrp_track_process p {\n${body}\n}\n${instanceText('track_process {\np\n}')}`).trackProcesses[0]
}

test('a process that says nothing more is known by its name, and one is enough', () => {
  assert.deepEqual(processOf('process named'), trackProcess())
})

test('parameters and param_match go by the command line', () => {
  const match = (body: string) => {
    const { fullCommand, parameters, parameterMatch } = processOf(body)!
    return [fullCommand, parameters.join('|'), parameterMatch]
  }
  assert.deepEqual(match('process /usr/sbin/named -u "b nd"'), [true, '-u|b nd', 'exact'])
  assert.deepEqual(match('process named -u\nparam_match initial'), [true, '-u', 'initial'])
  assert.deepEqual(match('process named -u\nparam_match partial'), [true, '-u', 'partial'])
  assert.deepEqual(match('process named\nparam_match'), [true, '', 'exact'])
  assert.deepEqual(match('process named\nfull_command'), [true, '', 'any'])
})

test('of quorum and quorum_max that leave nothing the later one gives way; a maximum of 0 allows none', () => {
  const quorum = (body: string) => [processOf(`process n\n${body}`)?.quorum, processOf(`process n\n${body}`)?.quorumMax]
  assert.deepEqual(quorum('quorum 2\nquorum_max 3'), [2, 3])
  assert.deepEqual(quorum('quorum 2\nquorum_max 1'), [2, undefined])
  assert.deepEqual(quorum('quorum_max 2\nquorum 3'), [1, 2])
  assert.deepEqual(quorum('quorum_max 0'), [0, 0])
})

test('delay sets both delays, and whichever comes last counts', () => {
  const delays = (body: string) => {
    const { forkDelayUs, terminateDelayUs } = processOf(`process n\n${body}`)!
    return [forkDelayUs, terminateDelayUs]
  }
  assert.deepEqual(delays('delay 1.5'), [1_500_000, 1_500_000])
  assert.deepEqual(delays('delay 2\nfork_delay 0.5'), [500_000, 2_000_000])
  assert.deepEqual(delays('terminate_delay 3'), [0, 3_000_000])
})

test('a name that no process can have is told of', () => {
  const codes = (process: string) => marks(loadText(`vrrp_track_process p {\nprocess ${process}\n}`).diagnostics)
  assert.deepEqual(codes('/usr/sbin/named'), ['KA1316 2:1'])
  assert.deepEqual(codes('a-name-of-20-letters'), ['KA1316 2:1'])
  assert.deepEqual(codes('named'), [])
  assert.deepEqual(codes('/usr/sbin/named\nfull_command'), [])
})
