import assert from 'node:assert/strict'
import test from 'node:test'
import type { HttpChecker, MiscChecker, TcpChecker } from '../../../../../src/config/blocks/checker/model.ts'
import {
  applyResult,
  type CheckResult,
  type CheckState,
  type CheckStep,
  initialCheck,
  onSchedule,
  resumeCheck,
} from '../../../../../src/workers/checker/core/check-state.ts'
import { probing, target, tcpChecker } from '../fixture.ts'

const passed: CheckResult = { kind: 'passed' }
const failed: CheckResult = { kind: 'failed', reason: 'ECONNREFUSED' }
const checker = tcpChecker('c', { retry: 2, delayBeforeRetryUs: 1_000_000, delayLoopUs: 5_000_000 })

function verdicts(step: CheckStep): boolean[] {
  return step.effects.flatMap(effect => (effect.type === 'verdict' ? [effect.verdict.up] : []))
}

function run(
  state: CheckState,
  results: readonly CheckResult[],
  of = checker,
): { states: CheckState[]; told: boolean[] } {
  const states: CheckState[] = []
  const told: boolean[] = []
  let now = 0
  let current = state
  for (const result of results) {
    now = current.dueAt
    const step = applyResult(of, current, result, now, now)
    told.push(...verdicts(step))
    current = step.state
    states.push(current)
  }
  return { states, told }
}

test('the first check comes after one second and a random share of the warmup', () => {
  assert.equal(initialCheck({ ...checker, warmupUs: 4_000_000 }, 0, 0.5, true).dueAt, 3_000_000)
  assert.equal(initialCheck({ ...checker, warmupUs: 0 }, 0, 0.9, true).dueAt, 1_000_000)
})

test('at a daemon start one failure is enough', () => {
  const { told } = run(initialCheck(checker, 0, 0, true), [failed])
  assert.deepEqual(told, [false])
})

test('while up, retry + 1 failures in a row take the server down, delay_before_retry apart', () => {
  const begun = run(initialCheck(checker, 0, 0, true), [passed]).states[0]!
  const { told, states } = run(begun, [failed, failed, failed])
  assert.deepEqual(told, [false])
  assert.deepEqual(
    states.map((state, i) => state.dueAt - (i === 0 ? begun.dueAt : states[i - 1]!.dueAt)),
    [1_000_000, 1_000_000, 5_000_000],
  )
})

test('a success between two failures clears the counter', () => {
  const begun = run(initialCheck(checker, 0, 0, true), [passed]).states[0]!
  assert.deepEqual(run(begun, [failed, failed, passed, failed, failed]).told, [])
})

test('while down one success brings the server up, and failures are not told again', () => {
  const { told } = run(initialCheck(checker, 0, 0, true), [failed, failed, failed, passed, passed])
  assert.deepEqual(told, [false, true])
})

test('the first failure of an alpha checker is news although nothing changes', () => {
  const alpha = { ...checker, alpha: true }
  assert.deepEqual(run(initialCheck(alpha, 0, 0, true), [failed, failed, passed], alpha).told, [false, true])
})

test('a check that could not be made counts for nothing', () => {
  const skipped: CheckResult = { kind: 'skipped', reason: 'EADDRNOTAVAIL' }
  const before = initialCheck(checker, 0, 0, false)
  const { told, states } = run(before, [skipped])
  assert.deepEqual(told, [])
  assert.deepEqual(states[0], { ...before, dueAt: before.dueAt + 5_000_000 })
})

test('SMTP makes its retries also in the first round and while down', () => {
  const smtp = { ...probing, id: 's', type: 'SMTP_CHECK', target: target(25), heloName: 'h', retry: 1 } as const
  const { told, states } = run(initialCheck(smtp, 0, 0, true), [failed, failed, failed, failed], smtp as never)
  assert.deepEqual(told, [false])
  assert.deepEqual(
    states.map(state => state.failures),
    [1, 0, 1, 0],
  )
})

test('a weight that changes while up is told without a change of state', () => {
  const misc = {
    ...probing,
    id: 'm',
    type: 'MISC_CHECK',
    command: {},
    timeoutUs: 1,
    dynamic: true,
    configuredWeight: 1,
  }
  const step = applyResult(misc as never, initialCheck(misc as never, 0, 0, true), { kind: 'passed', weight: 7 }, 0, 0)
  const [verdict] = step.effects.flatMap(effect => (effect.type === 'verdict' ? [effect.verdict] : []))
  assert.equal(verdict?.changed, false)
  assert.equal(verdict?.weight, 7)
})

test('a reload keeps the state but not more failures than the new retry', () => {
  const state = { ...initialCheck(checker, 0, 0, false), failures: 2, hasRun: true }
  assert.equal(resumeCheck({ ...checker, retry: 1 }, state, 0, 0).failures, 1)
})

