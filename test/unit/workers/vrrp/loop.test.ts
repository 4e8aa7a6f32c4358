// The worker's shell without a thread: what it posts, publishes and sends, in which order.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { SyncGroup, VrrpInstance } from '../../../../src/config/blocks/instance/model.ts'
import type { FromVrrp, Resume, ToVrrp } from '../../../../src/ipc/messages/vrrp.ts'
import type { State } from '../../../../src/workers/vrrp/core/state.ts'
import { masterDownUs } from '../../../../src/workers/vrrp/core/timers.ts'
import { fenceLeadUs } from '../../../../src/workers/vrrp/fence.ts'
import { VrrpLoop } from '../../../../src/workers/vrrp/loop.ts'
import { drainMax, takeTurn } from '../../../../src/workers/vrrp/turn.ts'
import { elected, frame, instance, link, lowSource, place, start, started } from './core/fixture.ts'

type StartMessage = Extract<ToVrrp, { t: 'start' }>

const params = instance()
const { state: master, now } = elected(params)

function playground(bridgedAt = 0) {
  const done: string[] = []
  /** What the next sendmsg(2) says. */
  const kernel: { error: string | null } = { error: null }
  const posted: FromVrrp[] = []
  const board = new Map<number, number | undefined>()
  const shell = new VrrpLoop({
    post: message => {
      done.push(message.t)
      posted.push(message)
    },
    transmit: (_socket, _link, { packet }) => {
      done.push(`priority ${packet[22]}`)
      return kernel.error
    },
    publish: (slot, at) => {
      if (board.get(slot) === at) return
      done.push(at === undefined ? 'unpublish' : 'publish')
      board.set(slot, at)
    },
    bridgedAt: () => bridgedAt,
  })
  const snapshotOf = (name: string): State | null | undefined =>
    posted.flatMap(one => (one.t === 'step' ? one.changes : [])).findLast(({ instance: of }) => of === name)?.snapshot
  return { shell, done, posted, board, snapshotOf, kernel }
}

function startMessage(
  resume: Readonly<Record<string, Resume>>,
  instances: readonly VrrpInstance[] = [params],
  groups: readonly SyncGroup[] = [],
): StartMessage {
  return {
    t: 'start',
    instances,
    groups,
    groupStates: {},
    resume,
    links: [link()],
    scripts: {},
    readings: {},
    slots: Object.fromEntries(instances.map(({ name }, slot) => [name, slot])),
    sockets: [{ interface: 'eth0', family: 4, fd: 3 }],
    broken: {},
    delayUntil: null,
  }
}

const backup = started(params)
const downAt = backup.name === 'backup' ? backup.masterDownAt : 0

/** A shell whose only instance is BACKUP, and what it did since. */
function listening() {
  const play = playground()
  play.shell.start(startMessage({}), start)
  play.done.length = 0
  return play
}

test('a BACKUP does not take over while an advert may wait at a stalled main thread', () => {
  const { shell, done, snapshotOf } = listening()
  shell.runDue(downAt)
  assert.deepEqual(done, ['fence'])
  assert.equal(shell.nextDeadline(downAt), undefined, 'the answer will wake it')
  shell.handle({ t: 'rx', frame: frame(params, 200, lowSource) }, downAt + 100)
  shell.handle({ t: 'fence', n: 1 }, downAt + 100)
  shell.runDue(downAt + 100)
  assert.ok(!done.some(one => one.startsWith('priority')))
  assert.equal(snapshotOf(params.name)?.name, 'backup')
})

test('a BACKUP takes over as soon as the main thread has nothing more for it', () => {
  const { shell, done, snapshotOf } = listening()
  shell.runDue(downAt)
  shell.handle({ t: 'fence', n: 1 }, downAt + 100)
  shell.runDue(downAt + 100)
  assert.deepEqual(done, ['fence', 'priority 100', 'publish', 'step'])
  assert.equal(snapshotOf(params.name)?.name, 'master')
})

