import assert from 'node:assert/strict'
import test from 'node:test'
import { adviceOn, found, instance, script } from './host.ts'

const group = 'vrrp_sync_group G {\n  group {\n    A\n    B\n  }\n}\n'
const pair = (a: string, b: string) => script() + instance('A', a) + instance('B', b, 52) + group

test('KA2201: different priorities, with the place in each member', () => {
  const text = pair('  priority 150', '  priority 100')
  assert.match(found('KA2201', text)[0]!, /members of sync group G have different priorities: A 150 and B 100$/)
  const related = adviceOn(text).find(({ code }) => code === 'KA2201')?.related
  assert.deepEqual(
    related?.map(({ span, message }) => [span.line, message]),
    [
      [11, 'A: 150'],
      [19, 'B: 100'],
    ],
  )
})

test('KA2201: equal priorities', () => {
  assert.deepEqual(found('KA2201', pair('  priority 150', '  priority 150')), [])
})

test('KA2202: different trackers', () => {
  const text = pair('  track_script {\n    chk\n  }', '')
  assert.match(found('KA2202', text)[0]!, /members of sync group G track different things: A chk and B nothing$/)
  assert.deepEqual(found('KA2202', pair('', '')), [])
})

test('KA2203: nopreempt in one member only', () => {
  assert.match(found('KA2203', pair('  nopreempt', ''))[0]!, /differ in preemption: A nopreempt and B preempt$/)
  assert.deepEqual(found('KA2203', pair('  nopreempt', '  nopreempt')), [])
})
