import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  applyResult,
  initialRiseFall,
  type RiseFall,
  withLimits,
} from '../../../../src/supervisor/tracking/rise-fall.ts'

const limits = fc.record({ rise: fc.integer({ min: 1, max: 6 }), fall: fc.integer({ min: 1, max: 6 }) })
const results = fc.array(fc.boolean(), { maxLength: 40 })

function run(state: RiseFall, outcome: readonly boolean[]): RiseFall {
  return outcome.reduce(applyResult, state)
}

test('the counter stays within 0 .. rise + fall - 1 and agrees with the status', () => {
  fc.assert(
    fc.property(limits, fc.boolean(), results, ({ rise, fall }, initFail, outcome) => {
      const state = run(initialRiseFall(rise, fall, initFail), outcome)
      assert.ok(state.counter >= 0 && state.counter <= rise + fall - 1)
      if (state.status !== 'unknown') assert.equal(state.status === 'up', state.counter >= rise)
    }),
  )
})

test('the first result decides by itself unless init_fail', () => {
  fc.assert(
    fc.property(limits, fc.boolean(), ({ rise, fall }, success) => {
      assert.equal(run(initialRiseFall(rise, fall, false), [success]).status, success ? 'up' : 'down')
    }),
  )
})

test('init_fail starts down and needs rise successes in a row', () => {
  fc.assert(
    fc.property(limits, ({ rise, fall }) => {
      const start = initialRiseFall(rise, fall, true)
      assert.equal(start.status, 'down')
      assert.equal(run(start, Array(rise - 1).fill(true)).status, 'down')
      assert.equal(run(start, Array(rise).fill(true)).status, 'up')
    }),
  )
})

test('from up exactly fall failures in a row lead down, from down exactly rise successes lead up', () => {
  fc.assert(
    fc.property(limits, results, ({ rise, fall }, before) => {
      const up = run(initialRiseFall(rise, fall, false), [...before, ...Array(rise).fill(true)])
      assert.equal(up.status, 'up')
      assert.equal(run(up, Array(fall - 1).fill(false)).status, 'up')
      assert.equal(run(up, Array(fall).fill(false)).status, 'down')
      const down = run(up, Array(fall).fill(false))
      assert.equal(run(down, Array(rise - 1).fill(true)).status, 'down')
      assert.equal(run(down, Array(rise).fill(true)).status, 'up')
    }),
  )
})

test('one success while up forgets the failures before it, one failure while down the successes', () => {
  fc.assert(
    fc.property(limits, ({ rise, fall }) => {
      const up = run(initialRiseFall(rise, fall, false), [true])
      const shaken = run(up, [...Array(fall - 1).fill(false), true, ...Array(fall - 1).fill(false)])
      assert.equal(shaken.status, 'up')
      const down = run(initialRiseFall(rise, fall, false), [false])
      const risen = run(down, [...Array(rise - 1).fill(true), false, ...Array(rise - 1).fill(true)])
      assert.equal(risen.status, 'down')
    }),
  )
})

test('new limits keep the status and start its count over', () => {
  fc.assert(
    fc.property(limits, limits, results, (before, after, outcome) => {
      const state = run(initialRiseFall(before.rise, before.fall, false), outcome)
      const moved = withLimits(state, after.rise, after.fall)
      assert.equal(moved.status, state.status)
      if (moved.status === 'up' && (before.rise !== after.rise || before.fall !== after.fall)) {
        assert.equal(run(moved, Array(after.fall - 1).fill(false)).status, 'up')
        assert.equal(run(moved, Array(after.fall).fill(false)).status, 'down')
      }
    }),
  )
})
