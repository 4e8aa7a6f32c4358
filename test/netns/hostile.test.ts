// A neighbour that sends rubbish: 20,000 bad packets in bursts, and a slow drip that hits each advert interval. None of
// it may touch a timer or a role: every advert of the master is on time (keepalived itself falls silent under the drip,
// since any packet with its VRID re-arms its advert timer), and a backup neither takes over nor waits longer.

import assert from 'node:assert/strict'
import { type AdvertFrame, encodeAdvertFrame } from '../lab/advert-frame.ts'
import { epochNowUs } from '../lab/clock.ts'
import { configText, masterDownUs } from '../lab/config-text.ts'
import { inject, type Volley } from '../lab/injector.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesMaster, lastAdvert, longestGapUs } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { readStatistics } from '../lab/statistics.ts'
import { subject } from '../lab/subject.ts'

const PASS = ['authentication {', '  auth_type PASS', '  auth_pass secret12', '}']
const TOTAL = 20_000
/** The host may be busy; silence of a second advert would be a second more. */
const GAP_MAX_US = 1_500_000

const GOOD: AdvertFrame = {
  sourceMac: '02:00:00:00:4b:63',
  source: '10.77.0.99',
  vrid: 51,
  priority: 254,
  authType: 1,
  password: 'secret12',
  addresses: ['10.77.0.100'],
}

/** Each would take the role away if it were believed. */
const HOSTILE: readonly AdvertFrame[] = [
  { ...GOOD, checksumError: 1 },
  { ...GOOD, password: 'wrong' },
  { ...GOOD, ttl: 254 },
  { ...GOOD, ttl: 1 },
  { ...GOOD, authType: 0, password: '' },
  { ...GOOD, authType: 2 },
  { ...GOOD, authType: 7 },
  { ...GOOD, version: 3 },
  { ...GOOD, version: 15 },
  { ...GOOD, type: 3 },
  { ...GOOD, interval: 9 },
  { ...GOOD, truncateBy: 4 },
  { ...GOOD, truncateBy: 23 },
  { ...GOOD, count: 200 },
  { ...GOOD, count: 0 },
  { ...GOOD, priority: 0, password: 'wrong' },
  { ...GOOD, vrid: 99 },
]

labTest('20,000 hostile packets in bursts change nothing and crash nothing', async lab => {
  const since = await startPair(lab)
  const taken = await inject(lab.client, volley(TOTAL, 400, 100))
  assert.equal(taken, TOTAL)
  await keepsRole(lab, since)
  const statistics = await readStatistics(lab, lab.router('a'))
  const rejected = ['Packet Errors/TTL', 'Authentication Errors/Failure', 'Authentication Errors/Type Mismatch']
  for (const name of rejected) assert.ok(statistics[name]! > 500, `${name}: ${statistics[name]}`)
})

labTest('a drip of three bad packets a second does not silence the master', async lab => {
  const since = await startPair(lab)
  await inject(lab.client, volley(40, 1, 300))
  await keepsRole(lab, since)
})

labTest('a backup takes over on time although rubbish arrives', async lab => {
  const [a, b] = [lab.router('a'), lab.router('b')]
  b.start({ kind: 'keepalived', config: configText([{ priority: 150, lines: PASS }]) })
  await becomesMaster(lab, 'b')
  a.start({ kind: subject, config: configText([{ priority: 100, lines: PASS }]) })
  await lab.timeline.holdsFor('b is MASTER', () => lab.adverts({ from: 'a' }).length === 0, 5_000)
  const flood = inject(lab.client, volley(3_000, 20, 30))
  const killedAt = b.kill()
  const first = await becomesMaster(lab, 'a', { since: killedAt })
  const lateUs = first.at - lastAdvert(lab, 'b').at - masterDownUs({ priority: 100 })
  assert.ok(lateUs > -20_000 && lateUs < 300_000, `${lateUs} µs after the formula's time`)
  await flood
})

/** Subject as MASTER, keepalived standing by; returns when they are settled. */
async function startPair(lab: Lab): Promise<number> {
  const [a, b] = [lab.router('a'), lab.router('b')]
  a.start({ kind: subject, config: configText([{ priority: 150, lines: PASS }]) })
  await becomesMaster(lab, 'a')
  b.start({ kind: 'keepalived', config: configText([{ priority: 100, lines: PASS }]) })
  await lab.timeline.holdsFor('a is MASTER', () => lab.adverts({ from: 'b' }).length === 0, 2_000)
  return epochNowUs()
}

async function keepsRole(lab: Lab, since: number): Promise<void> {
  const a = lab.router('a')
  await lab.timeline.holdsFor('a runs', () => a.running && lab.holds('a', '10.77.0.100/24'), 1_500)
  const gapUs = longestGapUs(lab, 'a', since)
  if (subject === 'keepalived') {
    assert.ok(gapUs > GAP_MAX_US, 'calibration: this is seen to silence keepalived')
    return
  }
  assert.ok(gapUs < GAP_MAX_US, `no advert for ${gapUs} µs`)
  assert.deepEqual(lab.adverts({ from: 'a', priority: 0 }), [])
  // The peer heard every advert, so the subject never fell silent for its master-down time either.
  assert.deepEqual(lab.adverts({ from: 'b' }), [])
}

function volley(count: number, burst: number, pauseMs: number): Volley {
  return { frames: HOSTILE.map(encodeAdvertFrame), count, burst, pauseMs }
}
