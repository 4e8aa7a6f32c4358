// Diagnostics as a person reads them: each configuration in test/fixtures/diagnostics has one slip that operators make, and beside it the
// text that we print. UPDATE_SNAPSHOTS=1 writes these texts anew; read them before they are committed.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { loadConfig } from '../../../../src/config/load.ts'
import { renderTestReport } from '../../../../src/config/report/test-report.ts'
import { memoryFiles } from '../memory-files.ts'

const folder = 'test/fixtures/diagnostics'
const update = process.env.UPDATE_SNAPSHOTS === '1'
const names = readdirSync(folder)
  .filter(name => name.endsWith('.conf'))
  .sort()

test('there are snapshots of at least forty diagnostics, and none without its configuration', () => {
  assert.ok(names.length >= 40)
  const texts = readdirSync(folder).filter(name => name.endsWith('.txt'))
  assert.deepEqual(texts.sort(), names.map(textName))
})

for (const name of names) {
  test(`as a person reads it: ${name.replace(/^\d+-|\.conf$/g, '').replaceAll('-', ' ')}`, () => {
    const text = show(readFileSync(`${folder}/${name}`, 'utf8'))
    const path = `${folder}/${textName(name)}`
    if (update) writeFileSync(path, text)
    assert.ok(existsSync(path), 'UPDATE_SNAPSHOTS=1 writes it')
    assert.equal(text, readFileSync(path, 'utf8'))
  })
}

test('every snapshot names a place, and says what to do', () => {
  for (const name of names) {
    const [first = ''] = readFileSync(`${folder}/${textName(name)}`, 'utf8').split('\n\n')
    assert.match(first, /^(error|warning|note)\[KA\d{4}\]: /, name)
    assert.match(first, /--> keepalived\.conf:\d+:\d+\n/, name)
    assert.match(first, /\^/, name)
    assert.match(first, / = help: /, name)
  }
})

/** What `--config-test -D` prints on a host with eth0, eth1 and a few programs. */
function show(text: string): string {
  const interfaces = ['lo', 'eth0', 'eth1']
  const program = { text: '', executable: true }
  const { diagnostics, sources } = loadConfig('keepalived.conf', {
    files: memoryFiles({
      'keepalived.conf': text,
      '/usr/bin/true': program,
      '/usr/bin/curl': program,
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
  })
  return renderTestReport(diagnostics, sources, { notes: true })
}

function textName(name: string): string {
  return name.replace(/\.conf$/, '.txt')
}
