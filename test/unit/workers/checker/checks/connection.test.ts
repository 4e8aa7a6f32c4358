// What an error on the way to a server means: the server is out of reach, or the trouble is our own.

import assert from 'node:assert/strict'
import test from 'node:test'
import { refusalOf } from '../../../../../src/workers/checker/checks/connection.ts'

const error = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall })

test('a server that cannot be reached has failed, also along a route of type blackhole, which says EINVAL', () => {
  for (const code of ['ECONNREFUSED', 'ENETUNREACH', 'EINVAL'])
    assert.deepEqual(refusalOf(error(code, 'connect')), { kind: 'failed', reason: code })
})

test('trouble of our own says nothing about the server', () => {
  assert.deepEqual(refusalOf(error('EMFILE', 'socket')), { kind: 'skipped', reason: 'EMFILE' })
  assert.deepEqual(refusalOf(error('EINVAL', 'bind')), { kind: 'skipped', reason: 'EINVAL' })
})
