// What a master puts on its interface and tells the neighbours: address attributes, gratuitous ARPs and their timing,
// and a reload that changes nothing it need not (keepalived.conf(5): virtual_ipaddress, garp_master_*; vrrp-behaviour section 4.2:
// five announcements at once and five more after five seconds).

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import { becomesBackup, becomesMaster, longestGapUs, staysMaster } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const DETAILED = [
  '10.77.0.100/24 brd 10.77.0.255 dev eth0 scope global label eth0:vip',
  '10.78.0.101/24 brd + dev eth0 scope link',
  '10.77.0.102 dev eth0',
]

describe('what a master announces', { concurrency: 4 }, () => {
  labTest('addresses carry broadcast, scope and label as configured', async lab => {
    const a = lab.router('a')
    a.start({ kind: subject, config: configText([{ priority: 150, vips: DETAILED }]) })
    await becomesMaster(lab, 'a')
    await lab.waitFor('the last address', () => lab.holds('a', '10.77.0.102/32'), 2_000)
    const first = await a.findAddress('10.77.0.100')
    assert.deepEqual(
      [first?.prefixlen, first?.broadcast, first?.scope, first?.label],
      [24, '10.77.0.255', 'global', 'eth0:vip'],
    )
    const second = await a.findAddress('10.78.0.101')
    assert.deepEqual([second?.prefixlen, second?.broadcast, second?.scope], [24, '10.78.0.255', 'link'])
    const third = await a.findAddress('10.77.0.102')
    assert.deepEqual([third?.prefixlen, third?.broadcast, third?.scope], [32, undefined, 'global'])
    assert.deepEqual(lab.adverts({ from: 'a' }).at(-1)?.addresses, ['10.77.0.100', '10.78.0.101', '10.77.0.102'])
    await a.stop()
    for (const address of ['10.77.0.100', '10.78.0.101', '10.77.0.102']) {
      assert.equal(await a.findAddress(address), undefined)
    }
  })

  labTest('the advert goes first, then five gratuitous ARPs, and five more after five seconds', async lab => {
    lab.router('a').start({ kind: subject, config: configText([{ priority: 150 }]) })
    const first = await becomesMaster(lab, 'a')
    const all = () => lab.announces('a', '10.77.0.100')
    await lab.waitFor('five announcements', () => all().length >= 5, 2_000)
    await lab.timeline.holdsFor('no more than five at first', () => all().length === 5, 3_500)
    await lab.waitFor('five more', () => all().length >= 10, 3_000)
    await lab.timeline.holdsFor('ten in all', () => all().length === 10, 2_000)
    assert.ok(first.at <= all()[0]!.at, 'the old master learns first')
    assert.ok(all().every(announce => announce.mac === lab.router('a').mac))
    const delayUs = all()[5]!.at - all()[0]!.at
    assert.ok(delayUs > 4_900_000 && delayUs < 5_600_000, `second block after ${delayUs} µs`)
  })

  labTest('garp_master_repeat and garp_master_delay are honoured', async lab => {
    const lines = ['garp_master_repeat 2', 'garp_master_delay 1']
    lab.router('a').start({ kind: subject, config: configText([{ priority: 150, lines }]) })
    await becomesMaster(lab, 'a')
    await lab.waitFor('two blocks of two', () => lab.announces('a', '10.77.0.100').length >= 4, 3_000)
    await lab.timeline.holdsFor('no third', () => lab.announces('a', '10.77.0.100').length === 4, 2_000)
  })

  labTest('a lower priority advert makes the master speak up', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    a.start({ kind: subject, config: configText([{ priority: 150, lines: ['garp_master_delay 0'] }]) })
    await becomesMaster(lab, 'a')
    b.start({ kind: 'keepalived', config: configText([{ priority: 100 }]) })
    await b.loseVrrp('input')
    const rogue = await becomesMaster(lab, 'b')
    await lab.waitFor('announced again', () => lab.announces('a', '10.77.0.100', rogue.at).length >= 5, 2_000)
    const reply = lab.adverts({ from: 'a', since: rogue.at })[0]
    assert.ok(reply && reply.at - rogue.at < 300_000, 'and advertises at once')
  })
})

describe('reload', { concurrency: 4 }, () => {
  labTest('SIGHUP without a change is no transition', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    a.start({ kind: subject, config: configText([{ priority: 150 }]) })
    await becomesMaster(lab, 'a')
    b.start({ kind: 'keepalived', config: configText([{ priority: 100 }]) })
    await staysMaster(lab, 'a', 2_000)
    const at = epochNowUs()
    for (let i = 0; i < 3; i++) {
      a.signal('SIGHUP')
      await staysMaster(lab, 'a', 2_000)
    }
    assert.deepEqual(lab.adverts({ from: 'b' }), [])
    assert.deepEqual(lab.adverts({ from: 'a', priority: 0 }), [])
    const gapUs = longestGapUs(lab, 'a', at)
    assert.ok(gapUs < 1_300_000, `no advert for ${gapUs} µs`)
    assert.ok(!lab.events.some(event => event.kind === 'address' && event.at > at), 'no address was touched')
  })

  labTest('SIGHUP adds and removes an address, and changes the priority', async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const [vip, vips] = ['10.77.0.101/24', ['10.77.0.101/24']]
    a.start({ kind: subject, config: configText([{ priority: 150 }]) })
    await becomesMaster(lab, 'a')
    a.writeConfig(configText([{ priority: 150, vips }]))
    a.signal('SIGHUP')
    await lab.waitFor('the new address', () => lab.holds('a', vip), 3_000)
    await lab.waitFor('the old one gone', () => !lab.holds('a', '10.77.0.100/24'), 3_000)
    await lab.waitFor('announced', () => lab.announces('a', '10.77.0.101').length >= 5, 3_000)
    assert.deepEqual(lab.adverts({ from: 'a', priority: 0 }), [])

    b.start({ kind: 'keepalived', config: configText([{ priority: 100, vips }]) })
    await staysMaster(lab, 'a', 4_500, { vip })
    a.writeConfig(configText([{ priority: 50, vips }]))
    a.signal('SIGHUP')
    await becomesMaster(lab, 'b', { vip })
    await becomesBackup(lab, 'a', { vip })
  })

  labTest('SIGHUP with a broken configuration changes nothing', async lab => {
    const a = lab.router('a')
    // keepalived 2.2.7 dies of it unless told to look first.
    const globals = subject === 'keepalived' ? ['reload_check_config'] : []
    a.start({ kind: subject, config: configText([{ priority: 150 }], '', globals) })
    await becomesMaster(lab, 'a')
    a.writeConfig(configText([{ priority: 150, interface: 'nosuch0' }], '', globals))
    a.signal('SIGHUP')
    await staysMaster(lab, 'a', 4_000)
    assert.ok(a.running)
  })
})
