import assert from 'node:assert/strict'
import test from 'node:test'
import { configOf, instanceOf, instanceText, loadText } from '../../load-text.ts'

const bfd = (name: string, more = '') => `bfd_instance ${name} {\nneighbor_ip 192.0.2.9\n${more}\n}\n`
const objectsOf = (before: string, body: string) =>
  instanceOf(body, { before }).trackedObjects.map(
    ({ kind, name, weight, reverse }) => `${kind} ${name} ${weight}${reverse ? ' reverse' : ''}`,
  )

test('track_bfd takes weight and reverse of the bfd_instance unless the row has its own', () => {
  const before = bfd('a') + bfd('b', 'weight 20 reverse')
  assert.deepEqual(objectsOf(before, 'track_bfd {\na\nb\n}'), ['bfd a 0', 'bfd b 20 reverse'])
  assert.deepEqual(objectsOf(before, 'track_bfd {\na weight -5\nb weight 7\n}'), ['bfd a -5', 'bfd b 7 reverse'])
  assert.deepEqual(objectsOf(before, 'track_bfd {\nb weight 7 noreverse\n}'), ['bfd b 7'])
})

test('a track_file has weight 1, a vrrp_track_process weight 0', () => {
  const before = 'vrrp_track_file f {\nfile /run/f\n}\nvrrp_track_process p {\nprocess named\n}\n'
  assert.deepEqual(objectsOf(before, 'track_file {\nf\n}\ntrack_process {\np\n}'), ['file f 1', 'process p 0'])
})

test('what is defined below, twice named or without what it needs is not tracked', () => {
  const { config } = loadText(`${instanceText('track_bfd {\na\n}')}\n${bfd('a')}`)
  assert.deepEqual(config?.instances[0]?.trackedObjects, [])
  assert.deepEqual(objectsOf(bfd('a'), 'track_bfd {\na\na weight 3\n}'), ['bfd a 0'])
  assert.deepEqual(objectsOf('track_file f {\n}\n', 'track_file {\nf\n}'), [])
})

test('a bfd_instance that tells only the checkers is not tracked, and that is said', () => {
  const text = bfd('a', 'checker') + instanceText('track_bfd {\na\n}')
  const { config, diagnostics } = loadText(text)
  assert.deepEqual(config?.instances[0]?.trackedObjects, [])
  assert.ok(diagnostics.some(({ message }) => message.includes('VRRP hears nothing of it')))
  assert.deepEqual(objectsOf(bfd('a', 'checker\nvrrp'), 'track_bfd {\na\n}'), ['bfd a 0'])
})

test('a sync group tracks for its members', () => {
  const group = 'vrrp_sync_group G {\ngroup {\nA\n}\ntrack_bfd {\na weight 4\n}\n}'
  const config = configOf(`${bfd('a')}${group}\n${instanceText('')}`)
  assert.deepEqual(config.syncGroups[0]?.trackedObjects, [{ kind: 'bfd', name: 'a', weight: 4, reverse: false }])
})
