import assert from 'node:assert/strict'
import test from 'node:test'
import { initialQuorum, withCount } from '../../../../src/supervisor/tracking/process-quorum.ts'

const plain = { quorum: 2, forkDelayUs: 0, terminateDelayUs: 0 }
const slow = { quorum: 1, quorumMax: 2, forkDelayUs: 100, terminateDelayUs: 500 }

test('as many as the quorum and no more than quorum_max', () => {
  const up = (limits: { quorum: number; quorumMax?: number }) =>
    [0, 1, 2, 3].map(count => Number(initialQuorum({ ...plain, ...limits }, count).up)).join('')
  assert.equal(up({ quorum: 1 }), '0111')
  assert.equal(up({ quorum: 2 }), '0011')
  assert.equal(up({ quorum: 1, quorumMax: 2 }), '0110')
  assert.equal(up({ quorum: 0, quorumMax: 0 }), '1000')
})

test('without delays a change counts at once', () => {
  const few = withCount(plain, initialQuorum(plain, 2), 1, 10)
  assert.deepEqual(few, { count: 1, up: false, changeAt: null })
  assert.deepEqual(withCount(plain, few, 2, 20), { count: 2, up: true, changeAt: null })
})

test('a loss counts after terminate_delay, a gain after fork_delay', () => {
  const lost = withCount(slow, initialQuorum(slow, 1), 0, 1_000)
  assert.deepEqual(lost, { count: 0, up: true, changeAt: 1_500 })
  const down = withCount(slow, lost, 0, 1_500)
  assert.deepEqual(down, { count: 0, up: false, changeAt: null })
  const found = withCount(slow, down, 1, 2_000)
  assert.deepEqual(found, { count: 1, up: false, changeAt: 2_100 })
  assert.equal(withCount(slow, found, 1, 2_100).up, true)
})

test('what comes back within the delay was never away, and the next loss has the whole delay again', () => {
  const lost = withCount(slow, initialQuorum(slow, 1), 3, 1_000)
  const back = withCount(slow, lost, 2, 1_400)
  assert.deepEqual(back, { count: 2, up: true, changeAt: null })
  assert.equal(withCount(slow, back, 0, 1_450).changeAt, 1_950)
})

test('more changes of the number do not put the end of the delay off', () => {
  const lost = withCount(slow, initialQuorum(slow, 1), 3, 1_000)
  assert.equal(withCount(slow, lost, 4, 1_300).changeAt, 1_500)
})
