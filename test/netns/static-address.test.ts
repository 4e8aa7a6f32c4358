// Addresses that are there whatever the role is. keepalived.conf(5): static_ipaddress.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { configText } from '../lab/config-text.ts'
import { becomesMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'

const STATIC = 'static_ipaddress {\n  10.88.0.1/24 dev eth0\n  fd88::1/64 dev eth0\n}'

describe('static_ipaddress', { concurrency: 4 }, () => {
  scenario('static addresses are there at once, come back when deleted, and go at the end', async stage => {
    const { lab, a, pair } = stage
    a.start({ kind: pair.a, config: configText([{ priority: 150 }], STATIC) })
    const holds = (address: string) => lab.holds('a', address)
    await lab.waitFor('both are there', () => holds('10.88.0.1/24') && holds('fd88::1/64'), 5_000)
    await becomesMaster(lab, 'a')
    for (const address of ['10.88.0.1/24', 'fd88::1/64']) {
      await a.deleteAddress(address)
      await lab.waitFor(`${address} is back`, () => holds(address), 3_000)
    }
    assert.equal(lab.adverts({ from: 'a', priority: 0 }).length, 0)
    await a.stop()
    assert.ok(!holds('10.88.0.1/24') && !holds('fd88::1/64'), 'nothing is left')
  })

  scenario('IPv6 comes back with the link', async ({ lab, a, pair }) => {
    a.start({ kind: pair.a, config: configText([{ priority: 150 }], STATIC) })
    await lab.waitFor('it is there', () => lab.holds('a', 'fd88::1/64'), 5_000)
    await a.run('ip', 'link', 'set', 'eth0', 'down')
    await wait(500)
    await a.run('ip', 'link', 'set', 'eth0', 'up')
    // keepalived puts it back while the link is still down.
    await lab.waitFor('it is back', () => lab.holds('a', 'fd88::1/64'), 5_000)
  })
})
