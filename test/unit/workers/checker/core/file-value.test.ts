import assert from 'node:assert/strict'
import test from 'node:test'
import type { FileChecker } from '../../../../../src/config/blocks/checker/model.ts'
import { fileResult } from '../../../../../src/workers/checker/core/file-value.ts'
import { probing } from '../fixture.ts'

function said(weight: number, reverse: boolean, value: number): string {
  const checker: FileChecker = { ...probing, id: 'f', type: 'FILE_CHECK', trackFile: 'f', weight, reverse }
  const result = fileResult(checker, value)
  return result.kind === 'passed' ? `up ${result.weight ?? 'as it is'}` : result.kind
}

test('a file without weight is a fault by its value, with reverse the other way round', () => {
  assert.deepEqual(
    [0, 5, -1].map(value => said(0, false, value)),
    ['up as it is', 'failed', 'failed'],
  )
  assert.deepEqual(
    [0, 5, -1].map(value => said(0, true, value)),
    ['failed', 'up as it is', 'up as it is'],
  )
})

test('a file with weight moves the weight, with reverse downwards, within 32 bits', () => {
  assert.deepEqual(
    [0, 5, -2].map(value => said(3, false, value)),
    ['up 0', 'up 15', 'up -6'],
  )
  assert.deepEqual(
    [0, 5, -2].map(value => said(3, true, value)),
    ['up 0', 'up -15', 'up 6'],
  )
  assert.equal(said(2, false, 2 ** 31 - 1), `up ${2 ** 31 - 1}`)
  assert.equal(said(2, false, -(2 ** 31)), 'failed')
})
