// VRRPv3 at 1 s, 100 ms and 10 ms, IPv6, and passwords that differ: election, takeover and return
// (RFC 5798 §5.2, §6.1; RFC 2338 §5.3.6 for the password).

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText, type InstanceText, masterDownUs, VIP6 } from '../lab/config-text.ts'
import { becomesBackup, becomesMaster, DEFAULT_VIP, lastAdvert, staysMaster } from '../lab/role.ts'
import { type Stage, scenario } from '../lab/scenario.ts'
import { readStatistics } from '../lab/statistics.ts'

const SLACK_US = 500_000

for (const advertInt of [1, 0.1, 0.01]) {
  scenario(`VRRPv3 at ${advertInt * 1_000} ms: election, takeover and return`, stage =>
    playTakeover(stage, { version: 3, advertInt }, DEFAULT_VIP),
  )
}

describe('further versions at 1 s', { concurrency: 4 }, () => {
  scenario('IPv6: election, takeover and return', stage =>
    playTakeover(stage, { version: 3, advertInt: 1, vips: VIP6 }, VIP6[1]),
  )

  scenario('IPv6 at 100 ms: election, takeover and return', stage =>
    playTakeover(stage, { version: 3, advertInt: 0.1, vips: VIP6 }, VIP6[1]),
  )

  scenario('a wrong password is rejected and counted, and the right one ends the quarrel', async stage => {
    const { lab, a, b, pair } = stage
    const withPassword = (priority: number, password: string) =>
      configText([{ priority, lines: ['authentication {', '  auth_type PASS', `  auth_pass ${password}`, '}'] }])
    a.start({ kind: pair.a, config: withPassword(150, 'right') })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: withPassword(100, 'wrong') })
    await becomesMaster(lab, 'b')
    assert.equal(lastAdvert(lab, 'a').authType, 1)
    assert.equal(lastAdvert(lab, 'a').authData, Buffer.from('right\0\0\0').toString('hex'))

    const statistics = await readStatistics(lab, b)
    assert.ok(statistics['Authentication Errors/Failure']! >= 3, JSON.stringify(statistics))
    assert.equal(statistics['Advertisements/Received'], 0)

    b.writeConfig(withPassword(100, 'right'))
    b.signal('SIGHUP')
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 2_500)
  })
})

/** Both routers start, the better one is killed and comes back. */
async function playTakeover(stage: Stage, common: Partial<InstanceText>, vip: string): Promise<void> {
  const { lab, a, b, pair } = stage
  const [high, low] = [
    { ...common, priority: 200 },
    { ...common, priority: 100 },
  ] as const
  b.start({ kind: pair.b, config: configText([low]) })
  await becomesMaster(lab, 'b', { vip })
  a.start({ kind: pair.a, config: configText([high]) })
  await becomesMaster(lab, 'a', { vip })
  await becomesBackup(lab, 'b', { vip })
  const advert = lastAdvert(lab, 'a')
  assert.equal(advert.version, 3)
  assert.equal(advert.interval, Math.round((common.advertInt ?? 1) * 100))
  assert.ok(advert.checksumGood)
  assert.equal(advert.ttl, 255)
  assert.equal(advert.source.includes(':'), common.vips !== undefined)
  await staysMaster(lab, 'a', 1_500, { vip })

  const killedAt = a.kill()
  const first = await becomesMaster(lab, 'b', { vip, since: killedAt })
  const silenceUs = first.at - lastAdvert(lab, 'a').at
  const dueUs = masterDownUs(low)
  assert.ok(silenceUs > dueUs - 20_000 && silenceUs < dueUs + SLACK_US, `took over after ${silenceUs} µs, due ${dueUs}`)
  const address = vip.slice(0, vip.indexOf('/'))
  await lab.waitFor('five announcements', () => lab.announces('b', address, killedAt).length >= 5, 2_000)

  const startedAt = epochNowUs()
  a.start({ kind: pair.a, config: configText([high]) })
  await becomesMaster(lab, 'a', { vip, since: startedAt })
  await becomesBackup(lab, 'b', { vip })
}
