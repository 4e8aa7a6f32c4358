import assert from 'node:assert/strict'
import test from 'node:test'
import type { VirtualAddress } from '../../../../../src/config/blocks/instance/model.ts'
import type { LinkState } from '../../../../../src/lib/link.ts'
import { StaticAddresses } from '../../../../../src/supervisor/vrrp/kernel/static-addresses.ts'
import { link, onLink } from '../../../../fixtures/link.ts'
import { silentLog, vip } from '../../../../fixtures/vrrp-instance.ts'

const row = (address: string, fields: Partial<VirtualAddress> = {}) =>
  vip(address, { device: 'eth0', prefix: 24, prefixIsDefault: false, ...fields })

function stage(present = link()) {
  const calls: string[] = []
  const kernel = { link: present }
  const addresses = new StaticAddresses(
    {
      link: name => (name === 'eth0' ? kernel.link : undefined),
      add: async address => void calls.push(`+${address.address}@${address.ifindex}`),
      remove: async address => void calls.push(`-${address.address}@${address.ifindex}`),
    },
    silentLog,
  )
  const settled = () => new Promise(resolve => setImmediate(resolve))
  const change = async (fields: Partial<LinkState>) => {
    kernel.link = link(fields)
    addresses.linkChanged(kernel.link)
    await settled()
  }
  return { addresses, calls, settled, change }
}

test('a reload takes away what is gone before it brings what is new, and leaves the rest alone', async () => {
  const { addresses, calls, settled } = stage()
  addresses.use([row('10.0.0.1'), row('10.0.0.2')])
  addresses.use([row('10.0.0.2'), row('10.0.0.1', { prefix: 25 })])
  await settled()
  assert.deepEqual(calls, ['+10.0.0.2@2', '-10.0.0.1@2', '+10.0.0.1@2'])
  await addresses.stop()
  assert.deepEqual(calls.slice(3).sort(), ['-10.0.0.1@2', '-10.0.0.2@2'])
})

test('what somebody takes away comes back, unless it says no_track', async () => {
  const { addresses, calls, settled, change } = stage()
  addresses.use([row('10.0.0.1'), row('10.0.0.2', { noTrack: true })])
  await settled()
  calls.length = 0
  await change({ addresses: [onLink('10.0.0.1'), onLink('10.0.0.2')] })
  await change({ addresses: [] })
  assert.deepEqual(calls, ['+10.0.0.1@2'])
})

test('addresses wait for their link, and go onto another one of the same name', async () => {
  const { addresses, calls, settled, change } = stage(link({ ifindex: 0 }))
  addresses.use([row('10.0.0.2', { noTrack: true })])
  await settled()
  assert.deepEqual(calls, [])
  await change({ ifindex: 5 })
  await change({ ifindex: 0 })
  await change({ ifindex: 6 })
  assert.deepEqual(calls, ['+10.0.0.2@5', '+10.0.0.2@6'])
})

test('what the kernel took when the link went down is put back when it is up again', async () => {
  const { addresses, calls, settled, change } = stage()
  addresses.use([row('10.0.0.1')])
  await settled()
  await change({ up: false })
  assert.equal(calls.length, 1)
  await change({ up: true })
  assert.equal(calls.length, 2)
})
