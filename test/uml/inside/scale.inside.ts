// The short form of `npm run bench:lvs`: a large table loads whole, a reload touches what has changed, a stop leaves nothing, and the
// adverts of a VRRP instance are not late meanwhile. How fast that is depends on the machine and is not asserted: docs/scale.md.

import assert from 'node:assert/strict'
import test from 'node:test'
import { measureAdvertGaps } from '../../bench/advert-gap.ts'
import { measureLvs } from '../../bench/lvs-load.ts'

for (const name of ['keepalived', 'keepalived-ts'] as const) {
  test(`${name}: 100 virtual servers with 20 real servers each come, change by one and go`, async () => {
    const run = await measureLvs(name, { services: 100, serversEach: 20 })
    assert.equal(run.changedLines, 1)
  })
}

test('no advert is late by an interval, of the three that a BACKUP waits for, while 10,000 real servers are loaded, nor while all of them change', async () => {
  const intervalSeconds = 1
  const gaps = await measureAdvertGaps(intervalSeconds, { services: 100, serversEach: 100 })
  assert.ok(gaps.adverts >= 6, `${gaps.adverts} adverts`)
  assert.ok(gaps.worstLateMs < intervalSeconds * 1_000, `load: ${gaps.worstLateMs} ms late`)
  assert.ok(gaps.reloadLateMs < intervalSeconds * 1_000, `reload: ${gaps.reloadLateMs} ms late`)
})
