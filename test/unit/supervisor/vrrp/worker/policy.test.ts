// What the supervisor does for the vrrp worker, and in its stead. Times and bridging alone are in advert-bridge.test.ts.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import type { FromVrrp, InstanceChange } from '../../../../../src/ipc/messages/vrrp.ts'
import { decide } from '../../../../../src/supervisor/vrrp/worker/policy.ts'
import {
  type ActorEffect,
  type ActorEvent,
  type ActorState,
  newActor,
  type Outside,
} from '../../../../../src/supervisor/vrrp/worker/state.ts'
import { bridgeOrder } from '../../../../../src/workers/vrrp/bridge-order.ts'
import type { State } from '../../../../../src/workers/vrrp/core/state.ts'
import { elected, instance, started } from '../../../workers/vrrp/core/fixture.ts'

const params = instance()
const { state: master, now } = elected(params)
const intervalUs = params.advertIntervalUs
const options = { delayUntil: null }

interface World {
  readonly running?: boolean
  readonly lifeAt?: number
  readonly consumed?: number
  readonly deadline?: number | undefined
}

function outsideOf(world: World): Outside {
  return {
    running: world.running ?? true,
    lifeAt: world.lifeAt ?? now,
    consumed: () => world.consumed ?? 0,
    deadlineOf: () => ('deadline' in world ? world.deadline : now + intervalUs),
    sockets: () => ({ sockets: [], broken: {} }),
  }
}

function on(state: ActorState, event: ActorEvent, world: World = {}, at = now) {
  return decide(options, state, event, outsideOf(world), at)
}

function startOf(inherited: Readonly<Record<string, State>> = {}): ActorEvent {
  return { type: 'start', instances: [params], groups: [], inherited }
}

function step(change: Partial<InstanceChange> = {}): ActorEvent {
  const changes = [
    {
      router: params.router,
      instance: params.name,
      snapshot: master,
      effects: [],
      bridge: bridgeOrder(params, master),
      ...change,
    },
  ]
  const said: FromVrrp = { t: 'step', changes, group: null }
  return { type: 'message', message: said }
}

/** An actor whose worker is MASTER. */
function mastering(): ActorState {
  const begun = on(newActor, startOf(), { running: false }).state
  const active = on(begun, { type: 'activated', clean: false }).state
  return on(on(active, { type: 'message', message: { t: 'ready' } }).state, step()).state
}

function typesOf(effects: readonly ActorEffect[]): string[] {
  return effects.map(effect => (effect.type === 'post' ? `post ${effect.message.t}` : effect.type))
}

function priorities(effects: readonly ActorEffect[]): number[] {
  return effects.flatMap(effect => (effect.type === 'transmit' ? [effect.advert.packet[22]!] : []))
}

function startMessage(effects: readonly ActorEffect[]) {
  for (const effect of effects) if (effect.type === 'post' && effect.message.t === 'start') return effect.message
  return assert.fail('no start message')
}

const frame = { at: now, interface: 'eth0', family: 4, bytes: new Uint8Array(40) } as const

test('frames wait while no worker is there and follow its start message', () => {
  const held = on(mastering(), { type: 'frame', frame }, { running: false })
  assert.deepEqual(held.effects, [])
  const { effects, state } = on(held.state, { type: 'activated', clean: false })
  assert.deepEqual(typesOf(effects), ['reset-consumed', 'post start', 'post rx'])
  assert.equal(state.mailbox.length, 0)
})

test('the mailbox is bounded, newest kept, and the loss is counted', () => {
  let state = mastering()
  for (let i = 0; i < 1_030; i++)
    state = on(state, { type: 'frame', frame: { ...frame, at: i } }, { running: false }).state
  assert.equal(state.mailbox.length, 1_024)
  assert.equal(state.mailbox[0]?.at, 6)
  assert.equal(state.framesDropped, 6)
})

test('frames are dropped while thousands of messages wait for the worker', () => {
  let state = mastering()
  for (let i = 0; i < 4_100; i++) state = on(state, { type: 'frame', frame }).state
  assert.ok(state.framesDropped > 0)
  const relieved = on(state, { type: 'frame', frame }, { consumed: 4_000 })
  assert.deepEqual(typesOf(relieved.effects), ['post rx'])
})

test('a successor gets the role and the next deadline', () => {
  const { effects } = on(mastering(), { type: 'activated', clean: false }, { deadline: now + 7 })
  assert.deepEqual(startMessage(effects).resume[params.name], { state: master, deadlineUs: now + 7 })
})

test('the bridge speaks for a dead worker and the lease ends it', () => {
  const world = { running: false, deadline: now + intervalUs }
  const due = on(mastering(), { type: 'down' }, world, now + intervalUs)
  assert.deepEqual(priorities(due.effects), [100])
  const over = on(due.state, { type: 'timer' }, { ...world, lifeAt: now - 3_610_000 }, due.state.lookAt!)
  assert.deepEqual(priorities(over.effects), [0])
  assert.deepEqual(typesOf(over.effects), ['transmit', 'publish-deadline', 'remember', 'apply'])
})

