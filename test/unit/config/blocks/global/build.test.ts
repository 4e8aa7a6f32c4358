import assert from 'node:assert/strict'
import test from 'node:test'
import { instanceText, loadText } from '../../load-text.ts'

test('a mail server has 30 seconds to answer, as in keepalived, unless smtp_connect_timeout says so', () => {
  const timeoutUs = (defs: string) =>
    loadText(`global_defs {\n${defs}\n}\n${instanceText('')}`).config?.global.smtpConnectTimeoutUs
  assert.equal(timeoutUs(''), 30_000_000)
  assert.equal(timeoutUs('smtp_connect_timeout 5'), 5_000_000)
})
