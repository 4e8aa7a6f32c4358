import assert from 'node:assert/strict'
import test from 'node:test'
import type { Checker } from '../../../../../src/config/blocks/checker/model.ts'
import type { SorryServer, VirtualServer } from '../../../../../src/config/blocks/server/model.ts'
import { desiredDests } from '../../../../../src/workers/ipvs/core/desired.ts'
import type { LvsEffect } from '../../../../../src/workers/ipvs/core/effect.ts'
import { begin, change, end, remove } from '../../../../../src/workers/ipvs/core/lifecycle.ts'
import { aliveWeight, type ServerState } from '../../../../../src/workers/ipvs/core/server-state.ts'
import { applyVerdict } from '../../../../../src/workers/ipvs/core/verdict.ts'
import { realServer, tcpChecker, virtualServer } from '../../checker/fixture.ts'

const settings = { noCheckerEmails: false, rsInitNotifies: false }
const sorry: SorryServer = { family: 4, address: '10.0.0.99', port: 80, forwarding: { method: 'DR' }, inhibit: false }

function fifo(effects: readonly LvsEffect[]): string[] {
  return effects.flatMap(effect =>
    effect.type === 'notify' ? [effect.fifo.replaceAll(/\[10\.0\.0\.(\d+)\]:tcp:80/g, '.$1')] : [],
  )
}

function table(virtual: VirtualServer, state: ServerState): string {
  return [...desiredDests(virtual, state, virtual.services[0]!).values()]
    .map(dest => `.${dest.address.split('.')[3]}(${dest.weight})`)
    .join(' ')
}

class Bench {
  state: ServerState
  told: string[]
  mails: string[] = []
  readonly virtual: VirtualServer

  constructor(virtual: VirtualServer) {
    this.virtual = virtual
    const step = begin(virtual, settings)
    this.state = step.state
    this.told = fifo(step.effects)
  }

  /** Last octet of the server goes up or down; returns FIFO lines and the table. */
  turn(octet: number, up: boolean): { told: string[]; table: string } {
    const server = this.virtual.realServers.find(real => real.address.endsWith(`.${octet}`))!
    const checker: Checker = server.checkers[0]!
    const verdict = { checker: checker.id, type: checker.type, up, changed: true, weight: 0, reason: 'x' }
    const step = applyVerdict(this.virtual, server, this.state, verdict, settings)
    this.state = step.state
    this.mails = step.effects.flatMap(effect => (effect.type === 'mail' ? [effect.subject] : []))
    return { told: fifo(step.effects), table: table(this.virtual, this.state) }
  }
}

function server(octet: number, weight: number, inhibitOnFailure = false, alpha = false) {
  const address = `10.0.0.${octet}`
  return realServer(address, [tcpChecker(`c${octet}`, { alpha })], { weight, inhibitOnFailure })
}

test('quorum 3 hysteresis 1 with a sorry server and one inhibited server goes as in a run of keepalived', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 2, true), server(12, 2), server(13, 1)], {
    quorum: 3,
    hysteresis: 1,
    sorry,
  })
  const bench = new Bench(virtual)
  assert.deepEqual(bench.told, ['VS .1 UP'])
  assert.equal(table(virtual, bench.state), '.11(2) .12(2) .13(1)')
  assert.deepEqual(bench.turn(11, false), { told: ['RS .11 .1 DOWN'], table: '.11(0) .12(2) .13(1)' })
  assert.deepEqual(bench.turn(12, false), { told: ['RS .12 .1 DOWN', 'VS .1 DOWN'], table: '.11(0) .99(1)' })
  assert.deepEqual(bench.turn(12, true), { told: ['RS .12 .1 UP'], table: '.11(0) .99(1)' })
  assert.deepEqual(bench.turn(11, true), { told: ['RS .11 .1 UP', 'VS .1 UP'], table: '.11(2) .12(2) .13(1)' })
  assert.deepEqual(bench.turn(13, false), { told: ['RS .13 .1 DOWN'], table: '.11(2) .12(2)' })
})

test('alpha without a sorry server: nothing is told until something happens', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 1, false, true), server(12, 1, false, true)])
  const bench = new Bench(virtual)
  assert.deepEqual(bench.told, [])
  assert.equal(table(virtual, bench.state), '')
  assert.deepEqual(bench.turn(11, false), { told: ['RS .11 .1 DOWN'], table: '' })
  assert.deepEqual(bench.turn(12, true), { told: ['RS .12 .1 UP', 'VS .1 UP'], table: '.12(1)' })
})

test('alpha with a sorry server starts with the quorum down and the sorry server in', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 1, false, true)], { sorry })
  const bench = new Bench(virtual)
  assert.deepEqual(bench.told, ['VS .1 DOWN'])
  assert.equal(table(virtual, bench.state), '.99(1)')
})

test('alpha with inhibit_on_failure is in the table with weight 0', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 4, true, true)])
  assert.equal(table(virtual, new Bench(virtual).state), '.11(0)')
})

test('sorry_server_inhibit keeps the sorry server in the table and moves only its weight', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 4)], { sorry: { ...sorry, inhibit: true } })
  const bench = new Bench(virtual)
  assert.equal(table(virtual, bench.state), '.11(4) .99(0)')
  assert.equal(bench.turn(11, false).table, '.99(1)')
  assert.equal(bench.turn(11, true).table, '.11(4) .99(0)')
})

test('a sorry server that is an inhibited real server serves when all are dead at an alpha start', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 4, true, true)], {
    sorry: { ...sorry, address: '10.0.0.11', inhibit: true },
  })
  assert.equal(table(virtual, new Bench(virtual).state), '.11(1)')
})

