import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateRawSync } from 'node:zlib'
import type { Roles } from '../../../../src/config/plan/item.ts'
import { readRequest } from '../../../../src/supervisor/control/message.ts'
import { configAnswer, readConfigAnswer } from '../../../../src/supervisor/control/running-config.ts'
import { digestWith, maskedConfig, packConfig } from '../../../../src/supervisor/loading/packed-config.ts'
import { configOf, instanceText } from '../../config/load-text.ts'

const config = configOf(instanceText('  authentication {\n    auth_type PASS\n    auth_pass sesame\n  }'))

const answerOf = (roles: Roles) =>
  configAnswer(packConfig(config), roles, ['lo', 'eth0'], { path: '/etc/k.conf', configId: 'node1' })

test('the answer survives the socket and has no password in it', () => {
  const read = readConfigAnswer(JSON.parse(JSON.stringify(answerOf({ A: 'backup' }))))
  assert.ok(read.ok)
  assert.doesNotMatch(JSON.stringify(read.value), /sesame/)
  assert.deepEqual(read.value.roles, { A: 'backup' })
  assert.deepEqual(read.value.interfaces, ['lo', 'eth0'])
  const own = read.value.config.instances[0]?.authentication
  assert.deepEqual(own, { type: 'pass', password: `hidden:${digestWith(read.value.salt)('sesame')}` })
  assert.deepEqual(
    read.value.config.settings.map(setting => setting.keyword),
    ['vrrp_instance'],
  )
})

test('every load has a salt of its own', () => {
  assert.notEqual(maskedConfig(config).salt, maskedConfig(config).salt)
})

test('what is no such answer is refused', () => {
  const answer = answerOf({})
  const packed = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString('base64')
  for (const wrong of [
    null,
    [],
    {},
    { ...answer, packed: 1 },
    { ...answer, packed: 'not deflated' },
    { ...answer, packed: packed({ salt: 'x', config: {} }) },
    { ...answer, packed: packed({ ...maskedConfig(config), salt: 1 }) },
    { ...answer, roles: { A: 'king' } },
    { ...answer, interfaces: [1] },
  ])
    assert.equal(readConfigAnswer(wrong).ok, false)
})

test('the request on the control socket', () => {
  assert.deepEqual(readRequest('{"cmd":"config"}'), { ok: true, value: { cmd: 'config' } })
})
