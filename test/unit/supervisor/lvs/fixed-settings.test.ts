import assert from 'node:assert/strict'
import test from 'node:test'
import type { LvsConfig } from '../../../../src/config/blocks/server/model.ts'
import { fixedLvsChange } from '../../../../src/supervisor/lvs/fixed-settings.ts'
import { lvsConfig } from '../../workers/checker/fixture.ts'

function inNamespace(namespace: string): LvsConfig {
  const config = lvsConfig([])
  return { ...config, kernel: { ...config.kernel, namespace } as NonNullable<LvsConfig['kernel']> }
}

test('another network namespace for IPVS is refused, by its keyword and both values', () => {
  assert.deepEqual(fixedLvsChange(inNamespace('blue'), inNamespace('green')), {
    keyword: 'net_namespace_ipvs',
    before: 'blue',
    after: 'green',
  })
  assert.deepEqual(fixedLvsChange(inNamespace('blue'), lvsConfig([])), {
    keyword: 'net_namespace_ipvs',
    before: 'blue',
    after: 'none',
  })
})

test('the same namespace, or load balancing that begins or ends, is no change', () => {
  assert.equal(fixedLvsChange(inNamespace('blue'), inNamespace('blue')), undefined)
  assert.equal(fixedLvsChange(undefined, inNamespace('blue')), undefined)
  assert.equal(fixedLvsChange(inNamespace('blue'), undefined), undefined)
})
