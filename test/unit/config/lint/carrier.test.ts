import assert from 'node:assert/strict'
import test from 'node:test'
import { found, instance } from './host.ts'

test('KA2010: no priority written', () => {
  assert.deepEqual(found('KA2010', instance('A')), [
    '1:1 A has no priority, so it is 100; between nodes of one priority the higher address wins',
  ])
})

test('KA2010: a written priority, or an owner by default', () => {
  assert.deepEqual(found('KA2010', instance('A', '  priority 100')), [])
  assert.deepEqual(found('KA2010', instance('A', '  state MASTER')), [])
})

const peers = '  unicast_peer {\n    192.0.2.2\n  }'

test('KA2030: use_vmac beside unicast_peer', () => {
  assert.match(found('KA2030', instance('A', `  use_vmac\n${peers}`))[0]!, /^7:3 A has use_vmac and unicast_peer/)
})

test('KA2030: either of them alone is fine', () => {
  assert.deepEqual(found('KA2030', instance('A', '  use_vmac')), [])
  assert.deepEqual(found('KA2030', instance('A', peers)), [])
})
