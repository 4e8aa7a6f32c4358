import assert from 'node:assert/strict'
import test from 'node:test'
import { configAnswer, digestWith, readConfigAnswer } from '../../../../src/supervisor/commands/config-answer.ts'
import { readRequest } from '../../../../src/supervisor/commands/control-message.ts'
import { configOf, instanceText } from '../../config/load-text.ts'

const config = configOf(instanceText('  authentication {\n    auth_type PASS\n    auth_pass sesame\n  }'))

test('the answer survives the socket and has no password in it', () => {
  const line = JSON.stringify(configAnswer(config, { A: 'backup' }))
  assert.doesNotMatch(line, /sesame/)
  const read = readConfigAnswer(JSON.parse(line))
  assert.ok(read.ok)
  assert.deepEqual(read.value.roles, { A: 'backup' })
  const own = read.value.config.instances[0]?.authentication
  assert.deepEqual(own, { type: 'pass', password: `hidden:${digestWith(read.value.salt)('sesame')}` })
})

test('every answer has a salt of its own', () => {
  assert.notEqual(configAnswer(config, {}).salt, configAnswer(config, {}).salt)
})

test('what is no such answer is refused', () => {
  const answer = configAnswer(config, {})
  for (const wrong of [
    null,
    [],
    {},
    { ...answer, salt: 1 },
    { ...answer, roles: { A: 'king' } },
    { ...answer, config: {} },
  ])
    assert.equal(readConfigAnswer(wrong).ok, false)
})

test('the request on the control socket', () => {
  assert.deepEqual(readRequest('{"cmd":"config"}'), { ok: true, value: { cmd: 'config' } })
})
