// The OTP rule and keepalived's delays, by table and by property.

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { usPerSecond } from '../../../../src/lib/time.ts'
import {
  admitRestart,
  checkerRestart,
  type RestartPolicy,
  type RestartRecord,
  restartRecord,
  vrrpRestart,
} from '../../../../src/supervisor/actors/restart-policy.ts'

const second = usPerSecond

/** Deaths at these times: the delays in seconds, and `escalate` in the end if it came to that. */
function run(policy: RestartPolicy, deathsAtS: readonly number[]): readonly (number | 'escalate')[] {
  let record: RestartRecord = restartRecord()
  return deathsAtS.map(at => {
    const verdict = admitRestart(record, at * second, policy)
    record = verdict.record
    return verdict.action === 'escalate' ? 'escalate' : verdict.delayUs / second
  })
}

test('a vrrp worker starts again at once, five times in half a minute, and not a sixth time', () => {
  assert.deepEqual(run(vrrpRestart, [0, 1, 2, 3, 4, 5]), [0, 0, 0, 0, 0, 'escalate'])
})

test('a vrrp worker that dies each ten seconds goes on for ever', () => {
  const deaths = Array.from({ length: 50 }, (_, i) => 10 * i)
  assert.deepEqual(
    run(vrrpRestart, deaths),
    deaths.map(() => 0),
  )
})

test('a checker worker waits 0, 1, 2, 4 … 60 s, and from the beginning after a minute of life', () => {
  const delays = [0, 1, 2, 4, 8, 16, 32, 60, 60]
  let at = 0
  const deaths = delays.map(delay => {
    const death = at
    at += delay + 5
    return death
  })
  assert.deepEqual(run(checkerRestart, deaths), delays)
  assert.deepEqual(run(checkerRestart, [0, 1, 62]), [0, 1, 2], '60 s after the restart is not longer than 60 s')
  assert.deepEqual(run(checkerRestart, [0, 1, 62.001]), [0, 1, 0])
})

test('a checker worker that dies as soon as it starts is slowed down before it can reach the intensity', () => {
  let at = 0
  let record: RestartRecord = restartRecord()
  for (let i = 0; i < 100; i++) {
    const verdict = admitRestart(record, at, checkerRestart)
    assert.equal(verdict.action, 'restart')
    record = verdict.record
    at += verdict.action === 'restart' ? verdict.delayUs : 0
  }
})

const policies = fc.record({
  intensity: fc.integer({ min: 1, max: 6 }),
  periodUs: fc.integer({ min: second, max: 300 * second }),
  backoff: fc.constantFrom(vrrpRestart.backoff, checkerRestart.backoff),
})
const gaps = fc.array(fc.integer({ min: 0, max: 100 * second }), { maxLength: 40 })

test('it escalates exactly when more deaths than the intensity lie within the period, and remembers no more than it needs', () => {
  fc.assert(
    fc.property(policies, gaps, (policy, between) => {
      let record: RestartRecord = restartRecord()
      let now = 0
      const deaths: number[] = []
      for (const gap of between) {
        now += gap
        deaths.push(now)
        const verdict = admitRestart(record, now, policy)
        const inPeriod = deaths.filter(at => now - at <= policy.periodUs).length
        assert.equal(verdict.action, inPeriod > policy.intensity ? 'escalate' : 'restart')
        record = verdict.record
        if (verdict.action === 'escalate') return
        assert.ok(record.recent.length <= policy.intensity)
        assert.ok(verdict.delayUs >= 0 && verdict.delayUs <= 60 * second)
      }
    }),
  )
})
