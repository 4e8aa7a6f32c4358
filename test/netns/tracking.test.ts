// What moves the role besides death: script weights, the cable, and the address being taken away
// (keepalived.conf(5): vrrp_script, track_script, track_interface).

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import type { LabEvent } from '../lab/event.ts'
import { becomesBackup, becomesMaster, DEFAULT_VIP, lastAdvert, staysMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'

const LOW = { priority: 100 }
const CHECK = { 'check.sh': '#!/bin/sh\n[ ! -f /etc/keepalived/down ]\n' }

function checkBlock(weight: number): string {
  return `vrrp_script chk {
  script "/etc/keepalived/check.sh"
  interval 1
  weight ${weight}
  rise 1
  fall 2
}`
}

const TRACKS = ['track_script {', '  chk', '}']

describe('tracking', { concurrency: 4 }, () => {
  scenario('a failing script with negative weight hands over and its recovery brings the role back', async stage => {
    const { lab, a, b, pair } = stage
    a.start({ kind: pair.a, config: configText([{ priority: 150, lines: TRACKS }], checkBlock(-60)), files: CHECK })
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'a')
    await staysMaster(lab, 'a', 3_000)

    const failedAt = epochNowUs()
    a.writeFile('down', '')
    await becomesMaster(lab, 'b', { since: failedAt })
    await becomesBackup(lab, 'a')
    assert.equal(lab.adverts({ from: 'a', since: failedAt }).at(-1)?.priority, 90)

    const mendedAt = epochNowUs()
    rmSync(join(a.folder, 'etc', 'down'))
    await becomesMaster(lab, 'a', { since: mendedAt })
    await becomesBackup(lab, 'b')
    assert.equal(lastAdvert(lab, 'a').priority, 150)
  })

  scenario('a succeeding script with positive weight carries the role', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 80, lines: TRACKS }], checkBlock(60)), files: CHECK })
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'a', { since: 0 })
    await lab.waitFor('a advertises 80 + 60', () => lastAdvert(lab, 'a').priority === 140, 3_000)
    a.writeFile('down', '')
    await becomesMaster(lab, 'b')
    await becomesBackup(lab, 'a')
  })

  scenario('a failing script without weight is a fault', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150, lines: TRACKS }], checkBlock(0)), files: CHECK })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)
    const failedAt = epochNowUs()
    a.writeFile('down', '')
    const first = await becomesMaster(lab, 'b', { since: failedAt })
    const resignation = lab.adverts({ from: 'a', since: failedAt, priority: 0 }).at(-1)
    assert.ok(resignation, 'it resigns')
    assert.ok(first.at - resignation.at < 1_200_000, 'so the other need not wait for silence')
    rmSync(join(a.folder, 'etc', 'down'))
    await becomesMaster(lab, 'a', { since: epochNowUs() })
    await becomesBackup(lab, 'b')
  })

  scenario('a cut cable is a fault, and the role returns with the link', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150 }]) })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)

    const cutAt = epochNowUs()
    await a.linkDown()
    await becomesMaster(lab, 'b', { since: cutAt })
    await lab.waitFor('a gives the address up', () => !lab.holds('a', DEFAULT_VIP), 2_000)
    assert.match(lab.log('a').join('\n'), /FAULT/i)

    const mendedAt = epochNowUs()
    await a.linkUp()
    await becomesMaster(lab, 'a', { since: mendedAt })
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 2_500)
  })

  scenario('an interface that only the sync group tracks counts for its members', async ({ lab, a, b, pair }) => {
    await a.run('ip', 'link', 'add', 'side0', 'type', 'veth', 'peer', 'name', 'side1')
    for (const side of ['side0', 'side1']) await a.run('ip', 'link', 'set', side, 'up')
    const group = `vrrp_sync_group G {
  group {
    VI_1
  }
  track_interface {
    side0 weight 0
  }
}`
    a.start({ kind: pair.a, config: configText([{ priority: 150 }], group) })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)
    const since = epochNowUs()
    await a.run('ip', 'link', 'set', 'side1', 'down')
    await becomesMaster(lab, 'b', { since })
    const mendedAt = epochNowUs()
    await a.run('ip', 'link', 'set', 'side1', 'up')
    await becomesMaster(lab, 'a', { since: mendedAt })
  })

  scenario('an address that somebody deletes comes back', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150 }]) })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)

    const deletedAt = epochNowUs()
    await a.deleteAddress(DEFAULT_VIP)
    const addition = await lab.waitFor('the address is back', () => findAddition(lab.events, deletedAt), 3_000)
    if (pair.a === 'keepalived') {
      // It resigns and is elected again after the skew time.
      assert.equal(lab.adverts({ from: 'a', since: deletedAt, priority: 0 }).length, 1)
      return
    }
    assert.ok(addition.at - deletedAt < 1_000_000, `back after ${addition.at - deletedAt} µs`)
    await lab.waitFor('and it is announced', () => lab.announces('a', '10.77.0.100', deletedAt).length > 0, 2_000)
    await staysMaster(lab, 'a', 4_000)
    assert.deepEqual(lab.adverts({ from: 'a', priority: 0 }), [])
    assert.deepEqual(lab.adverts({ from: 'b' }), [])
  })
})

function findAddition(events: readonly LabEvent[], since: number) {
  const isAddition = (event: LabEvent) =>
    event.kind === 'address' && event.from === 'a' && event.present && event.address === DEFAULT_VIP && event.at > since
  return events.find(isAddition)
}
