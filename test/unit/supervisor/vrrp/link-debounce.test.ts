import assert from 'node:assert/strict'
import test from 'node:test'
import type { LinkState } from '../../../../src/lib/link.ts'
import { LinkDebounce } from '../../../../src/supervisor/vrrp/link-debounce.ts'
import { link as plainLink } from '../../../fixtures/link.ts'
import { testTimers } from '../../../fixtures/timers.ts'

function stage(downMs: number, upMs: number) {
  const told: string[] = []
  const { later, timers } = testTimers()
  const debounce = new LinkDebounce({
    tell: ({ name, up, mtu }) => told.push(`${name} ${up ? 'up' : 'down'} ${mtu}`),
    later,
  })
  debounce.configure([{ interface: 'eth0', downUs: downMs * 1_000, upUs: upMs * 1_000 }])
  return { debounce, told, timers }
}

const link = (up: boolean, fields: Partial<LinkState> = {}) => plainLink({ up, ...fields })

test('a link that is down for less than its delay was never down', () => {
  const { debounce, told, timers } = stage(500, 0)
  debounce.link(link(true))
  debounce.link(link(false))
  assert.equal(timers[0]?.delayMs, 500)
  debounce.link(link(true))
  assert.ok(timers[0]?.cancelled)
  assert.deepEqual(new Set(told), new Set(['eth0 up 1500']))
})

test('one that stays down is told of after the delay, and comes back after that for coming up', () => {
  const { debounce, told, timers } = stage(500, 200)
  debounce.link(link(true))
  debounce.link(link(false))
  timers[0]?.action()
  assert.equal(told.at(-1), 'eth0 down 1500')
  debounce.link(link(true))
  assert.equal(timers[1]?.delayMs, 200)
  assert.equal(told.at(-1), 'eth0 down 1500')
  timers[1]?.action()
  assert.equal(told.at(-1), 'eth0 up 1500')
})

test('news of another kind is passed on meanwhile, and further news of a downed link do not put the end off', () => {
  const { debounce, told, timers } = stage(500, 0)
  debounce.link(link(true))
  debounce.link(link(false))
  debounce.link(link(false, { mtu: 9000 }))
  assert.equal(told.at(-1), 'eth0 up 9000')
  assert.equal(timers.length, 1)
  timers[0]?.action()
  assert.equal(told.at(-1), 'eth0 down 9000')
})

test('a link that is deleted or is another one counts at once', () => {
  const { debounce, told, timers } = stage(500, 500)
  debounce.link(link(true))
  debounce.link(link(false, { ifindex: 0 }))
  assert.equal(told.at(-1), 'eth0 down 1500')
  debounce.link(link(true, { ifindex: 7 }))
  assert.equal(told.at(-1), 'eth0 up 1500')
  assert.equal(timers.length, 0)
})

test('links without delays are told of as they are', () => {
  const { debounce, told, timers } = stage(500, 500)
  debounce.link(link(true, { name: 'eth1' }))
  debounce.link(link(false, { name: 'eth1' }))
  assert.deepEqual(told, ['eth1 up 1500', 'eth1 down 1500'])
  assert.equal(timers.length, 0)
})
