import assert from 'node:assert/strict'
import test from 'node:test'
import type { IpvsServiceId } from '../../../../src/lib/ipvs.ts'
import { TableWatch } from '../../../../src/workers/ipvs/table-watch.ts'

const service = (mark: number): IpvsServiceId => ({ family: 4, mark })

test('whoever keeps changing the table is corrected ever more slowly, and at once again when he stops', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let looks = 0
  const watch = new TableWatch({ audit: () => looks++, owned: () => [service(1)], draining: () => [] })
  watch.begin()
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    waits.push(watch.delayMs)
    watch.drifted()
    context.mock.timers.tick(watch.delayMs)
  }
  assert.equal(looks, 12)
  assert.deepEqual(waits.slice(0, 4), [10_000, 20_000, 40_000, 80_000])
  assert.equal(waits.at(-1), 600_000)
  context.mock.timers.tick(600_000)
  assert.equal(watch.delayMs, 10_000)
  watch.close()
})

test('a big table is looked at less often', () => {
  const many = Array.from({ length: 1_000 }, (_, i) => service(i))
  const watch = new TableWatch({ audit: () => {}, owned: () => many, draining: () => [] })
  assert.equal(watch.delayMs, 100_000)
})

test('services with a draining server are looked at each second, as long as there are any', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const looks: (readonly IpvsServiceId[])[] = []
  let draining = [service(7)]
  const watch = new TableWatch({ audit: ids => looks.push(ids), owned: () => [], draining: () => draining })
  watch.begin()
  context.mock.timers.tick(1_000)
  context.mock.timers.tick(1_000)
  draining = []
  context.mock.timers.tick(5_000)
  assert.deepEqual(
    looks.filter(ids => ids.length > 0),
    [[service(7)], [service(7)]],
  )
  watch.close()
})
