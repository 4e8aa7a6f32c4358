// Election, takeover, resignation and preemption against keepalived, the program under test in either role
// (RFC 5798 §6.4; keepalived.conf(5): nopreempt, preempt_delay).

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText, masterDownUs } from '../lab/config-text.ts'
import { longestOutage, startEcho, startProber } from '../lab/prober.ts'
import { becomesBackup, becomesMaster, DEFAULT_VIP, lastAdvert, staysMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'

const HIGH = { priority: 150 }
const LOW = { priority: 100 }
/** These run beside each other on a busy host; takeover-time.test.ts measures alone. */
const SLACK_US = 500_000

describe('roles at a 1 s interval', { concurrency: 4 }, () => {
  scenario('the higher priority is elected and the other stays quiet', async ({ lab, a, b, pair }) => {
    a.start({ kind: pair.a, config: configText([HIGH]) })
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'a')
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 4_500)
    const advert = lastAdvert(lab, 'a')
    assert.deepEqual(
      { ...advert, at: 0 },
      {
        kind: 'advert',
        at: 0,
        from: 'a',
        source: '10.77.0.11',
        destination: '224.0.0.18',
        ttl: 255,
        version: 2,
        vrid: 51,
        priority: 150,
        interval: 1,
        authType: 0,
        authData: '0000000000000000',
        addresses: ['10.77.0.100'],
        checksumGood: true,
      },
    )
  })

  scenario('a killed master is replaced, and takes its place again when it is back', async ({ lab, a, b, pair }) => {
    for (const name of ['a', 'b']) startEcho(lab, name, 7777)
    a.start({ kind: pair.a, config: configText([HIGH]) })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    startProber(lab, { protocol: 'udp', address: '10.77.0.100', port: 7777, intervalMs: 20, timeoutMs: 200 })
    await staysMaster(lab, 'a', 2_000)

    const killedAt = a.kill()
    const first = await becomesMaster(lab, 'b', { since: killedAt })
    const silenceUs = first.at - lastAdvert(lab, 'a').at
    const dueUs = masterDownUs(LOW)
    assert.ok(
      silenceUs > dueUs - 20_000 && silenceUs < dueUs + SLACK_US,
      `took over after ${silenceUs} µs, due ${dueUs}`,
    )
    await lab.waitFor('five gratuitous ARPs', () => lab.announces('b', '10.77.0.100', killedAt).length >= 5, 2_000)

    const startedAt = epochNowUs()
    a.start({ kind: pair.a, config: configText([HIGH]) })
    await becomesMaster(lab, 'a', { since: startedAt })
    await becomesBackup(lab, 'b')
    await staysMaster(lab, 'a', 2_000)
    const outage = longestOutage(lab, 0)
    assert.equal(outage, undefined, `the address did not answer: a dead daemon leaves it in place, and so do we`)
  })

  scenario(
    'SIGTERM resigns with priority 0 and the other takes over within the skew time',
    async ({ lab, a, b, pair }) => {
      a.start({ kind: pair.a, config: configText([HIGH]) })
      await becomesMaster(lab, 'a')
      b.start({ kind: pair.b, config: configText([LOW]) })
      await staysMaster(lab, 'a', 2_000)

      const stoppedAt = epochNowUs()
      assert.ok(await a.stop(), 'it ends by itself')
      assert.deepEqual(a.exit, { code: 0, signal: null })
      const first = await becomesMaster(lab, 'b', { since: stoppedAt })
      const resignations = lab.adverts({ from: 'a', priority: 0 })
      assert.equal(resignations.length, 1)
      assert.equal(lab.holds('a', DEFAULT_VIP), false)
      const waitedUs = first.at - resignations[0]!.at
      const skewUs = ((256 - LOW.priority) * 1_000_000) / 256
      assert.ok(
        waitedUs > skewUs - 20_000 && waitedUs < skewUs + SLACK_US,
        `took over after ${waitedUs} µs, skew ${skewUs}`,
      )
    },
  )

  scenario('nopreempt: a higher priority that comes later leaves the master alone', async ({ lab, a, b, pair }) => {
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'b')
    a.start({ kind: pair.a, config: configText([{ ...HIGH, lines: ['nopreempt'] }]) })
    await staysMaster(lab, 'b', 6_000)
    await b.stop()
    await becomesMaster(lab, 'a')
  })

  scenario('preempt_delay postpones the return', async ({ lab, a, b, pair }) => {
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'b')
    a.start({ kind: pair.a, config: configText([{ ...HIGH, lines: ['preempt_delay 3'] }]) })
    // The delay counts from the first advert heard, and the last accepted one starts a whole master-down interval.
    await staysMaster(lab, 'b', 5_500)
    await becomesMaster(lab, 'a', { boundMs: 5_000 })
    await becomesBackup(lab, 'b')
  })

  scenario(
    'two masters after one-way loss: the lower one gives up when it hears again',
    async ({ lab, a, b, pair }) => {
      a.start({ kind: pair.a, config: configText([HIGH]) })
      await becomesMaster(lab, 'a')
      b.start({ kind: pair.b, config: configText([LOW]) })
      await b.loseVrrp('input')
      await becomesMaster(lab, 'b')
      assert.ok(lab.holds('a', DEFAULT_VIP), 'the higher one keeps the role')
      await b.restoreVrrp()
      await becomesBackup(lab, 'b')
      await staysMaster(lab, 'a', 2_500)
    },
  )
})
