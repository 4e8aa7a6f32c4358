// Effects in their order, and what becomes of them while the kernel does not answer.

import assert from 'node:assert/strict'
import test from 'node:test'
import { EffectRunner } from '../../../../src/supervisor/vrrp/effect-runner.ts'
import { type HoldingPorts, Holdings } from '../../../../src/supervisor/vrrp/kernel/holdings.ts'
import type { Effect } from '../../../../src/workers/vrrp/core/effect.ts'
import { onLink } from '../../../fixtures/link.ts'
import { instance, silentLog, vip } from '../../../fixtures/vrrp-instance.ts'
import { link } from '../../workers/vrrp/core/fixture.ts'

const params = instance({ addresses: [vip('192.0.2.100')] })
const present: Effect = { type: 'ensure-addresses', present: true }
const absent: Effect = { type: 'ensure-addresses', present: false }
const announce: Effect = { type: 'announce', repeat: 5 }
const told = (state: 'MASTER' | 'BACKUP'): Effect => ({ type: 'notify', state, priority: 100, cause: null })

/** A runner over a kernel that answers only when it is let. */
function bench() {
  const done: string[] = []
  let release = () => {}
  const answered = new Promise<void>(resolve => {
    release = resolve
  })
  const ports: HoldingPorts = {
    log: silentLog,
    told: () => {},
    regained: () => {},
    now: () => 0,
    later: () => ({ cancel: () => {} }),
    link: () => link({ addresses: [onLink('192.0.2.11')] }),
    add: async () => {
      await answered
      done.push('add')
      return true
    },
    remove: async () => {
      await answered
      done.push('remove')
    },
  }
  const runner = new EffectRunner({
    addresses: new Holdings(ports),
    announce: () => done.push('announce'),
    announceAddress: () => done.push('announce one'),
    announceSource: () => {},
    forgetAnnouncements: () => done.push('forget'),
    notify: (_, state) => done.push(state),
    log: { ...silentLog, error: event => done.push(event) },
  })
  return { runner, done, release }
}

test('defect 11: a role that has ended before its addresses were there is not announced', async () => {
  const { runner, done, release } = bench()
  const first = runner.apply(params, [present, announce, told('MASTER')])
  const second = runner.apply(params, [absent, told('BACKUP')])
  release()
  await Promise.all([first, second])
  assert.deepEqual(done, ['add', 'MASTER', 'forget', 'remove', 'BACKUP'])
})

test('a role that lasts is announced after its addresses are there', async () => {
  const { runner, done, release } = bench()
  release()
  await runner.apply(params, [present, announce, told('MASTER')])
  assert.deepEqual(done, ['add', 'announce', 'MASTER'])
})

test('defect 23: with a thousand steps waiting for the kernel nothing is thrown, all is told, and the last word counts', async () => {
  const { runner, done, release } = bench()
  for (let i = 0; i < 1_000; i++) void runner.apply(params, [present])
  const last = runner.apply(params, [absent, told('BACKUP')])
  assert.deepEqual(done, ['BACKUP', 'effect-failed'])
  release()
  await last
  assert.equal(done.at(-1), 'remove')
})
