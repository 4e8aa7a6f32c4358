// Two real shells on a lossy wire with crashing workers, many seeds: what must hold whatever happens. A failure prints its seed.

import assert from 'node:assert/strict'
import test from 'node:test'
import { usPerMs, usPerSecond } from '../../../src/lib/time.ts'
import { Prng } from '../prng.ts'
import { Network } from './network.ts'

const SEEDS = 40
/** Both poll, so both send and expect each 10 ms; five in a row may be missing. */
const DETECTION_US = 50 * usPerMs
const IDLE_US = usPerSecond

function eachSeed(
  run: (network: Network, random: () => number) => void,
  changes: Parameters<typeof make>[1] = [{}, {}],
) {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const generator = new Prng(seed)
    const random = () => generator.next()
    try {
      run(make(random, changes), random)
    } catch (thrown) {
      throw new Error(`seed ${seed}`, { cause: thrown })
    }
  }
}

function make(random: () => number, changes: ConstructorParameters<typeof Network>[1]): Network {
  return new Network(random, changes)
}

function assertBoth(network: Network, state: string): void {
  assert.deepEqual(
    network.routers.map(router => router.state),
    [state, state],
  )
}

test('sessions come up within two idle intervals, and everybody is told once', () => {
  eachSeed(network => {
    network.run(2 * IDLE_US)
    assertBoth(network, 'up')
    for (const router of network.routers)
      assert.deepEqual(
        router.told.map(({ up }) => up),
        [true],
      )
  })
})

test('one passive side is enough to come up, two wait for ever', () => {
  eachSeed(
    network => {
      network.run(2 * IDLE_US)
      assertBoth(network, 'up')
    },
    [{ passive: true }, {}],
  )
  eachSeed(
    network => {
      network.run(10 * IDLE_US)
      assertBoth(network, 'down')
    },
    [{ passive: true }, { passive: true }],
  )
})

test('a cut wire is noticed within the detection time and no sooner than packets are missing', () => {
  eachSeed((network, random) => {
    network.run(2 * IDLE_US + Math.floor(random() * IDLE_US))
    network.wire.cut = true
    const cutAt = network.now
    network.run(IDLE_US / 2)
    assertBoth(network, 'down')
    for (const { told } of network.routers) {
      const afterUs = told.at(-1)!.at - cutAt
      assert.ok(afterUs <= DETECTION_US + usPerMs, `down after ${afterUs} us`)
      assert.ok(afterUs >= DETECTION_US - 11 * usPerMs, `down after ${afterUs} us`)
    }
    network.wire.cut = false
    network.run(3 * IDLE_US)
    assertBoth(network, 'up')
  })
})

test('a packet lost now and then flaps nothing', () => {
  eachSeed(network => {
    network.run(2 * IDLE_US)
    network.wire.loss = 0.02
    network.run(20 * IDLE_US)
    assertBoth(network, 'up')
    for (const { told } of network.routers) assert.equal(told.length, 1)
  })
})

test('a worker that dies and is back within the detection time is not noticed by anybody', () => {
  eachSeed((network, random) => {
    network.run(2 * IDLE_US)
    for (let crashes = 0; crashes < 50; crashes++) {
      network.run(DETECTION_US + Math.floor(random() * IDLE_US))
      const [victim] = network.routers
      victim.crash(network.now + Math.floor(random() * (DETECTION_US - 12 * usPerMs)))
    }
    network.run(IDLE_US)
    assertBoth(network, 'up')
    for (const { told } of network.routers)
      assert.deepEqual(
        told.map(({ up }) => up),
        [true],
      )
  })
})

test('a worker that is away for longer finds out from its neighbour, and the session recovers', () => {
  eachSeed(network => {
    network.run(2 * IDLE_US)
    const [victim, other] = network.routers
    victim.crash(network.now + 3 * IDLE_US)
    network.run(2 * IDLE_US)
    assert.deepEqual(
      victim.told.map(({ up }) => up),
      [true],
      'nobody is told while the worker is away',
    )
    assert.deepEqual(
      other.told.map(({ up }) => up),
      [true, false],
    )
    network.run(4 * IDLE_US)
    assertBoth(network, 'up')
  })
})

test('a neighbour that dies while our worker is away is noticed when the worker is back', () => {
  eachSeed(network => {
    network.run(2 * IDLE_US)
    const [victim] = network.routers
    const awayUs = 20 * usPerMs
    victim.crash(network.now + awayUs)
    network.wire.cut = true
    const cutAt = network.now
    network.run(IDLE_US)
    assert.equal(victim.state, 'down')
    // What waited in the socket counts from when it is read.
    assert.ok(victim.told.at(-1)!.at - cutAt <= DETECTION_US + awayUs + usPerMs)
  })
})

test('after any chaos a healed wire has both sessions up', () => {
  eachSeed((network, random) => {
    for (let step = 0; step < 100; step++) {
      network.wire.cut = random() < 0.2
      network.wire.loss = random() < 0.5 ? random() : 0
      const victim = network.routers[random() < 0.5 ? 0 : 1]
      if (random() < 0.2) victim.crash(network.now + Math.floor(random() * IDLE_US))
      network.run(Math.floor(random() * IDLE_US))
    }
    network.wire.cut = false
    network.wire.loss = 0
    network.run(6 * IDLE_US)
    assertBoth(network, 'up')
    for (const { told } of network.routers) {
      for (const [i, { up }] of told.entries()) assert.equal(up, i % 2 === 0, 'up and down are told by turns')
    }
  })
})
