import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { PathTrace } from '../../../../src/config/host/facts.ts'
import { fileFacts, hostFacts } from '../../../../src/supervisor/scripts/file-facts.ts'

const accounts = { passwd: 'root:x:0:0::/root:/bin/sh\n', group: '' }

function makeDirectory(context: TestContext): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'file-facts-')))
  context.after(() => rmSync(directory, { recursive: true }))
  return directory
}

/** The steps inside the directory, as `kind name mode`. */
function steps(trace: PathTrace, directory: string): string[] {
  assert.equal(trace.state, 'found')
  if (trace.state !== 'found') return []
  return trace.components
    .filter(({ path }) => path.startsWith(`${directory}/`))
    .map(
      ({ kind, path, mode }) =>
        `${kind} ${path.slice(directory.length + 1)}${kind === 'link' ? '' : ` ${mode.toString(8)}`}`,
    )
}

test('every step to a file is named, with its mode', context => {
  const directory = makeDirectory(context)
  mkdirSync(join(directory, 'a'))
  chmodSync(join(directory, 'a'), 0o775)
  writeFileSync(join(directory, 'a/x.sh'), '')
  chmodSync(join(directory, 'a/x.sh'), 0o4755)
  const trace = fileFacts(undefined, accounts).trace(join(directory, 'a/x.sh'))
  assert.deepEqual(steps(trace, directory), ['directory a 775', 'file a/x.sh 4755'])
  assert.equal(trace.state === 'found' && trace.components[0]?.path, '/')
})

test('links are followed where they stand, and the file comes last', context => {
  const directory = makeDirectory(context)
  mkdirSync(join(directory, 'real'))
  writeFileSync(join(directory, 'real/x.sh'), '', { mode: 0o700 })
  symlinkSync('real', join(directory, 'linked'))
  symlinkSync('../linked/x.sh', join(directory, 'real/y.sh'))
  const trace = fileFacts(undefined, accounts).trace(join(directory, 'linked/y.sh'))
  assert.deepEqual(
    steps(trace, directory).map(step => step.replace(/ \d+$/, '')),
    ['link linked', 'directory real', 'link real/y.sh', 'file real/x.sh'],
  )
})

test('what is missing, and links in a circle', context => {
  const directory = makeDirectory(context)
  symlinkSync('b', join(directory, 'a'))
  symlinkSync('a', join(directory, 'b'))
  writeFileSync(join(directory, 'file'), '')
  const { trace } = fileFacts(undefined, accounts)
  assert.deepEqual(trace(join(directory, 'none')), { state: 'missing' })
  assert.deepEqual(trace(join(directory, 'file/below')), { state: 'missing' })
  assert.deepEqual(trace(join(directory, 'a')), { state: 'hidden' })
})

test('a command is looked for in the search path, executable files only', context => {
  const directory = makeDirectory(context)
  mkdirSync(join(directory, 'one'))
  mkdirSync(join(directory, 'two'))
  writeFileSync(join(directory, 'one/cmd'), '', { mode: 0o644 })
  writeFileSync(join(directory, 'two/cmd'), '', { mode: 0o755 })
  const { find } = fileFacts(`${directory}/one:${directory}/two`, accounts)
  assert.equal(find('cmd'), `${directory}/two/cmd`)
  assert.equal(find('other'), undefined)
})

test('accounts of this host: root is there, an invented user is not', () => {
  const facts = hostFacts(process.env.PATH)
  assert.equal(facts.accountOf({ user: 'root' }, undefined)?.uid, 0)
  assert.equal(facts.accountOf({ user: 'no-such-user-here' }, undefined), undefined)
  assert.equal(facts.accountOf({}, { user: 'no-such-user-here' }), undefined)
})

test('addresses are without loopback and have a prefix', () => {
  for (const { interface: name, prefix } of hostFacts(undefined).addresses()) {
    assert.notEqual(name, 'lo')
    assert.ok(prefix >= 0 && prefix <= 128)
  }
})
