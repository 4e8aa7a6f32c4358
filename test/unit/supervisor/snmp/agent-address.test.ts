// Addresses of master agents as they are written in snmp_socket.

import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAgentAddress } from '../../../../src/supervisor/snmp/agent-address.ts'

const cases: readonly (readonly [string, ReturnType<typeof parseAgentAddress>])[] = [
  ['unix:/var/agentx/master', { path: '/var/agentx/master' }],
  ['/run/agentx', { path: '/run/agentx' }],
  ['tcp:localhost:705', { host: 'localhost', port: 705, family: 0 }],
  ['tcp:10.0.0.1', { host: '10.0.0.1', port: 705, family: 0 }],
  ['10.0.0.1:7705', { host: '10.0.0.1', port: 7705, family: 0 }],
  ['7705', { host: 'localhost', port: 7705, family: 0 }],
  ['tcp6:[2001:db8::1]:7705', { host: '2001:db8::1', port: 7705, family: 6 }],
  ['udp:10.0.0.1:705', undefined],
  ['unix:', undefined],
  ['tcp:host:99999', undefined],
]

for (const [text, expected] of cases) {
  test(`master agent at ${text}`, () => assert.deepEqual(parseAgentAddress(text), expected))
}