test('the main thread is asked a moment before, so that the takeover is not late', () => {
  const { shell, done, snapshotOf } = listening()
  assert.equal(shell.nextDeadline(downAt - 2_000), downAt - fenceLeadUs)
  shell.runDue(downAt - fenceLeadUs)
  assert.deepEqual(done, ['fence'])
  shell.handle({ t: 'fence', n: 1 }, downAt - fenceLeadUs + 100)
  assert.equal(shell.nextDeadline(downAt - 900), downAt)
  shell.runDue(downAt - 1)
  assert.deepEqual(done, ['fence'], 'not before its time')
  shell.runDue(downAt)
  assert.equal(snapshotOf(params.name)?.name, 'master')
})

test('an answer from long before the deadline does not count', () => {
  const { shell, done, snapshotOf } = listening()
  shell.runDue(downAt - fenceLeadUs)
  shell.handle({ t: 'fence', n: 1 }, downAt - fenceLeadUs + 100)
  // An advert of a MASTER: the timer begins anew, and so does the question.
  shell.handle({ t: 'rx', frame: frame(params, 200, lowSource) }, downAt - 500)
  const next = downAt - 500 + masterDownUs(params, params.priority, params.advertIntervalUs)
  for (let at = downAt - 500; at < next; at = shell.nextDeadline(at) ?? next) shell.runDue(at)
  assert.deepEqual(done, ['fence', 'step', 'fence'])
  shell.runDue(next)
  assert.equal(snapshotOf(params.name)?.name, 'backup')
})

test('a BACKUP that misses adverts looks every half interval whether it runs, and listens when it did not', () => {
  const { shell, done } = listening()
  const halfUs = params.advertIntervalUs / 2
  assert.equal(shell.nextDeadline(start), downAt - 3 * halfUs)
  // It wakes up late by more than half an interval, a moment before its timer ends.
  shell.runDue(downAt - 2_000)
  assert.equal(
    shell.nextDeadline(downAt - 2_000),
    downAt - 2_000 + halfUs,
    'its timer ends after an interval and a half',
  )
  assert.deepEqual(done, [])
})

test('what leaves MASTER is off the board only after the supervisor was told', () => {
  const { shell, done } = playground()
  shell.start(startMessage({ [params.name]: { state: master } }), now)
  done.length = 0
  shell.handle({ t: 'rx', frame: frame(params, 200, lowSource) }, now + 1)
  assert.deepEqual(done, ['step', 'unpublish'])
})

test('a MASTER that the bridge has spoken for goes on, one that was silent for too long listens', () => {
  const soon = playground(now + params.advertIntervalUs)
  soon.shell.start(startMessage({ [params.name]: { state: master, deadlineUs: now + params.advertIntervalUs } }), now)
  soon.shell.runDue(now + 2 * params.advertIntervalUs)
  assert.equal(soon.done.at(-2), 'priority 100')
  const late = playground(now + params.advertIntervalUs)
  late.shell.start(startMessage({ [params.name]: { state: master, deadlineUs: now + params.advertIntervalUs } }), now)
  late.done.length = 0
  late.shell.runDue(now + 7 * params.advertIntervalUs)
  assert.deepEqual(late.done, ['step', 'unpublish'])
  assert.equal(late.snapshotOf(params.name)?.name, 'backup')
})

const group: SyncGroup = {
  name: 'VG_1',
  place,
  members: ['VI_1', 'VI_2'],
  notify: { notifyDeleted: false },
  smtpAlert: false,
  trackingWeight: false,
  trackedScripts: [],
  trackedInterfaces: [],
  trackedObjects: [],
}
const second = instance({ name: 'VI_2', vrid: 52 })

