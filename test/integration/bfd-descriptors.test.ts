// The sockets of BFD as the main thread opens and closes them; real ones, on this host's wildcard addresses.

import assert from 'node:assert/strict'
import test from 'node:test'
import { BfdDescriptors } from '../../src/supervisor/bfd/bfd-descriptors.ts'
import { bfdInstance } from '../unit/workers/bfd/core/fixture.ts'

test('an address that changes while the daemon ends does not open the sockets again', () => {
  let changes = 0
  const note = () => {}
  const descriptors = new BfdDescriptors({ error: note, warn: note, info: note, debug: note }, () => changes++)
  const { source: _, ...anySource } = bfdInstance({ name: 'b' })
  descriptors.use([anySource])
  descriptors.close()
  descriptors.addressesChanged()
  assert.equal(changes, 0)
  assert.deepEqual(descriptors.current(), { receivers: [], senders: {} })
})
