import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { contribution, effectivePriorityOf } from '../../../../../src/workers/vrrp/core/effective-priority.ts'
import type { ScriptStatus } from '../../../../../src/workers/vrrp/core/event.ts'
import { faultsOf, stoppingFaults } from '../../../../../src/workers/vrrp/core/faults.ts'
import { emptyWorld, type World } from '../../../../../src/workers/vrrp/core/state.ts'
import { instance } from './fixture.ts'

const world = { ...emptyWorld, interfaceUp: true, ifindex: 2, sourceLost: false }
const tracks = (weight: number, reverse = false, priority = 100) =>
  instance({ priority, trackedScripts: [{ script: 'check', weight, reverse }] })
const kinds = (params: VrrpInstance, world: World) => faultsOf(params, world).map(({ kind }) => kind)
const withScript = (status: ScriptStatus) => ({ ...world, scripts: { check: status } })

test('positive weights count while up, negative ones while down, reverse turns the sign around', () => {
  assert.deepEqual(
    [
      [20, false, true],
      [20, false, false],
      [-20, false, true],
      [-20, false, false],
      [20, true, true],
      [20, true, false],
      [-20, true, true],
      [-20, true, false],
      [0, false, false],
      [0, true, true],
    ].map(([weight, reverse, up]) => contribution(weight as number, reverse as boolean, up as boolean)),
    [20, 0, 0, -20, -20, 0, 0, 20, 0, 0],
  )
})

test('a weighted script without a result contributes nothing', () => {
  assert.equal(effectivePriorityOf(tracks(20), withScript('unknown'), false), 100)
  assert.equal(effectivePriorityOf(tracks(-20), withScript('unknown'), false), 100)
  assert.equal(effectivePriorityOf(tracks(20), world, false), 100)
})

test('the sum is kept within 1 and 254', () => {
  assert.equal(effectivePriorityOf(tracks(253), withScript('up'), false), 254)
  assert.equal(effectivePriorityOf(tracks(-253), withScript('down'), false), 1)
})

test('scripts and interfaces add up', () => {
  const params = instance({
    trackedScripts: [{ script: 'check', weight: 10, reverse: false }],
    trackedInterfaces: [
      { interface: 'eth1', weight: -30, reverse: false },
      { interface: 'eth2', weight: 5, reverse: false },
    ],
  })
  const seen = { ...withScript('up'), links: { eth1: false, eth2: true } }
  assert.equal(effectivePriorityOf(params, seen, false), 85)
})

test('trackers never change an owner; one that gave way says 254', () => {
  assert.equal(effectivePriorityOf(tracks(-50, false, 255), withScript('down'), false), 255)
  assert.equal(effectivePriorityOf(tracks(-50, false, 255), withScript('down'), true), 254)
})

test('a tracker of weight 0 is a fault while it is down, a reversed one while it is up', () => {
  assert.deepEqual(kinds(tracks(0), withScript('down')), ['script-down'])
  assert.deepEqual(kinds(tracks(0), withScript('up')), [])
  assert.deepEqual(kinds(tracks(0, true), withScript('up')), ['script-up'])
  assert.deepEqual(kinds(tracks(0, true), withScript('down')), [])
  assert.deepEqual(kinds(tracks(-5), withScript('down')), [])
  const links = instance({ trackedInterfaces: [{ interface: 'eth1', weight: 0, reverse: false }] })
  assert.deepEqual(kinds(links, { ...world, links: { eth1: false } }), ['tracked-interface-down'])
  assert.deepEqual(kinds(links, world), ['tracked-interface-down'])
  assert.deepEqual(kinds(links, { ...world, links: { eth1: true } }), [])
})

test('a script of weight 0 without a result keeps an instance waiting but stops none that runs', () => {
  const faults = faultsOf(tracks(0), withScript('unknown'))
  assert.deepEqual(faults, [{ kind: 'waiting', of: 'check' }])
  assert.deepEqual(stoppingFaults(faults), [])
})

test('the interface, the source address and the group are faults of their own', () => {
  const params = instance()
  assert.deepEqual(kinds(params, emptyWorld), ['interface-down', 'no-source-ip'])
  assert.deepEqual(kinds(instance({ dontTrackPrimary: true }), emptyWorld), ['no-source-ip'])
  assert.deepEqual(kinds(params, { ...world, multicast: false }), ['not-multicast'])
  assert.deepEqual(faultsOf(params, world, ['VI_2']), [{ kind: 'group', of: 'VI_2' }])
})
