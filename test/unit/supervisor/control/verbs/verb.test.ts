// A verb is its one file: arguments are checked on both sides, refusals and exceptions are answers, and its answer is printed as it says.

import assert from 'node:assert/strict'
import test from 'node:test'
import { err, ok } from '../../../../../src/lib/result.ts'
import { arg, type Daemon, verb } from '../../../../../src/supervisor/control/verbs/verb.ts'
import { answerRequest } from '../../../../../src/supervisor/control/verbs.ts'

function daemonOf(more: Partial<Daemon> = {}): Daemon {
  const nobody = { vrrp: undefined, lvs: undefined, bfd: undefined }
  const quiet = { status: () => ({}), runningConfig: () => undefined, worker: () => undefined, order: () => {} }
  return { ...nobody, ...quiet, reload: async () => ok('Reloaded'), ...more }
}

const move = verb({
  summary: 'for this test',
  args: { instance: arg.word(), to: arg.oneOf(['peer', 'here']), force: arg.flag(), for: arg.option() },
  answer: (_daemon, { instance, to, force, for: duration }) => {
    if (instance === 'odd') throw new Error('no such instance')
    return force || to === 'peer' ? ok({ instance, duration }) : err('it is here already')
  },
  print: (answer, output, { instance }) => {
    output.out(`${instance}: ${JSON.stringify(answer)}\n`)
    return 3
  },
})

test('what was said along with a verb is read, and only that', () => {
  const said = { instance: 'VI_1', to: 'peer', more: 1 }
  const asked = { instance: 'VI_1', to: 'peer', force: false, for: undefined }
  assert.deepEqual(move.read(said), { ok: true, value: asked })
})

for (const [what, said, error] of [
  ['a missing word', { to: 'peer' }, 'instance is missing'],
  ['a word that is no text', { instance: 1, to: 'peer' }, 'instance is missing'],
  ['a wrong word', { instance: 'VI_1', to: 'constructor' }, 'to must be one of peer, here'],
  ['a flag that is no flag', { instance: 'VI_1', to: 'peer', force: 'yes' }, 'force is true or false'],
  ['an option that is no text', { instance: 'VI_1', to: 'peer', for: {} }, 'for is a text'],
] as const) {
  test(`${what} is an error`, async () => {
    assert.deepEqual(move.read(said), { ok: false, error })
    assert.deepEqual(await move.answer(daemonOf(), said), { ok: false, error })
  })
}

test('an answer, a refusal, and an exception', async () => {
  const answer = (said: object) => move.answer(daemonOf(), { ...said })
  const answered = { ok: true, value: { instance: 'VI_1', duration: '1h' } }
  assert.deepEqual(await answer({ instance: 'VI_1', to: 'peer', for: '1h' }), answered)
  assert.deepEqual(await answer({ instance: 'VI_1', to: 'here' }), { ok: false, error: 'it is here already' })
  assert.deepEqual(await answer({ instance: 'odd', to: 'here' }), { ok: false, error: 'no such instance' })
})

test('an answer is printed by the verb, or else as JSON; null is not printed', () => {
  const lines: unknown[] = []
  const output = { out: (text: string | Uint8Array) => void lines.push(text), error: () => assert.fail() }
  assert.equal(move.print(1, output, { instance: 'VI_1', to: 'peer' }), 3)
  const plain = verb({ args: {}, answer: () => ok(null) })
  assert.equal(plain.print({ a: 1 }, output, {}), 0)
  assert.equal(plain.print(null, output, {}), 0)
  assert.deepEqual(lines, ['VI_1: 1\n', '{\n  "a": 1\n}\n'])
})

test('signal orders what the signal of that name would', async () => {
  const orders: string[] = []
  const daemon = daemonOf({ order: order => void orders.push(order) })
  assert.deepEqual(await answerRequest(daemon, { cmd: 'signal', name: 'STATS_CLEAR' }), { ok: true, value: null })
  assert.deepEqual(orders, ['clear-stats'])
})

test('reload, by its name or as a signal, is answered with what came of it', async () => {
  const refusing = daemonOf({ reload: async () => err('the old one stays') })
  for (const request of [{ cmd: 'reload' }, { cmd: 'signal', name: 'RELOAD' }] as const) {
    assert.deepEqual(await answerRequest(daemonOf(), request), { ok: true, value: 'Reloaded' })
    assert.deepEqual(await answerRequest(refusing, request), { ok: false, error: 'the old one stays' })
  }
})

test('a fault needs the consent of the daemon, and such a worker', async t => {
  const request = { cmd: 'fault', worker: 'ipvs', kind: 'hang' } as const
  const before = process.env.KEEPALIVED_TS_FAULTS
  t.after(() => {
    if (before === undefined) delete process.env.KEEPALIVED_TS_FAULTS
    else process.env.KEEPALIVED_TS_FAULTS = before
  })
  delete process.env.KEEPALIVED_TS_FAULTS
  const refused = await answerRequest(daemonOf({ worker: () => assert.fail() }), request)
  assert.match(refused.ok ? '' : refused.error, /^refused: /)
  process.env.KEEPALIVED_TS_FAULTS = '1'
  const missing = await answerRequest(daemonOf(), request)
  assert.match(missing.ok ? '' : missing.error, /no ipvs worker/)
  const kinds: string[] = []
  const worker = { thread: 1, restarts: 0, fault: (kind: string) => void kinds.push(kind) }
  const daemon = daemonOf({ worker: name => (name === 'ipvs' ? worker : undefined) })
  assert.deepEqual(await answerRequest(daemon, request), { ok: true, value: null })
  assert.deepEqual(kinds, ['hang'])
})
