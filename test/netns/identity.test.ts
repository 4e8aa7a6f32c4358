// Who an instance is, and by which door it becomes MASTER, seen from the wire: reloads that change what peers can see or only the
// name, owners of the only address, groups with a faulty member, and floods of lower priority (defects 3, 8, 9, 11 and 15).

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { encodeAdvertFrame } from '../lab/advert-frame.ts'
import { epochNowUs } from '../lab/clock.ts'
import { configText, VIP } from '../lab/config-text.ts'
import { inject } from '../lab/injector.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesMaster, staysMaster } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const other = '10.78.0.100/24'
/** Two instances, the second on a link that no peer is on, and the group that they may be in. */
const two = (priority: number, grouped: boolean) =>
  configText(
    [{ priority }, { name: 'VI_2', vrid: 52, interface: 'spare0', priority, vips: [other] }],
    grouped ? 'vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}' : '',
  )

async function addSpareLink(lab: Lab, state: 'up' | 'down'): Promise<void> {
  const a = lab.router('a')
  await a.run('ip', 'link', 'add', 'spare0', 'type', 'veth', 'peer', 'name', 'spare1')
  await a.run('ip', 'link', 'set', 'spare1', 'up')
  await a.run('ip', 'address', 'add', '10.78.0.11/24', 'dev', 'spare0')
  await a.run('ip', 'link', 'set', 'spare0', state)
}

describe('identity', { concurrency: 3 }, () => {
  labTest(
    'defect 9: another VRID under the same name resigns the old one and listens before the new one leads',
    async lab => {
      const a = lab.router('a')
      a.start({ kind: subject, config: configText([{ priority: 150 }]) })
      await becomesMaster(lab, 'a')
      const since = epochNowUs()
      a.writeConfig(configText([{ priority: 150, vrid: 61 }]))
      a.signal('SIGHUP')
      await lab.waitFor(
        'priority 0 of the old one',
        () => lab.adverts({ vrid: 51, priority: 0, since }).length > 0,
        3_000,
      )
      await lab.waitFor('its address gone', () => !lab.holds('a', VIP), 3_000)
      const first = await becomesMaster(lab, 'a', { vrid: 61, since })
      const listenedUs = first.at - lab.adverts({ vrid: 51, priority: 0, since })[0]!.at
      assert.ok(listenedUs > 3_000_000, `listened for ${listenedUs} us`)
      await lab.waitFor('announced', () => lab.announces('a', '10.77.0.100', since).length >= 5, 2_000)
    },
  )

  labTest('defect 9: another interface resigns on the old one, and is an election on the new one', async lab => {
    const a = lab.router('a')
    await addSpareLink(lab, 'up')
    a.start({ kind: subject, config: configText([{ priority: 150, interface: 'spare0' }]) })
    await lab.waitFor('MASTER on the other link', () => lab.log('a').join('\n').includes('Entering MASTER'), 10_000)
    const since = epochNowUs()
    a.writeConfig(configText([{ priority: 150 }]))
    a.signal('SIGHUP')
    const first = await becomesMaster(lab, 'a', { since })
    assert.ok(first.at - since > 3_000_000, `took over ${first.at - since} us after the reload`)
    await lab.waitFor('announced', () => lab.announces('a', '10.77.0.100', since).length >= 5, 2_000)
  })

  labTest('defect 9: another name is no event on the wire', async lab => {
    const a = lab.router('a')
    a.start({ kind: subject, config: configText([{ priority: 150 }]) })
    await becomesMaster(lab, 'a')
    const since = epochNowUs()
    a.writeConfig(configText([{ name: 'RENAMED', priority: 150 }]))
    a.signal('SIGHUP')
    await staysMaster(lab, 'a', 3_000)
    assert.deepEqual(lab.adverts({ priority: 0, since }), [])
    assert.ok(!lab.events.some(event => event.kind === 'address' && event.at > since), 'no address was touched')
    await a.stop()
    assert.ok(!lab.holds('a', VIP), 'under its new name it takes its address off')
  })

  labTest('defect 8: the owner of the only address leads with it, and keeps it when it stops', async lab => {
    const a = lab.router('a')
    const vips = ['10.77.0.11/24']
    a.start({ kind: subject, config: configText([{ priority: 255, vips }]) })
    await lab.waitFor('adverts of the owner', () => lab.adverts({ from: 'a', priority: 255 }).length > 1, 15_000)
    assert.ok(await a.findAddress('10.77.0.11'))
    await a.stop()
    assert.ok(await a.findAddress('10.77.0.11'), 'an address that it did not add')
  })

  labTest('defect 3: an instance that leaves its group leaves the fault of the others behind', async lab => {
    const a = lab.router('a')
    await addSpareLink(lab, 'up')
    a.start({ kind: subject, config: two(150, true) })
    await becomesMaster(lab, 'a')
    await a.run('ip', 'link', 'set', 'spare0', 'down')
    await lab.waitFor('both at fault', () => !lab.holds('a', VIP), 3_000)
    await lab.waitFor('the member named', () => lab.log('a').some(line => line.includes('group member VI_2')), 2_000)
    const since = epochNowUs()
    a.writeConfig(two(150, false))
    a.signal('SIGHUP')
    await becomesMaster(lab, 'a', { since })
  })

  labTest('defect 11: owners of whom one is at fault say nothing at the start', async lab => {
    const a = lab.router('a')
    await addSpareLink(lab, 'down')
    a.start({ kind: subject, config: two(255, true) })
    await lab.waitFor('both at fault', () => lab.log('a').filter(line => line.includes('FAULT')).length >= 2, 10_000)
    await lab.timeline.holdsFor('silence', () => lab.adverts({ from: 'a' }).length === 0, 2_000)
    assert.deepEqual(lab.announces('a', '10.77.0.100'), [])
    await a.run('ip', 'link', 'set', 'spare0', 'up')
    await becomesMaster(lab, 'a')
  })

  labTest('defect 15: a flood of lower priority gets adverts, and one block of announcements a second', async lab => {
    const a = lab.router('a')
    a.start({ kind: subject, config: configText([{ priority: 150, lines: ['garp_master_delay 0'] }]) })
    await becomesMaster(lab, 'a')
    await lab.waitFor('the first block', () => lab.announces('a', '10.77.0.100').length >= 5, 2_000)
    const since = epochNowUs()
    const [sourceMac, source, addresses] = ['02:00:00:00:77:99', '10.77.0.99', ['10.77.0.100']]
    const frames = [encodeAdvertFrame({ sourceMac, source, vrid: 51, priority: 50, addresses })]
    await inject(lab.client, { frames, count: 300, burst: 1, pauseMs: 10 })
    const seconds = (epochNowUs() - since) / 1_000_000
    const blocks = lab.announces('a', '10.77.0.100', since).length / 5
    assert.ok(blocks >= 1 && blocks <= seconds + 1, `${blocks} blocks in ${seconds} s`)
    assert.ok(lab.adverts({ from: 'a', since }).length > 100, 'each is answered')
  })
})
