import assert from 'node:assert/strict'
import test from 'node:test'
import { configOf, instanceText, loadText, marks } from '../../load-text.ts'

const delays = (rows: string, body = 'dont_track_primary') =>
  configOf(`${instanceText(body)}interface_up_down_delays {\n${rows}\n}`).linkDelays.map(
    ({ interface: name, downUs, upUs }) => `${name} ${downUs} ${upUs}`,
  )

test('a row of interface_up_down_delays names the delay for down and, if wanted, for up', () => {
  assert.deepEqual(delays('eth0 1.5\neth1 0.25 3'), ['eth0 1500000 0', 'eth1 250000 3000000'])
  assert.deepEqual(delays('eth0 1\neth0 2 4'), ['eth0 2000000 4000000'])
})

test('the delay for down stays below the time after which peers take over, and an equal one for up with it', () => {
  assert.deepEqual(delays('eth0 5 7', ''), ['eth0 1996094 7000000'])
  assert.deepEqual(delays('eth0 5 5', ''), ['eth0 1996094 1996094'])
  assert.deepEqual(delays('eth0 5', 'down_timer_adverts 1'), ['eth0 0 0'])
  assert.deepEqual(delays('eth0 1.9 5', ''), ['eth0 1900000 5000000'])
  assert.deepEqual(marks(loadText(`${instanceText('')}interface_up_down_delays {\neth0 5\n}`).diagnostics), [
    'KA1317 10:1',
  ])
})

test('a garp_group has intervals and interfaces, each of which belongs to one group', () => {
  const text = `garp_group {
garp_interval 0.5
interfaces {
eth0 eth1
}
}
garp_group {
gna_interval 1
interface eth1
}
garp_group {
interface lo
}
`
  const { config, diagnostics } = loadText(text + instanceText(''))
  assert.deepEqual(config?.garpGroups, [{ interfaces: ['eth0', 'eth1'], garpIntervalUs: 500_000, gnaIntervalUs: 0 }])
  assert.ok(diagnostics.some(({ message }) => message.includes('eth1 belongs to a garp_group already')))
})

test('notify_priority_changes of a sync group is that of its members unless they say otherwise', () => {
  const group = (line: string) => `vrrp_sync_group G {\ngroup {\nA\n}\n${line}\n}\n`
  const told = (groupLine: string, body: string) =>
    configOf(group(groupLine) + instanceText(body)).instances[0]?.notifyPriorityChanges
  assert.equal(told('notify_priority_changes', ''), true)
  assert.equal(told('notify_priority_changes', 'notify_priority_changes off'), false)
  assert.equal(told('notify_priority_changes off', 'notify_priority_changes'), true)
  assert.equal(told('', ''), false)
})

test('timer_expired_backup goes with nopreempt only', () => {
  const priority = (body: string) => configOf(instanceText(body)).instances[0]?.timerExpiredPriority
  assert.equal(priority('nopreempt\ntimer_expired_backup'), 254)
  assert.equal(priority('nopreempt\nthread_timer_expired 120'), 120)
  assert.equal(priority('timer_expired_backup 120'), undefined)
  assert.equal(priority('nopreempt'), undefined)
})
