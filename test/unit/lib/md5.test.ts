// The vectors of RFC 1321 appendix A.5 and RFC 2202 section 2, and node:crypto as an independent witness.

import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import test from 'node:test'
import { hmacMd5, md5 } from '../../../src/lib/md5.ts'

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const text = (value: string) => new TextEncoder().encode(value)

test('MD5 of the RFC 1321 test suite', () => {
  assert.equal(hexOf(md5(text(''))), 'd41d8cd98f00b204e9800998ecf8427e')
  assert.equal(hexOf(md5(text('abc'))), '900150983cd24fb0d6963f7d28e17f72')
  assert.equal(hexOf(md5(text('message digest'))), 'f96b697d7cb7938d525a2f31aaf161d0')
  assert.equal(hexOf(md5(text('1234567890'.repeat(8)))), '57edf4a22be3c955ac49da2e2107b67a')
})

test('HMAC-MD5 of RFC 2202', () => {
  assert.equal(hexOf(hmacMd5(new Uint8Array(16).fill(0x0b), text('Hi There'))), '9294727a3638bb1c13f48ef8158bfc9d')
  assert.equal(hexOf(hmacMd5(text('Jefe'), text('what do ya want for nothing?'))), '750c783e6ab0b503eaa86e310a5db738')
  const long = text('Test Using Larger Than Block-Size Key - Hash Key First')
  assert.equal(hexOf(hmacMd5(new Uint8Array(80).fill(0xaa), long)), '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd')
})

test('every length around the block boundaries agrees with node:crypto', () => {
  for (let length = 0; length <= 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255)
    assert.equal(hexOf(md5(message)), createHash('md5').update(message).digest('hex'), `length ${length}`)
    assert.equal(hexOf(hmacMd5(message, message)), createHmac('md5', message).update(message).digest('hex'))
  }
})