test('weights of 0 leave the server alive but without a quorum', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 4)], { sorry })
  const bench = new Bench(virtual)
  const verdict = { checker: 'c11', type: 'MISC_CHECK', up: true, changed: false, weight: -4, reason: '' } as const
  const step = applyVerdict(virtual, virtual.realServers[0]!, bench.state, verdict, settings)
  assert.deepEqual(fifo(step.effects), ['VS .1 DOWN'])
  assert.equal(table(virtual, step.state), '.99(1)')
})

test('a verdict that is known already tells nothing', () => {
  const bench = new Bench(virtualServer('10.0.0.1', [server(11, 1), server(12, 1)]))
  bench.turn(11, false)
  const before = bench.state
  assert.deepEqual(bench.turn(11, false).told, [])
  assert.equal(bench.state, before)
})

test('mails name the state of the real server, and no_checker_emails mutes those that change nothing', () => {
  const two = realServer('10.0.0.11', [tcpChecker('a'), tcpChecker('b')])
  const virtual = virtualServer('10.0.0.1', [two])
  const { state } = begin(virtual, settings)
  const down = (checker: string, at: ServerState, noCheckerEmails: boolean) =>
    applyVerdict(
      virtual,
      two,
      at,
      { checker, up: false, changed: true, weight: 0, reason: 'x', mail: '=> TCP CHECK failed on service <=' },
      { ...settings, noCheckerEmails },
    )
  const first = down('a', state, true)
  const mails = first.effects.filter(effect => effect.type === 'mail')
  assert.deepEqual(mails, [
    {
      type: 'mail',
      subject: 'Realserver [10.0.0.11]:tcp:80 of virtual server [10.0.0.1]:tcp:80 - DOWN',
      body: '=> TCP CHECK failed on service <=',
    },
  ])
  assert.equal(down('b', first.state, true).effects.filter(effect => effect.type === 'mail').length, 0)
  assert.equal(down('b', first.state, false).effects.filter(effect => effect.type === 'mail').length, 1)
})

test('a reload that removes a server or its last checker tells about it', () => {
  const before = virtualServer('10.0.0.1', [server(11, 1), server(12, 1)])
  const bench = new Bench(before)
  bench.turn(12, false)
  const after = virtualServer('10.0.0.1', [realServer('10.0.0.12')])
  const step = change(before, after, bench.state, settings, 0)
  assert.deepEqual(fifo(step.effects), ['RS .12 .1 UP', 'RS .11 .1 DOWN'])
  assert.equal(table(after, step.state), '.12(1)')
})

test('a reload keeps dead servers dead and starts new alpha servers as dead', () => {
  const before = virtualServer('10.0.0.1', [server(11, 1), server(12, 1)])
  const bench = new Bench(before)
  bench.turn(12, false)
  const after = virtualServer('10.0.0.1', [server(11, 3), server(12, 1), server(13, 1, false, true)])
  const step = change(before, after, bench.state, settings, 0)
  assert.deepEqual(fifo(step.effects), [])
  assert.equal(table(after, step.state), '.11(3)')
})

test('removal of a virtual server is told without omega, a stop only with it', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 1)])
  const { state } = begin(virtual, settings)
  assert.deepEqual(fifo(remove(virtual, state)), ['RS .11 .1 DOWN', 'VS .1 DOWN'])
  assert.deepEqual(fifo(end(virtual, state)), [])
  assert.deepEqual(fifo(end({ ...virtual, omega: true }, state)), ['RS .11 .1 DOWN', 'VS .1 DOWN'])
})

test('the log says of an inhibited server that it is disabled, and when the sorry server comes and goes, in the words of keepalived', () => {
  const lines = (inhibit: boolean) => {
    const virtual = virtualServer('10.0.0.1', [server(11, 1, inhibit)], { sorry: { ...sorry, inhibit } })
    let { state } = begin(virtual, settings)
    return [false, true].map(up => {
      const verdict = { checker: 'c11', up, changed: true, weight: 0, reason: 'x' }
      const step = applyVerdict(virtual, virtual.realServers[0]!, state, verdict, settings)
      state = step.state
      return step.effects.flatMap(effect => (effect.type === 'log' ? [effect.event] : [])).join(' ')
    })
  }
  assert.deepEqual(lines(false), ['server-down quorum-lost sorry-added', 'server-up quorum-gained sorry-removed'])
  assert.deepEqual(lines(true), [
    'server-disabled quorum-lost sorry-enabled',
    'server-enabled quorum-gained sorry-disabled',
  ])
})

test('a weight that checkers bring below 0 is 0, and does not count for the quorum', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 3), server(12, 2)])
  const { state } = begin(virtual, settings)
  const verdict = { checker: 'c11', up: true, changed: false, weight: -10, reason: 'x' }
  const lowered = applyVerdict(virtual, virtual.realServers[0]!, state, verdict, settings).state
  assert.equal(table(virtual, lowered), '.11(0) .12(2)')
  assert.equal(aliveWeight(virtual, lowered), 2)
})

test('the quorum is lost when nothing is left, however wide the hysteresis', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 3)], { quorum: 2, hysteresis: 2 })
  const { state } = begin(virtual, settings)
  const up = { ...state, quorumUp: true }
  const verdict = { checker: 'c11', up: false, changed: true, weight: 0, reason: 'x' }
  assert.equal(applyVerdict(virtual, virtual.realServers[0]!, up, verdict, settings).state.quorumUp, false)
})

test('a start without a quorum loses nothing, and names the weight that it takes', () => {
  const virtual = virtualServer('10.0.0.1', [server(11, 1), server(12, 1)], { quorum: 2, hysteresis: 1, sorry })
  const [line] = begin(virtual, settings).effects
  assert.ok(line?.type === 'log')
  assert.deepEqual([line.event, line.fields.detail], ['quorum-missing', '2+1=3 > 2'])
})