const url = { path: '/', host: 'h', statusCodes: [[200, 299]], tlsCompliant: false } as const
const http: HttpChecker = {
  ...probing,
  id: 'h',
  type: 'HTTP_GET',
  target: target(80),
  protocol: '1.0',
  urls: [url, url],
  fastRecovery: false,
  retry: 1,
  delayLoopUs: 2_000_000,
  delayBeforeRetryUs: 1_000_000,
}

test('URLs are checked one a delay_loop; the one that failed must heal and then the whole list must pass', () => {
  const begun = run(initialCheck(http, 0, 0, true), [passed, passed], http as never).states[1]!
  const script = [passed, failed, failed, failed, passed, passed, passed]
  const { told, states } = run(begun, script, http as never)
  assert.deepEqual(told, [false, true])
  assert.deepEqual(
    states.map(state => [state.url, state.failedUrl, state.up]),
    [
      [1, null, true],
      [1, null, true],
      [1, 1, false],
      [1, 1, false],
      [0, null, false],
      [1, null, false],
      [0, null, true],
    ],
  )
})

test('fast_recovery tries the next URL at once while the server is down', () => {
  const fast = { ...http, fastRecovery: true }
  const down = { ...initialCheck(fast, 0, 0, true), up: false, hasRun: true }
  const step = applyResult(fast, down, passed, 10, 10)
  assert.equal(step.state.dueAt, 10)
  assert.equal(step.state.url, 1)
})

test('checks that a stall has made late do not stay in one burst: the successor makes up for it', () => {
  const now = 10_000_000
  const state: CheckState = { ...initialCheck(checker, 0, 0, false), dueAt: now + checker.delayLoopUs }
  assert.equal(onSchedule(state, 300_000, now).dueAt, now + checker.delayLoopUs - 300_000)
  assert.equal(onSchedule(state, 0, now), state)
  assert.equal(
    onSchedule(state, 9_000_000, now).dueAt,
    now + checker.delayLoopUs / 2,
    'never more than half of the delay',
  )
  const atOnce = { ...state, dueAt: now }
  assert.equal(onSchedule(atOnce, 300_000, now), atOnce, 'what is due at once stays so')
})

test('a verdict brings the line of its mail: how it went, the reason as it is, and a time-out in its own words if it has any', () => {
  const mail = { up: 'up', down: 'down: {reason}', timedOut: 'late' }
  const lineOf = (checker: TcpChecker, reason: string, overdue?: true) =>
    applyResult(
      checker,
      { ...initialCheck(checker, 0, 0, true), hasRun: false },
      { kind: 'failed', reason, ...(overdue && { overdue }) },
      0,
      0,
    ).effects.flatMap(effect => (effect.type === 'verdict' ? [effect.verdict.mail] : []))
  assert.deepEqual(lineOf(tcpChecker('c', { retry: 0, mail }), '$& refused'), ['down: $& refused'])
  assert.deepEqual(lineOf(tcpChecker('c', { retry: 0, mail }), 'timed out', true), ['late'])
  assert.deepEqual(lineOf(tcpChecker('c', { retry: 0 }), 'timed out', true), ['down: timed out'])
  assert.deepEqual(lineOf(tcpChecker('c', { retry: 0, mail: null }), 'x'), [undefined])
})

test('the reason of every failure is told, also while the server is down and within the retries', () => {
  const fail = (state: CheckState, reason: string) => applyResult(checker, state, { kind: 'failed', reason }, 0, 0)
  const up = initialCheck(checker, 0, 0, false)
  assert.deepEqual(fail(up, 'first').effects, [{ type: 'remark', reason: 'first' }])
  const down: CheckState = { ...up, up: false, hasRun: true }
  assert.deepEqual(fail(down, 'status 500').effects, [{ type: 'remark', reason: 'status 500' }])
})

test('a script is due a delay after its start, and never before now', () => {
  const misc: MiscChecker = {
    ...checker,
    type: 'MISC_CHECK',
    command: { argv: ['/x'] },
    timeoutUs: 1_000_000,
    dynamic: false,
    configuredWeight: 1,
  } as never
  const state = initialCheck(misc, 0, 0, false)
  assert.equal(applyResult(misc, state, { kind: 'passed', weight: 0 }, 10_000_000, 12_000_000).state.dueAt, 15_000_000)
  assert.equal(applyResult(misc, state, { kind: 'passed', weight: 0 }, 10_000_000, 30_000_000).state.dueAt, 30_000_001)
})

test('HTTP: the failed URL is tried again after the longer of delay_before_retry and delay_loop', () => {
  const due = (delayBeforeRetryUs: number, delayLoopUs: number) => {
    const of: HttpChecker = {
      ...checker,
      type: 'HTTP_GET',
      protocol: '1.0',
      urls: [{} as never],
      fastRecovery: false,
      retry: 0,
    }
    const http = { ...of, delayBeforeRetryUs, delayLoopUs }
    return applyResult(http, { ...initialCheck(http, 0, 0, false), hasRun: true }, failed, 0, 0).state.dueAt
  }
  assert.deepEqual([due(9_000_000, 5_000_000), due(2_000_000, 5_000_000)], [9_000_000, 5_000_000])
})
