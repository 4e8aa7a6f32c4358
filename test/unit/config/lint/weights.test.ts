import assert from 'node:assert/strict'
import test from 'node:test'
import { found, instance, script } from './host.ts'

const tracking = (weight: string, more = '') => `  track_script {\n    chk weight ${weight}\n  }\n${more}`

test('KA2001: a positive weight on top of priority 254 never counts', () => {
  const text = script() + instance('A', tracking('10', '  priority 254'))
  assert.deepEqual(found('KA2001', text), [
    '12:5 weight +10 of chk never changes the priority of A: it is 254 at most, which it has without the weight (priority 254)',
  ])
})

test('KA2001: a negative weight below priority 1 never counts', () => {
  const text = script() + instance('A', tracking('-10', '  priority 1'))
  assert.equal(found('KA2001', text).length, 1)
})

test('KA2001: trackers do not change an owner', () => {
  const text = script() + instance('A', tracking('-10', '  priority 255'))
  assert.match(found('KA2001', text)[0]!, /trackers never change priority 255/)
})

test('KA2001: a weight counts if another tracker makes room for it', () => {
  const more = '  priority 254\n  track_interface {\n    eth1 weight -20\n  }'
  assert.deepEqual(found('KA2001', script() + instance('A', tracking('10', more))), [])
})

test('KA2001: an ordinary weight is fine', () => {
  assert.deepEqual(found('KA2001', script() + instance('A', tracking('-20', '  priority 150'))), [])
})

test('KA2002: a weighted script beside nopreempt', () => {
  const text = script() + instance('A', tracking('-20', '  priority 150\n  nopreempt'))
  assert.deepEqual(found('KA2002', text), [
    '12:5 chk has weight -20 but A has nopreempt: no node takes the address from a MASTER that only lost priority',
  ])
})

test('KA2002: the weight may come from the script', () => {
  const text = script('  weight -5') + instance('A', '  nopreempt\n  track_script {\n    chk\n  }')
  assert.equal(found('KA2002', text).length, 1)
})

test('KA2002: weight 0 or preemption are fine', () => {
  assert.deepEqual(found('KA2002', script() + instance('A', tracking('0', '  nopreempt'))), [])
  assert.deepEqual(found('KA2002', script() + instance('A', tracking('-20'))), [])
})

const group = (lines = '') => `vrrp_sync_group G {\n  group {\n    A\n    B\n  }\n${lines}\n}\n`

test('a weight that a sync group switches off is told of once, by the loader', () => {
  const text = script() + instance('A', tracking('-20', '  nopreempt')) + instance('B', '', 52) + group()
  assert.deepEqual(found('KA2002', text), [])
})
