// One door: whatever happens to the members of a sync group, in whatever order, they lead together and only without a fault. A
// machine that lets one way to MASTER past the door is found.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { VrrpInstance } from '../../../src/config/blocks/instance/model.ts'
import { nobodyElse } from '../../../src/workers/vrrp/core/door.ts'
import type { Event } from '../../../src/workers/vrrp/core/event.ts'
import { stoppingFaults } from '../../../src/workers/vrrp/core/faults.ts'
import { deadline, initial, transition } from '../../../src/workers/vrrp/core/fsm.ts'
import {
  type GroupStep,
  groupStart,
  groupTransition,
  initialGroup,
  type Member,
} from '../../../src/workers/vrrp/core/sync-group.ts'
import {
  frame,
  highSource,
  instance,
  link,
  lowSource,
  start,
  surroundings,
} from '../../unit/workers/vrrp/core/fixture.ts'
import { Prng } from '../prng.ts'

type Machine = typeof transition

const seeds = 2_000
const eventsMax = 40
const links = ['eth0', 'eth1', 'eth2'].map((name, i) => link({ name, ifindex: 2 + i }))

/** Plays one seed; returns what promise was broken. */
function play(seed: number, run: Machine): string | undefined {
  const prng = new Prng(seed)
  const owners = prng.chance(0.3)
  const count = prng.integer(2, 3)
  const instances = links.slice(0, count).map(({ name }, i) =>
    instance({
      name: `VI_${i}`,
      interface: name,
      vrid: 51 + i,
      priority: owners || prng.chance(0.1) ? 255 : prng.pick([50, 100, 150]),
      // Each router has an interval of its own.
      advertIntervalUs: prng.pick([1, 2, 3]) * 1_000_000,
      preempt: prng.chance(0.8),
    }),
  )
  let members: Member[] = instances.map(params => ({ params, state: initial(params, start) }))
  let group = initialGroup
  let now = start
  const take = (step: GroupStep): string | undefined => {
    group = step.group
    members = members.map(({ params }, i) => ({ params, state: step.members[i]!.state }))
    return brokenPromise(members, step)
  }
  const up = links.map(one => ({ ...one, up: prng.chance(0.8) }))
  let failure = take(groupStart(group, members, () => surroundings({ links: up }), null, now, run))
  for (let n = 0; n < eventsMax && failure === undefined; n++) {
    const index = prng.integer(0, count - 1)
    const { params, state } = members[index]!
    const [event, at] = draw(prng, params, now, deadline(state))
    now = at
    failure = take(groupTransition(group, members, index, event, now, run))
  }
  return failure
}

function draw(prng: Prng, params: VrrpInstance, now: number, dueAt: number | undefined): [Event, number] {
  const soon = now + prng.integer(1, 500_000)
  switch (prng.integer(0, 6)) {
    case 0:
    case 1:
    case 2:
      return [{ type: 'timer' }, Math.max(now, dueAt ?? soon)]
    case 3:
      return [
        { type: 'frame', frame: frame(params, prng.pick([0, 60, 200]), prng.pick([lowSource, highSource])) },
        soon,
      ]
    case 4:
      return [{ type: 'link', link: { ...link({ name: params.interface }), up: prng.chance(0.6) }, reserved: [] }, soon]
    case 5:
      return [{ type: 'hearing', deaf: prng.chance(0.4) ? 'EMFILE' : null }, soon]
    default:
      return [sent(prng.chance(0.4) ? ['EPERM to 224.0.0.18'] : []), soon]
  }
}

function sent(failures: readonly string[]): Event {
  return { type: 'transmitted', priority: 100, left: failures.length === 0, failures }
}

function brokenPromise(members: readonly Member[], { members: steps }: GroupStep): string | undefined {
  const names = members.map(({ state }) => state.name)
  const masters = names.filter(name => name === 'master').length
  if (masters > 0 && masters < names.length) return `together: ${names.join(' ')}`
  const fault = members.some(({ state }) => state.name === 'fault' && stoppingFaults(state.faults).length > 0)
  const spoke = steps.some(({ effects }) => effects.some(one => one.type === 'transmit' && one.priority > 0))
  return fault && spoke && masters === 0 ? 'silent: an advert of a group that is at fault' : undefined
}

/** The first seed that fails, and how. */
function firstFailure(run: Machine): string | undefined {
  for (let seed = 1; seed <= seeds; seed++) {
    const failure = play(seed, run)
    if (failure !== undefined) return `seed ${seed}: ${failure}`
  }
  return undefined
}

test(`members of a group lead together and without a fault, in ${seeds} random lives`, () => {
  assert.equal(firstFailure(transition), undefined)
})

const mutants: readonly (readonly [string, Machine])[] = [
  [
    'an owner takes up its role without asking',
    (params, state, event, now, verdicts) =>
      transition(params, state, event, now, params.priority === 255 && state.name !== 'backup' ? nobodyElse : verdicts),
  ],
  [
    'the skew after priority 0 ends without asking',
    (params, state, event, now, verdicts) =>
      transition(params, state, event, now, state.lastMaster?.priority === 0 ? nobodyElse : verdicts),
  ],
  [
    'a timer ends without asking',
    (params, state, event, now, verdicts) =>
      transition(params, state, event, now, event.type === 'timer' ? nobodyElse : verdicts),
  ],
  [
    'a member does not hear of the faults of the others',
    (params, state, event, now, verdicts) =>
      transition(params, state, event, now, event.type === 'group' && event.to === 'look' ? nobodyElse : verdicts),
  ],
  [
    'a member does not follow one that gives up',
    (params, state, event, now, verdicts) =>
      event.type === 'group' && event.to === 'backup'
        ? { state, effects: [] }
        : transition(params, state, event, now, verdicts),
  ],
]

for (const [name, run] of mutants) {
  test(`found: ${name}`, () => assert.match(firstFailure(run) ?? 'not found', /^seed \d+: (together|silent)/))
}
