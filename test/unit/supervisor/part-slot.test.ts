import assert from 'node:assert/strict'
import test from 'node:test'
import type { Config } from '../../../src/config/model.ts'
import type { Part } from '../../../src/supervisor/actors/part.ts'
import { PartSlot } from '../../../src/supervisor/part-slot.ts'
import type { Estate } from '../../../src/supervisor/watchdog/estate.ts'

const estate: Estate = { diedAtUs: 0, states: {}, survivalsUs: {}, held: [] }

/** The configuration of a part is a word here; an empty one has nothing for it. */
function stage(beginning: Promise<void> = Promise.resolve()) {
  const calls: string[] = []
  const wordOf = (config: Config) => config as unknown as string
  const note = (verb: string) => (config: Config) => void calls.push(`${verb} ${wordOf(config)}`)
  const part: Part = {
    start: async config => {
      note('start')(config)
      await beginning
    },
    reload: note('reload'),
    stop: async () => void calls.push('stop'),
    workers: () => ({}),
  }
  const slot = new PartSlot((config, left) => {
    if (wordOf(config) === '') return undefined
    calls.push(left === undefined ? 'make' : 'make with an estate')
    return part
  })
  const use = (word: string, left?: Estate) => slot.use(word as unknown as Config, left)
  return { slot, part, calls, use }
}

test('a part begins with the first configuration that has something for it', async () => {
  const { slot, part, calls, use } = stage()
  await use('')
  assert.equal(slot.current, undefined)
  assert.deepEqual(calls, [])
  await use('one')
  assert.equal(slot.current, part)
  assert.deepEqual(calls, ['make', 'start one'])
})

test('a part that has begun stays, also with a configuration that has nothing for it', async () => {
  const { calls, use } = stage()
  await use('one', estate)
  await use('two', estate)
  await use('')
  assert.deepEqual(calls, ['make with an estate', 'start one', 'reload two', 'reload '])
})

test('a stop during the start lets no part begin or reload any more', async () => {
  let go = () => {}
  const { slot, calls, use } = stage(
    new Promise(resolve => {
      go = resolve
    }),
  )
  const other = stage()
  const begun = use('one').then(() => other.use('one'))
  await Promise.all([slot.stop(), other.slot.stop()])
  go()
  await begun
  await use('two')
  assert.deepEqual(calls, ['make', 'start one', 'stop'])
  assert.deepEqual(other.calls, [])
})
