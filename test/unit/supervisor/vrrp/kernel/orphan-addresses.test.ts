import assert from 'node:assert/strict'
import test from 'node:test'
import { removeOrphans } from '../../../../../src/supervisor/vrrp/kernel/orphan-addresses.ts'
import { link } from '../../../../fixtures/link.ts'
import { silentLog } from '../../../../fixtures/vrrp-instance.ts'

const orphan = (address: string, name: string) => ({ address, prefix: 32, interface: name, survivalUs: 0 })

test('an orphan that cannot be removed is reported and does not keep the others', async () => {
  const removed: string[] = []
  const logged: string[] = []
  await removeOrphans([orphan('192.0.2.1', 'eth0'), orphan('192.0.2.2', 'gone0'), orphan('2001:db8::1', 'eth0')], {
    log: { ...silentLog, error: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`) },
    table: {
      removeAddress: async ({ family, address, ifindex }) => {
        if (address === '192.0.2.1') throw new Error('refused')
        removed.push(`${family} ${address} ${ifindex}`)
      },
    },
    link: name => (name === 'eth0' ? link() : undefined),
  })
  assert.deepEqual(logged, ['address-remove-failed {"instance":"-","address":"192.0.2.1","reason":"refused"}'])
  assert.deepEqual(removed, ['6 2001:db8::1 2'])
})
