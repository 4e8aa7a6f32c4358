import assert from 'node:assert/strict'
import test from 'node:test'
import { takeFromEach } from '../../../../src/workers/bfd/intake.ts'

function drain(sockets: readonly string[][], eachMax: number) {
  const taken: string[] = []
  const more = takeFromEach(
    sockets,
    socket => {
      const next = socket.shift()
      if (next !== undefined) taken.push(next)
      return next !== undefined
    },
    eachMax,
  )
  return { more, taken }
}

test('a flood of IPv4 does not keep the packets of IPv6 neighbours waiting until their sessions expire', () => {
  const flood = Array.from({ length: 1_000 }, () => 'flood')
  const { more, taken } = drain([flood, ['neighbour']], 128)
  assert.deepEqual([more, taken.length, taken.at(-1)], [true, 129, 'neighbour'])
})

test('sockets that were emptied hold no timer back', () => {
  assert.deepEqual(drain([['a', 'b'], [], ['c']], 3), { more: false, taken: ['a', 'b', 'c'] })
  assert.deepEqual(drain([], 3), { more: false, taken: [] })
})
