// Links that flap. keepalived.conf(5): interface_up_down_delays.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { epochNowUs } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import { becomesMaster, staysMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'

const LOW = { priority: 100 }
const DELAYS = 'interface_up_down_delays {\n  eth0 1.5 0.5\n}'

describe('interface_up_down_delays', { concurrency: 4 }, () => {
  scenario('a cable that is out for less than the delay costs no role', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150 }], DELAYS) })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)
    const since = epochNowUs()
    await a.linkDown()
    await wait(500)
    await a.linkUp()
    await wait(1_500)
    assert.doesNotMatch(lab.log('a').join('\n'), /Entering FAULT/i)
    await becomesMaster(lab, 'a', { since })
    assert.deepEqual(lab.adverts({ from: 'a', since, priority: 0 }), [])
  })

  scenario('one that stays out is a fault after the delay', async ({ lab, a, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150 }], DELAYS) })
    await becomesMaster(lab, 'a')
    const since = epochNowUs()
    await a.linkDown()
    await wait(1_000)
    assert.doesNotMatch(lab.log('a').join('\n'), /Entering FAULT/i)
    await lab.waitFor('a is at fault', () => /Entering FAULT/i.test(lab.log('a').join('\n')), 3_000)
    assert.ok(epochNowUs() - since >= 1_400_000, 'not before the delay is over')
    await a.linkUp()
    await becomesMaster(lab, 'a', { since: epochNowUs() })
  })
})