test('a sync group that is resumed while its link is down has no member without a state', () => {
  const down = startMessage({}, [params, second], [group])
  const first = playground()
  first.shell.start({ ...down, links: [link({ up: false })] }, start)
  const states = ['VI_1', 'VI_2'].map(name => [name, { state: first.snapshotOf(name)! }] as const)
  const successor = playground()
  const resumed = startMessage(Object.fromEntries(states), [params, second], [group])
  successor.shell.start({ ...resumed, links: [link({ up: false })] }, start + 1)
  const names = successor.posted
    .flatMap(one => (one.t === 'step' ? one.changes : []))
    .map(({ snapshot }) => snapshot?.name)
  assert.ok(!names.includes('init'), names.join(' '))
})

test('an instance whose worker died before it had begun it begins', () => {
  const { shell, snapshotOf } = playground()
  const unbegun: State = { ...started(params), name: 'init', startAt: null } as State
  shell.start(startMessage({ [params.name]: { state: unbegun } }), start)
  assert.equal(snapshotOf(params.name)?.name, 'backup')
})

test('a reload that came while no worker was there has its effect on the resumed MASTER', () => {
  const { shell, posted } = playground()
  const previous = { ...params, addresses: [] }
  shell.start(startMessage({ [params.name]: { state: master, previous } }), now)
  const effects = posted.flatMap(one => (one.t === 'step' ? one.changes.flatMap(change => change.effects) : []))
  assert.ok(effects.some(effect => effect.type === 'ensure-addresses' && effect.present))
})

test('a turn looks at what has arrived before timers fire, and a flood does not stop the adverts', () => {
  const { shell, done } = playground()
  shell.start(startMessage({ [params.name]: { state: master, deadlineUs: now + 1 } }), now)
  done.length = 0
  const inbox: ToVrrp[] = Array.from({ length: drainMax + 1 }, (_, n) => ({ t: 'ping', n }))
  let counted = 0
  const ports = {
    receive: () => inbox.shift(),
    post: (message: FromVrrp) => void done.push(message.t),
    now: () => now + 1,
    suspendedUs: () => 0,
    countConsumed: () => void counted++,
    markAlive: () => {},
    fault: () => undefined,
  }
  assert.equal(takeTurn(shell, ports), 'more')
  assert.equal(done.indexOf('priority 100'), done.lastIndexOf('pong') + 1)
  inbox.push({ t: 'rx', frame: frame(params, 200, lowSource) })
  assert.equal(takeTurn(shell, ports), 'empty')
  assert.equal(counted, 1, 'pings are not counted, whoever sends them does not either')
})

test('a thread that was stalled while the bridge spoke for it goes on as MASTER, one that nobody spoke for listens', () => {
  const stalledUntil = now + 5 * params.advertIntervalUs
  for (const [bridgedAt, name] of [
    [stalledUntil - 1_000, 'master'],
    [0, 'backup'],
  ] as const) {
    const { shell, posted, snapshotOf } = playground(bridgedAt)
    shell.start(startMessage({ [params.name]: { state: master, deadlineUs: now + params.advertIntervalUs } }), now)
    shell.runDue(stalledUntil)
    const last = posted.length === 1 ? 'master' : snapshotOf(params.name)?.name
    assert.equal(last, name, `bridged at ${bridgedAt}`)
  }
})

/** What a MASTER's shell does at a reload to these instances. */
function reloaded(instances: readonly VrrpInstance[]) {
  const play = playground()
  play.shell.start(startMessage({ [params.router]: { state: master } }), now)
  play.done.length = 0
  play.posted.length = 0
  const slots = Object.fromEntries(instances.map(({ router }, slot) => [router, slot]))
  play.shell.handle({ t: 'reload', instances, groups: [], slots }, now + 1)
  return play
}

test('defect 9: a reload that changes the name only keeps the role', () => {
  const { done, snapshotOf } = reloaded([{ ...params, name: 'VI_new' }])
  assert.equal(snapshotOf('VI_new')?.name, 'master')
  assert.deepEqual(
    done.filter(one => one.startsWith('priority')),
    ['priority 100'],
    'its advert, and no resignation',
  )
})