test('a role that was given up is not inherited after our own death', () => {
  const { effects } = on(mastering(), { type: 'escalated' }, { running: false })
  assert.deepEqual(
    effects.filter(({ type }) => type === 'remember'),
    [{ type: 'remember', router: params.router, instance: params.name, state: null, survivalUs: null }],
  )
  assert.equal(effects.at(-1)?.type, 'gave-up')
})

/** What a successor of this process would be told: how long peers wait. */
function survivals({ effects }: ReturnType<typeof on>): unknown[] {
  return effects.flatMap(effect => (effect.type === 'remember' ? [effect.survivalUs] : []))
}

test('what a successor is told of the patience of peers is what they have heard, not what a reload says', () => {
  const order = bridgeOrder(params, master)!
  const slower = { ...order, intervalUs: 5 * intervalUs }
  const faster = { ...order, intervalUs: intervalUs / 5 }
  const before = mastering()
  assert.equal(before.known[0]?.survivalUs, 2 * intervalUs)
  const reloaded = on(before, step({ bridge: slower }))
  assert.deepEqual(survivals(reloaded), [], 'no advert has carried the longer interval yet')
  const spoken = on(reloaded.state, step({ bridge: { ...slower, sealedAt: order.sealedAt + 1 } }))
  assert.deepEqual(survivals(spoken), [10 * intervalUs])
  assert.deepEqual(survivals(on(before, step({ bridge: faster }))), [(2 * intervalUs) / 5], 'a shorter one at once')
})

test('a clean start resigns and forgets', () => {
  const { effects, state } = on(mastering(), { type: 'activated', clean: true })
  assert.deepEqual(priorities(effects), [0])
  assert.deepEqual(startMessage(effects).resume, {})
  assert.equal(state.known[0]?.snapshot, null)
})

test('a successor does not go on as MASTER after a pause in which peers have taken over', () => {
  const { effects } = on(mastering(), { type: 'activated', clean: false }, {}, now + 5 * intervalUs)
  assert.deepEqual(priorities(effects), [0])
  assert.deepEqual(startMessage(effects).resume, {})
})

test('after a pause the bridge does not speak before the worker has decided', () => {
  const { state, effects } = on(mastering(), { type: 'timer' }, {}, now + 8 * intervalUs)
  assert.deepEqual(priorities(effects), [])
  const still = on(state, { type: 'timer' }, {}, state.lookAt!)
  assert.deepEqual(priorities(still.effects), [0], 'a worker that does not decide is decided for')
})

test('a reload that a dying worker did not see is told to its successor', () => {
  const changed: VrrpInstance = { ...params, addresses: [] }
  const reloaded = on(mastering(), { type: 'reload', instances: [changed], groups: [] })
  assert.deepEqual(typesOf(reloaded.effects), ['post reload'])
  const { effects, state } = on(reloaded.state, { type: 'activated', clean: false })
  assert.deepEqual(startMessage(effects).resume[params.name]?.previous, params)
  const acknowledged = on(state, { type: 'message', message: { t: 'ready' } })
  const next = on(acknowledged.state, { type: 'activated', clean: false })
  assert.equal(startMessage(next.effects).resume[params.name]?.previous, undefined)
})

test('of two reloads that a dying worker did not see its successor is told the parameters that the state belongs to', () => {
  const [first, second] = [instance({ priority: 150 }), instance({ priority: 180 })]
  const once = on(mastering(), { type: 'reload', instances: [first], groups: [] })
  const twice = on(once.state, { type: 'reload', instances: [second], groups: [] })
  const { effects } = on(twice.state, { type: 'activated', clean: false })
  assert.equal(startMessage(effects).resume[params.name]?.previous?.priority, params.priority)
})

test('a worker that died before it published its first deadline is spoken for all the same', () => {
  const unpublished = { running: false, deadline: undefined }
  const down = on(mastering(), { type: 'down' }, unpublished)
  assert.deepEqual(priorities(down.effects), [])
  const due = on(down.state, { type: 'timer' }, unpublished, now + intervalUs)
  assert.deepEqual(priorities(due.effects), [100])
})

test('an heir speaks for an inherited MASTER at once, and says so on the board', () => {
  const world = { running: false, deadline: now }
  const { effects } = on(newActor, startOf({ [params.name]: master }), world)
  assert.deepEqual(
    effects.filter(({ type }) => type === 'publish-deadline'),
    [{ type: 'publish-deadline', slot: 0, at: now }],
  )
  assert.deepEqual(priorities(effects), [100])
})

test('a resignation in the stead of a worker does not repeat a sequence number that it may have used', () => {
  const authenticated = instance({ authentication: { type: 'ah', password: 'secret' } })
  const { state: sealed } = elected(authenticated)
  const started = on(newActor, { type: 'start', instances: [authenticated], groups: [], inherited: {} })
  const known = on(started.state, step({ snapshot: sealed, bridge: bridgeOrder(authenticated, sealed) }))
  const dead = { running: false, deadline: now }
  const bridged = on(known.state, { type: 'down' }, dead)
  const resigned = on(bridged.state, { type: 'escalated' }, dead)
  const [advert, resignation] = [...bridged.effects, ...resigned.effects].flatMap(effect =>
    effect.type === 'transmit' ? [sequenceOf(effect.advert.packet)] : [],
  )
  assert.ok(advert! > sealed.ahSequence && resignation! > advert!, `${sealed.ahSequence}, ${advert}, ${resignation}`)
})

