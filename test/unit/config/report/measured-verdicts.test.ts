// Exit statuses that keepalived 2.2.7 gave with -t for small configurations, one question each, measured on a host with the
// interfaces eth0 to eth3: test/fixtures/differential/verdicts.json. Runs without keepalived.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { loadConfig } from '../../../../src/config/load.ts'
import { memoryFiles } from '../memory-files.ts'

interface Measured {
  readonly name: string
  readonly text: string
  readonly exitCode: number
}

const interfaces = ['lo', 'eth0', 'eth1', 'eth2', 'eth3']
const program = { text: '', executable: true }
const measured: readonly Measured[] = JSON.parse(readFileSync('test/fixtures/differential/verdicts.json', 'utf8'))

test('there is something to compare with', () => {
  assert.ok(measured.length > 150)
})

for (const { name, text, exitCode } of measured) {
  test(`measured with keepalived -t: ${name}`, () => {
    assert.equal(statusOf(text), exitCode, text)
  })
}

function statusOf(text: string): number {
  return loadConfig('main.conf', {
    files: memoryFiles({
      'main.conf': text,
      '/usr/bin/true': program,
      '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
      '/etc/group': 'root:x:0:\n',
    }),
    configId: 'node1',
    environment: { PATH: '/usr/bin:/bin' },
    allIncludeChecks: false,
    strictKeepalived: false,
    hostName: 'node1',
    random: () => 0.5,
    interfaceExists: name => interfaces.includes(name),
    interfaceNames: () => interfaces,
  }).testExitCode
}