test('defect 9: another virtual router under the same name: the old one resigns, the new one listens', () => {
  const { done, posted, snapshotOf } = reloaded([{ ...params, vrid: 99, router: 'eth0 4 99' }])
  assert.deepEqual(
    done.filter(one => one.startsWith('priority')),
    ['priority 0'],
  )
  const routers = posted.flatMap(one => (one.t === 'step' ? one.changes.map(({ router }) => router) : []))
  assert.deepEqual([...new Set(routers)], [params.router, 'eth0 4 99'])
  assert.equal(snapshotOf(params.name)?.name, 'backup')
})

test('defect 23: an instance that a reload adds during vrrp_startup_delay waits for its end', () => {
  const { shell, snapshotOf } = playground()
  const delayUntil = start + 5_000_000
  shell.start({ ...startMessage({}), delayUntil }, start)
  const added = instance({ name: 'VI_2', vrid: 52 })
  shell.handle({ t: 'reload', instances: [params, added], groups: [], slots: { VI_1: 0, VI_2: 1 } }, start + 1)
  assert.equal(snapshotOf('VI_2')?.name ?? 'init', 'init')
  shell.runDue(delayUntil)
  assert.equal(snapshotOf('VI_2')?.name, 'backup')
})

test('a MASTER whose host was suspended for longer than its peers wait listens, although its clock stood still', () => {
  const { shell, done, snapshotOf } = playground()
  shell.start(startMessage({ [params.router]: { state: master } }), now)
  shell.noticeSuspend(7_000_000, now)
  shell.noticeSuspend(7_000_000 + 3_000_000, now + 1)
  assert.equal(snapshotOf(params.name)?.name ?? 'master', 'master')
  done.length = 0
  shell.noticeSuspend(7_000_000 + 3_000_000 + 60_000_000, now + 2)
  assert.equal(snapshotOf(params.name)?.name, 'backup')
  assert.ok(!done.some(one => one.startsWith('priority')))
})

test('defect 6: a MASTER whose adverts do not leave is in FAULT after a master-down time, and counts none of them as sent', () => {
  const { shell, kernel, snapshotOf, posted } = playground()
  shell.start(startMessage({ [params.router]: { state: master } }), now)
  kernel.error = 'EPERM'
  const downUs = masterDownUs(params, params.priority, params.advertIntervalUs)
  let at = now
  while (snapshotOf(params.name)?.name !== 'fault' && at < now + 2 * downUs) {
    at = shell.nextDeadline(at) ?? at + params.advertIntervalUs
    shell.runDue(at)
  }
  const state = snapshotOf(params.name)
  assert.deepEqual(state?.name === 'fault' && state.faults, [{ kind: 'mute', of: 'EPERM to 224.0.0.18' }])
  assert.equal(state?.counters.advert_sent, master.counters.advert_sent)
  const said = posted.flatMap(one => (one.t === 'step' ? one.changes.flatMap(({ effects }) => effects) : []))
  assert.equal(said.filter(one => one.type === 'log' && one.event === 'advert-not-sent').length, 1, 'said once')
})

test('defect 7: a socket that is broken is a fault of the instances that hear by it, and heals when it is there', () => {
  const { shell, snapshotOf } = listening()
  const sockets = [{ interface: 'eth0', family: 4, fd: 3 }] as const
  shell.handle({ t: 'sockets', sockets, broken: { 'eth0/4/224.0.0.18/112': 'EMFILE' } }, start + 1)
  assert.equal(snapshotOf(params.name)?.name, 'fault')
  shell.handle({ t: 'sockets', sockets, broken: {} }, start + 2)
  assert.equal(snapshotOf(params.name)?.name, 'backup')
  const other = playground()
  other.shell.start({ ...startMessage({}), broken: { 'eth0/4/224.0.0.18/112': 'ENOMEM' } }, start)
  assert.equal(other.snapshotOf(params.name)?.name, 'fault', 'also at the start')
})
