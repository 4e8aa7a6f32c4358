import assert from 'node:assert/strict'
import test from 'node:test'
import { found, instance } from './host.ts'

const defs = (...lines: string[]) => `global_defs {\n${lines.map(line => `  ${line}\n`).join('')}}\n`
const to = 'notification_email {\n    a@example.org\n  }'
const server = 'smtp_server 192.0.2.25'

test('KA2401: recipients, but smtp_alert is off everywhere', () => {
  assert.deepEqual(found('KA2401', defs(to, server) + instance('A')), [
    '2:3 notification_email is set, but no VRRP instance has smtp_alert, which is off by default: no transition is mailed',
  ])
})

test('KA2401: smtp_alert somewhere, or no VRRP at all', () => {
  assert.deepEqual(found('KA2401', defs(to, server, 'smtp_alert') + instance('A')), [])
  assert.deepEqual(found('KA2401', defs(to, server) + instance('A', '  smtp_alert')), [])
  assert.deepEqual(found('KA2401', defs(to, server)), [])
})

test('KA2402: alerts that nobody gets', () => {
  assert.deepEqual(found('KA2402', instance('A', '  smtp_alert')), [
    '7:3 smtp_alert is on for A, but there is no notification_email, so nobody gets mail',
  ])
  assert.deepEqual(found('KA2402', defs(to, server) + instance('A', '  smtp_alert')), [])
})

test('KA2403: recipients without a server', () => {
  assert.deepEqual(found('KA2403', defs(to) + instance('A')), [
    '2:3 notification_email is set, but no smtp_server, so no mail is sent at all',
  ])
  assert.deepEqual(found('KA2403', defs(to, server) + instance('A')), [])
})

test('KA2404: addresses with a domain, without one, and with a name; and what is none', () => {
  const recipients = (...words: string[]) => `notification_email {\n    ${words.join('\n    ')}\n  }`
  const none = found('KA2404', defs(recipients('a@example.org', 'root', '"Duty <night@example.org>"'), server))
  assert.deepEqual(none, [])
  const wrong = found('KA2404', defs(recipients('a@b@c', 'x,y@example.org', '<>'), server))
  assert.equal(wrong.length, 3)
  assert.match(wrong[0]!, /'a@b@c' cannot be a mail address/)
})

test('KA2405: a login without verified TLS', () => {
  const relay = (words: string) =>
    found('KA2405', defs(to, `smtp_server mail.example.org user u password p ${words}`)).length
  assert.deepEqual(
    [relay(''), relay('tls'), relay('clear_text'), relay('no_verify'), relay('tls no_verify')],
    [0, 0, 1, 1, 1],
  )
})
