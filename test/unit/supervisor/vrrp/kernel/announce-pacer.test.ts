import assert from 'node:assert/strict'
import test from 'node:test'
import { AnnouncePacer } from '../../../../../src/supervisor/vrrp/kernel/announce-pacer.ts'
import type { Announcement } from '../../../../../src/supervisor/vrrp/kernel/announcement.ts'
import { testTimers } from '../../../../fixtures/timers.ts'

function pacer() {
  const sent: string[] = []
  const { later, timers } = testTimers()
  const paced = new AnnouncePacer({
    send: ({ address }) => sent.push(address),
    later,
  })
  /** Lets all timers fire, bounded. */
  const run = (turnsMax = 100) => {
    for (let turns = 0; turns < turnsMax && timers.length > 0; turns++) {
      const timer = timers.shift()!
      if (!timer.cancelled) timer.action()
    }
  }
  return { paced, sent, timers, run }
}

const vip = (address: string, instance = 'VI_1'): Announcement => ({ instance, family: 4, interface: 'eth0', address })

test('without an interval a block is sent at once, repetition by repetition', () => {
  const { paced, sent, timers } = pacer()
  paced.announce([vip('a'), vip('b')], 3)
  assert.deepEqual(sent, ['a', 'b', 'a', 'b', 'a', 'b'])
  assert.equal(timers.length, 0)
})

test('with an interval one is sent now and each further one an interval later', () => {
  const { paced, sent, timers, run } = pacer()
  paced.configure(1_500, 0)
  paced.announce([vip('a'), vip('b')], 2)
  assert.deepEqual(sent, ['a'])
  assert.equal(timers[0]?.delayMs, 1.5)
  run()
  assert.deepEqual(sent, ['a', 'b', 'a', 'b'])
})

test('a second block does not add to what is still pending, and respects the running interval', () => {
  const { paced, sent, run } = pacer()
  paced.configure(1_000, 0)
  paced.announce([vip('a')], 3)
  paced.announce([vip('a')], 3)
  run()
  assert.equal(sent.length, 4)
})

test('an instance that left MASTER sends nothing more', () => {
  const { paced, sent, run } = pacer()
  paced.configure(1_000, 0)
  paced.announce([vip('a'), vip('b', 'VI_2')], 5)
  paced.forget('VI_1')
  run()
  assert.deepEqual(sent, ['a', 'b', 'b', 'b', 'b', 'b'])
})

test('the families have intervals of their own', () => {
  const { paced, sent } = pacer()
  paced.configure(1_000, 0)
  paced.announce([vip('a'), { ...vip('fd00::1'), family: 6 }], 2)
  assert.deepEqual(sent.sort(), ['a', 'fd00::1', 'fd00::1'])
})

test('interfaces do not wait for each other, those of a garp_group do', () => {
  const on = (name: string, address: string): Announcement => ({ ...vip(address), interface: name })
  const block = [on('eth0', 'a'), on('eth1', 'b'), on('eth2', 'c')]
  const alone = pacer()
  alone.paced.configure(1_000, 0)
  alone.paced.announce(block, 1)
  assert.deepEqual(alone.sent, ['a', 'b', 'c'])
  const together = pacer()
  together.paced.configure(1_000, 0, [{ interfaces: ['eth0', 'eth1'], garpIntervalUs: 3_000, gnaIntervalUs: 0 }])
  together.paced.announce(block, 1)
  assert.deepEqual(together.sent, ['a', 'c'])
  assert.deepEqual(
    together.timers.map(({ delayMs }) => delayMs),
    [3, 1],
  )
  together.run()
  assert.deepEqual(together.sent, ['a', 'c', 'b'])
})

test('a garp_group without interval for a family does not space it, whatever the default says', () => {
  const { paced, sent } = pacer()
  paced.configure(1_000, 1_000, [{ interfaces: ['eth0'], garpIntervalUs: 0, gnaIntervalUs: 5_000 }])
  paced.announce([vip('a')], 3)
  assert.deepEqual(sent, ['a', 'a', 'a'])
})
