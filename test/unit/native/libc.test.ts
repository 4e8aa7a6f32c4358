import assert from 'node:assert/strict'
import test from 'node:test'
import { KaError } from '../../../src/lib/errors.ts'
import { addressOf, allocate, callError, check, close, errnoName, lastErrno } from '../../../src/native/libc.ts'

test('errno has a name', () => {
  assert.deepEqual([19, 11, 99, 105, 4711].map(errnoName), [
    'ENODEV',
    'EAGAIN',
    'EADDRNOTAVAIL',
    'ENOBUFS',
    'errno 4711',
  ])
})

test('a failed call tells its reason', () => {
  assert.ok(close(-1) < 0)
  assert.equal(lastErrno(), 9)
  assert.throws(() => check('close', close(-1)), { code: 'KA_SOCKET', message: 'close: EBADF' })
  assert.equal(check('nothing', 7), 7)
})

test('missing permission has a code of its own, and the cause holds the number', () => {
  const error = callError('socket', 1)
  assert.ok(error instanceof KaError)
  assert.deepEqual([error.code, error.cause], ['KA_NOT_PERMITTED', { call: 'socket', errno: 1, name: 'EPERM' }])
  assert.equal(callError('bind', 19).code, 'KA_SOCKET')
})

test('allocated memory is zeroed and stays where it is', () => {
  const bytes = allocate(16)
  assert.deepEqual([...bytes], new Array(16).fill(0))
  const address = addressOf(bytes)
  for (let i = 0; i < 100; i++) allocate(1 << 16)
  assert.equal(addressOf(bytes), address)
})
