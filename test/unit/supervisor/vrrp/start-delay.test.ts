import assert from 'node:assert/strict'
import test from 'node:test'
import { startDelayUs } from '../../../../src/supervisor/vrrp/start-delay.ts'

const second = 1_000_000

test('of the two delays the one that ends later counts, and a host that has been up for long waits for none', () => {
  const delay = (startup: number, afterBoot: number, up: number) =>
    startDelayUs({ vrrpStartupDelayUs: startup * second, vrrpDelayAfterBootUs: afterBoot * second }, up * second)
  assert.equal(delay(0, 0, 3), 0)
  assert.equal(delay(5, 0, 3), 5 * second)
  assert.equal(delay(5, 20, 3), 17 * second)
  assert.equal(delay(5, 20, 18), 5 * second)
  assert.equal(delay(0, 20, 100), 0)
})
