// What a server sends may exceed the stack of the pattern engine or keep it busy for ever: each is a failed check of that server.

import assert from 'node:assert/strict'
import test from 'node:test'
import { BodyMatcher } from '../../../../../src/workers/checker/checks/body-match.ts'

const regex = (pattern: string, more: object = {}) => ({ pattern, flags: '', minOffset: 0, noMatch: false, ...more })
const mebibyte = (text: string) => Buffer.from(text.repeat(Math.ceil((1 << 20) / text.length)))

for (const pattern of ['^(?:(a)|(b)|(c)|(d)|(e)|(f)|(g)|(h))*x', '^(((((((a)))))))*d']) {
  test(`a pattern that exceeds the stack is a failed check: ${pattern}`, () => {
    const fault = new BodyMatcher(regex(pattern)).faultOf(mebibyte('a'))
    assert.match(fault ?? '', /^the pattern (cannot be applied to|takes too long on) this body/)
  })
}

test('a pattern that cannot be compiled is a failed check', () => {
  assert.match(new BodyMatcher(regex('(')).faultOf(Buffer.from('x')) ?? '', /cannot be applied/)
})

test('a pattern that backtracks for ever gets less time at each check, and more again when it answers', () => {
  const matcher = new BodyMatcher(regex('^(a+)+$'))
  const hostile = Buffer.from(`${'a'.repeat(40)}b`)
  const limitsMs = [matcher.limitMs]
  for (let i = 0; i < 4; i++) {
    assert.equal(matcher.faultOf(hostile), 'the pattern takes too long on this body')
    limitsMs.push(matcher.limitMs)
  }
  assert.deepEqual(limitsMs, [250, 125, 63, 50, 50])
  // A busy machine may need more than one try for what takes microseconds.
  for (let i = 0; i < 20 && matcher.limitMs < 250; i++) matcher.faultOf(Buffer.from('aaaa'))
  assert.equal(matcher.limitMs, 250)
  assert.equal(matcher.faultOf(Buffer.from('aaaa')), undefined)
})

test('offsets and inversion are as the configuration says', () => {
  const body = Buffer.from('0123 welcome')
  assert.equal(new BodyMatcher(regex('welcome')).faultOf(body), undefined)
  assert.equal(new BodyMatcher(regex('welcome', { minOffset: 6 })).faultOf(body), 'the body does not match')
  assert.equal(new BodyMatcher(regex('welcome', { maxOffset: 4 })).faultOf(body), 'the body does not match')
  assert.equal(new BodyMatcher(regex('welcome', { maxOffset: 5 })).faultOf(body), undefined)
  assert.equal(new BodyMatcher(regex('welcome', { noMatch: true })).faultOf(body), 'the body does not match')
})
