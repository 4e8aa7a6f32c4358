// What a BFD session says about the servers that follow it.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { BfdChecker } from '../../../../../src/config/blocks/checker/model.ts'
import type { CheckState } from '../../../../../src/workers/checker/core/check-state.ts'
import { applySession } from '../../../../../src/workers/checker/core/session-verdict.ts'
import { probing } from '../fixture.ts'

const checker: BfdChecker = { ...probing, id: 'c', type: 'BFD_CHECK', session: 'peer', server: '[10.0.0.1]:tcp:80' }
const fresh: CheckState = {
  up: true,
  hasRun: false,
  failures: 0,
  weight: 0,
  dueAt: 0,
  url: 0,
  failedUrl: null,
  reason: null,
}

function told(state: CheckState, up: boolean): string[] {
  return applySession(checker, state, up).effects.map(effect =>
    effect.type === 'log'
      ? effect.event
      : effect.type === 'remark'
        ? effect.reason
        : (effect.verdict.mail ?? 'no mail'),
  )
}

test('up and down are told when they are news, down also as the first word', () => {
  const failed = { ...fresh, up: false }
  assert.deepEqual(told(fresh, true), [])
  assert.deepEqual(told(fresh, false), ['bfd-check-down', 'down: peer'])
  assert.deepEqual(told(failed, false), ['bfd-check-down', 'down: peer'])
  assert.deepEqual(told({ ...failed, hasRun: true }, false), [])
  assert.deepEqual(told({ ...failed, hasRun: true }, true), ['bfd-check-up', 'up'])
})
