import assert from 'node:assert/strict'
import test from 'node:test'
import { found, instance, script } from './host.ts'

const tracked = instance('A', '  track_script {\n    chk\n  }')

test('KA2020: a script that may run longer than its interval', () => {
  assert.deepEqual(found('KA2020', script('  interval 2\n  timeout 5') + tracked), [
    '4:3 vrrp_script chk may run for 5 s but is due every 2 s; while a run lasts the next ones are left out',
  ])
})

test('KA2020: a timeout up to the interval, or none', () => {
  assert.deepEqual(found('KA2020', script('  interval 5\n  timeout 5') + tracked), [])
  assert.deepEqual(found('KA2020', script('  interval 5') + tracked), [])
})

const server = (outer: string, inner: string) =>
  `virtual_server 192.0.2.9 80 {\n  protocol TCP\n${outer}\n${inner}\n}\n`
const real = (address: string, check: string) => `  real_server ${address} 80 {\n${check}\n  }`

test('KA2021: the default time limit of 5 s is longer than a short delay_loop', () => {
  const text = server('  delay_loop 3', real('10.0.0.1', '    TCP_CHECK {\n    }'))
  assert.deepEqual(found('KA2021', text), [
    '3:3 TCP_CHECK waits up to 5 s but is due every 3 s, so a dead server is found late',
  ])
})

test('KA2021: a value that several servers inherit is told of once', () => {
  const check = '    TCP_CHECK {\n    }'
  const text = server('  connect_timeout 90', `${real('10.0.0.1', check)}\n${real('10.0.0.2', check)}`)
  assert.deepEqual(found('KA2021', text), [
    '3:3 TCP_CHECK waits up to 90 s but is due every 60 s, so a dead server is found late',
  ])
})

test('KA2021: the value of the checker counts first', () => {
  const check = '    HTTP_GET {\n      connect_timeout 2\n      url {\n        path /\n      }\n    }'
  assert.deepEqual(found('KA2021', server('  delay_loop 3\n  connect_timeout 9', real('10.0.0.1', check))), [])
})

test('KA2021: misc_timeout against delay_loop', () => {
  const check = (limit: string) => `    MISC_CHECK {\n      misc_path /usr/bin/true\n${limit}\n    }`
  const text = server('  delay_loop 10', real('10.0.0.1', check('      misc_timeout 20')))
  assert.match(found('KA2021', text)[0]!, /^7:7 MISC_CHECK waits up to 20 s/)
  assert.deepEqual(found('KA2021', server('  delay_loop 10', real('10.0.0.1', check('')))), [])
})
