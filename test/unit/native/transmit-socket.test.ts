import assert from 'node:assert/strict'
import { constants } from 'node:os'
import test from 'node:test'
import { transmit } from '../../../src/native/transmit-socket.ts'

const packet = Uint8Array.of(1, 2, 3)

test('transmitting on a descriptor that is none is an errno, not an exception', () => {
  assert.equal(transmit(-1, 4, 1, '224.0.0.18', undefined, packet), constants.errno.EBADF)
  assert.equal(transmit(-1, 6, 1, 'ff02::12', 'fe80::1', packet), constants.errno.EBADF)
})

test('a packet larger than any link takes is refused', () => {
  assert.equal(transmit(-1, 4, 1, '224.0.0.18', undefined, new Uint8Array(9217)), constants.errno.EMSGSIZE)
})
