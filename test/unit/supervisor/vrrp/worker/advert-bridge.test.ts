import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  type BridgeEntry,
  leaseUs,
  nextDueUs,
  planBridge,
} from '../../../../../src/supervisor/vrrp/worker/advert-bridge.ts'

const MS = 1_000

function entry(fields: Partial<BridgeEntry> = {}): BridgeEntry {
  return {
    instance: 'VI_1',
    intervalUs: 100 * MS,
    masterDownUs: 321_875,
    publishedUs: 1_000 * MS,
    sentAtUs: undefined,
    ...fields,
  }
}

test('an advert of a living worker is left two fifths of an interval of grace', () => {
  const early = planBridge([entry()], true, 1_000 * MS, 1_039 * MS)
  assert.deepEqual(early, { send: [], expired: [], nextLookUs: 1_040 * MS })
  const late = planBridge([entry()], true, 1_000 * MS, 1_040 * MS)
  assert.deepEqual(late.send, ['VI_1'])
})

test('an advert of a dead worker is sent when it is due, then one each interval', () => {
  const before = planBridge([entry()], false, 990 * MS, 999 * MS)
  assert.deepEqual(before, { send: [], expired: [], nextLookUs: 1_000 * MS })
  const due = planBridge([entry()], false, 990 * MS, 1_000 * MS)
  assert.deepEqual(due, { send: ['VI_1'], expired: [], nextLookUs: 1_100 * MS })
  const after = planBridge([entry({ sentAtUs: 1_000 * MS })], false, 990 * MS, 1_001 * MS)
  assert.deepEqual(after, { send: [], expired: [], nextLookUs: 1_100 * MS })
})

test('the lease is at least a second and never shorter than master-down', () => {
  assert.equal(leaseUs(34 * MS), 1_000 * MS)
  assert.equal(leaseUs(3_609_375), 3_609_375)
})

test('nobody speaks for an instance whose lease is over, whatever is due', () => {
  const plan = planBridge([entry()], false, 1_000 * MS, 2_001 * MS)
  assert.deepEqual(plan, { send: [], expired: ['VI_1'], nextLookUs: undefined })
})

test('a living worker has no lease: what is not on the board is looked for again', () => {
  const plan = planBridge([entry({ publishedUs: undefined })], true, 0, 9_000 * MS)
  assert.deepEqual(plan, { send: [], expired: [], nextLookUs: 9_100 * MS })
})

test('a successor goes on after the last advert, whoever sent it', () => {
  assert.equal(nextDueUs(entry()), 1_000 * MS)
  assert.equal(nextDueUs(entry({ sentAtUs: 1_003 * MS })), 1_103 * MS)
})

test('whenever the bridge is looked at as told, gaps stay below one and a half intervals until the lease ends', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(10 * MS, 100 * MS, 1_000 * MS),
      fc.integer({ min: 0, max: 5 * MS }),
      (intervalUs, lateUs) => {
        const deathUs = 5_000 * MS
        let at = deathUs
        let lastSentUs = deathUs - Math.floor(intervalUs / 3)
        let current = entry({ intervalUs, masterDownUs: 3 * intervalUs, publishedUs: lastSentUs + intervalUs })
        for (let looks = 0; looks < 1_000; looks++) {
          const plan = planBridge([current], false, deathUs, at)
          if (plan.expired.length > 0) break
          if (plan.send.length > 0) {
            assert.ok(at - lastSentUs <= intervalUs * 1.5 + lateUs, `gap ${at - lastSentUs}`)
            lastSentUs = at
            current = { ...current, sentAtUs: at }
          }
          assert.ok(plan.nextLookUs !== undefined && plan.nextLookUs > at)
          at = plan.nextLookUs + lateUs
        }
        assert.ok(at > deathUs + leaseUs(3 * intervalUs), 'the bridge ends')
      },
    ),
  )
})
