// The daemon's end of the channel to the watchdog, in a real process.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'node:test'

const fixture = join(import.meta.dirname, 'fixtures', 'late-listener.js')

test('a daemon whose watchdog dies while it is still loading does not live on without one', {
  timeout: 10_000,
}, async t => {
  const child = fork(fixture, [], { serialization: 'advanced' })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  assert.equal(code, 42)
})
