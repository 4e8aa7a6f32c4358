import assert from 'node:assert/strict'
import { fstatSync, openSync } from 'node:fs'
import test from 'node:test'
import { lend } from '../../../src/native/lent-descriptor.ts'

test('a descriptor that cannot be prepared is closed at once, and the reason goes on', () => {
  const fd = openSync('/dev/null', 'r')
  const prepare = () => {
    throw new Error('no such link')
  }
  assert.throws(() => lend(fd, prepare), /no such link/)
  assert.throws(() => fstatSync(fd), { code: 'EBADF' })
})

test('a descriptor that is given back is still itself for those who have not heard of it yet', () => {
  const prepared: number[] = []
  const lent = lend(openSync('/dev/null', 'r'), fd => prepared.push(fd))
  assert.deepEqual(prepared, [lent.fd])
  const before = fstatSync(lent.fd)
  lent.close()
  lent.close()
  assert.equal(fstatSync(lent.fd).ino, before.ino)
})
