// The real file system behind the configuration reader.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of keepalived.conf.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { readConfiguration } from '../../../../src/config/text/reader.ts'
import { realFiles } from '../../../../src/supervisor/loading/config-files.ts'

function inDirectory(run: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'ka-config-files-'))
  try {
    run(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

test('config files: status follows links and sees kinds and modes', () => {
  inDirectory(directory => {
    writeFileSync(join(directory, 'a'), 'abc', { mode: 0o644 })
    writeFileSync(join(directory, 'x'), '', { mode: 0o755 })
    chmodSync(join(directory, 'x'), 0o755)
    symlinkSync('a', join(directory, 'link'))
    symlinkSync('nowhere', join(directory, 'dangling'))
    const files = realFiles(directory)
    assert.deepEqual(files.status('link'), { kind: 'file', executable: false, readable: true, sizeBytes: 3 })
    assert.equal(files.status('x')?.executable, true)
    assert.equal(files.status('.')?.kind, 'directory')
    assert.equal(files.status('/dev/null')?.kind, 'other')
    assert.equal(files.status('dangling'), undefined)
    assert.deepEqual([...files.list('.')].sort(), ['a', 'dangling', 'link', 'x'])
    assert.deepEqual(files.list('nowhere'), [])
  })
})

test('config files: what cannot be read is a value with a reason', () => {
  const files = realFiles('/')
  for (const path of ['/nonexistent', '/dev/zero', '/tmp', '/dev/null/x']) assert.equal(files.read(path).ok, false)
  assert.equal(files.status('/dev/null/x'), undefined)
})

test('config files: a file that is not UTF-8 is read as Latin-1', () => {
  inDirectory(directory => {
    writeFileSync(join(directory, 'a'), Buffer.from([0x61, 0xe9, 0x0a]))
    writeFileSync(join(directory, 'b'), 'aé中')
    const files = realFiles(directory)
    assert.deepEqual(files.read('a'), { ok: true, value: 'aé\n' })
    assert.deepEqual(files.read('b'), { ok: true, value: 'aé中' })
  })
})

test('config files: includes from the real file system, relative to the including file', () => {
  inDirectory(directory => {
    mkdirSync(join(directory, 'conf.d'))
    writeFileSync(join(directory, 'k.conf'), 'include conf.d/*.conf\nlast\n')
    writeFileSync(join(directory, 'conf.d', '1.conf'), 'include 2.txt\n')
    writeFileSync(join(directory, 'conf.d', '2.txt'), 'dir ${_PWD}\n')
    const result = readConfiguration(join(directory, 'k.conf'), {
      files: realFiles('/'),
      configId: '',
      environment: {},
      allIncludeChecks: true,
      random: () => 0,
    })
    assert.deepEqual(result.diagnostics, [])
    const words = result.tokens.map(token => (token.type === 'statement' ? token.words.map(word => word.text) : []))
    assert.deepEqual(words, [['dir', join(directory, 'conf.d')], ['last']])
  })
})