/** AH: at offset 8 behind an IP header of 20 bytes. */
function sequenceOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getUint32(28)
}

test('a MASTER that a reload removes while its worker hangs is resigned within an interval', () => {
  const { state } = on(mastering(), { type: 'reload', instances: [], groups: [] })
  const { effects } = on(state, { type: 'timer' }, {}, state.lookAt!)
  assert.equal(state.lookAt, now + intervalUs)
  assert.deepEqual(priorities(effects), [0])
})

test('defect 9: a reload that renames an instance keeps what is known of it, and a late step under the old name counts', () => {
  const renamed = { ...params, name: 'VI_new' }
  const { state } = on(mastering(), { type: 'reload', instances: [renamed], groups: [] })
  assert.deepEqual([state.known.length, state.known[0]!.snapshot?.name], [1, 'master'])
  const { effects } = on(state, step({ effects: [{ type: 'announce', repeat: 1 }] }))
  assert.deepEqual(
    effects.flatMap(effect => (effect.type === 'apply' ? [effect.instance.name] : [])),
    ['VI_new'],
  )
})

test('defect 9: another virtual router under the same name is one that ends and one that begins', () => {
  const other = { ...params, vrid: 99, router: 'eth0 4 99' }
  const { state } = on(mastering(), { type: 'reload', instances: [other], groups: [] })
  const known = state.known.map(({ params: { router }, snapshot, removedAt }) => [
    router,
    snapshot?.name,
    removedAt !== null,
  ])
  assert.deepEqual(known, [
    [params.router, 'master', true],
    ['eth0 4 99', undefined, false],
  ])
  const gone = on(state, step({ snapshot: null, bridge: null })).state
  assert.deepEqual(
    gone.known.map(({ params: { router } }) => router),
    ['eth0 4 99'],
  )
})

test('defect 2: sockets are surplus only when the worker has digested the reload', () => {
  const ready = on(mastering(), { type: 'message', message: { t: 'ready' } }).state
  const { state, effects } = on(ready, { type: 'reload', instances: [], groups: [] })
  assert.ok(!typesOf(effects).includes('up-to-date'))
  assert.deepEqual(typesOf(on(state, { type: 'message', message: { t: 'reloaded' } }).effects), ['up-to-date'])
})

test('while a hanging worker is told to stop its adverts go on', () => {
  const stopping = on(mastering(), { type: 'stop' })
  assert.deepEqual(typesOf(stopping.effects), ['post stop'])
  const at = now + 2 * intervalUs
  const { effects, state } = on(stopping.state, { type: 'timer' }, {}, at)
  assert.deepEqual(priorities(effects), [100])
  assert.deepEqual(priorities(on(state, { type: 'stop-overdue' }, {}, at + 1).effects), [0])
})

test('a worker that dies instead of stopping is resigned for at once', () => {
  const stopping = on(mastering(), { type: 'stop' })
  const { effects } = on(stopping.state, { type: 'down' }, { running: false })
  assert.deepEqual(priorities(effects), [0])
  assert.equal(effects.at(-1)?.type, 'stopped')
})

test('an heir speaks for its role before its worker has loaded its code', () => {
  const { effects } = on(newActor, startOf({ [params.name]: master }), { running: false }, now + intervalUs)
  assert.deepEqual(typesOf(effects), ['publish-deadline', 'apply', 'publish-bridged', 'transmit'])
  assert.deepEqual(priorities(effects), [100])
})

test('an heir whose worker never comes takes the addresses off', () => {
  const begun = on(newActor, startOf({ [params.name]: master }), { running: false }, now + intervalUs)
  const { effects } = on(begun.state, { type: 'escalated' }, { running: false }, now + intervalUs)
  const applied = effects.flatMap(effect => (effect.type === 'apply' ? effect.effects : []))
  assert.ok(applied.some(effect => effect.type === 'ensure-addresses' && !effect.present))
})

test('an instance that a worker has become BACKUP with is not bridged', () => {
  const backup = started(params)
  const { state } = on(mastering(), step({ snapshot: backup, bridge: null }))
  const { effects } = on(state, { type: 'down' }, { running: false }, now + 2 * intervalUs)
  assert.deepEqual(effects, [])
})

test('the fence comes back through the shell, behind what has arrived', () => {
  const { effects } = on(mastering(), { type: 'message', message: { t: 'fence', n: 3 } })
  assert.deepEqual(effects, [{ type: 'return-fence', n: 3 }])
})

test('a step of an instance that nobody knows is our own mistake', () => {
  assert.throws(() => on(mastering(), step({ router: 'VI_9', instance: 'VI_9' })), /unknown instance VI_9/)
})
