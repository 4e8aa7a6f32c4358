// The program as a person starts it: exit statuses, what goes to stdout and stderr, and the files of its start. No daemon is
// started but one that ends by itself.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { instancePaths } from '../../src/supervisor/process/instance-paths.ts'
import { optionTable } from '../../src/supervisor/process/option-table.ts'
import { claimPidFile } from '../../src/supervisor/process/pid-file.ts'

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'keepalived-ts-cli-'))
test.after(() => rmSync(folder, { recursive: true }))
const good = join(folder, 'good.conf')
const bad = join(folder, 'bad.conf')
writeFileSync(good, 'global_defs {\n  router_id here\n}\n')
writeFileSync(bad, 'global_defs {\n  routr_id here\n}\n')

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 20_000 })
  return { status, stdout, stderr }
}

test('--version and --help go to stderr and end with 0', () => {
  const version = run('-v')
  assert.equal(version.status, 0)
  assert.equal(version.stdout, '')
  assert.match(version.stderr, /^keepalived-ts \d+\.\d+\.\d+\n/)
  const help = run('--help')
  assert.equal(help.status, 0)
  for (const row of optionTable) assert.ok(help.stderr.includes(`--${row.long}`), row.long)
  assert.match(help.stderr, /fault WORKER KIND/)
})

for (const [name, number] of [
  ['STOP', constants.signals.SIGTERM],
  ['RELOAD', constants.signals.SIGHUP],
  ['DATA', constants.signals.SIGUSR1],
  ['STATS', constants.signals.SIGUSR2],
  ['STATS_CLEAR', 63],
  ['JSON', 36],
] as const) {
  test(`--signum=${name} prints ${number}`, () => {
    assert.deepEqual(run(`--signum=${name}`), { status: 0, stdout: `${number}\n`, stderr: '' })
  })
}

test('a first word that is no command ends with 2 and starts nothing', () => {
  const misspelt = run('stauts')
  assert.equal(misspelt.status, 2)
  assert.match(misspelt.stderr, /there is no command 'stauts'; did you mean 'status'\?/)
  assert.equal(run('stop').status, 2)
  assert.equal(run('-n', 'status').status, 2)
})

test('every command explains itself with --help', () => {
  for (const name of ['status', 'signal', 'check', 'plan', 'config', 'explain', 'fmt']) {
    const help = run(name, '--help')
    assert.equal(help.status, 0, name)
    assert.match(help.stdout, new RegExp(`^Usage: keepalived-ts ${name}`))
  }
})

test('a reader that goes away is no crash', () => {
  const shell = spawnSync('sh', ['-c', `"$0" "$1" config coverage | head -1`, process.execPath, main], {
    encoding: 'utf8',
  })
  assert.equal(shell.stderr, '')
})

test('wrong command lines end with 1 and say why', () => {
  assert.equal(run('--signum=NOPE').status, 1)
  const wrong = run('--bogus', '-f', 'left', 'over', '-Q')
  assert.equal(wrong.status, 1)
  assert.match(wrong.stderr, /unknown option '--bogus'\n.*unknown option '-Q'/)
  assert.equal(run('fault', 'vrrp').status, 1)
  assert.equal(run('fault', 'vrrp', 'nap').status, 1)
  assert.equal(run('signal', 'STOP').status, 1)
})

test('a fault without a daemon is refused with 1', () => {
  const { status, stderr } = run('fault', 'vrrp', 'hang', '-p', join(folder, 'none.pid'))
  assert.equal(status, 1)
  assert.match(stderr, /no daemon listens/)
})

test('--config-test: 0 for a clean file, 5 with a report on stderr', () => {
  assert.deepEqual(run('-t', '-f', good), { status: 0, stdout: '', stderr: '' })
  const { status, stdout, stderr } = run('-t', '-f', bad)
  assert.equal(status, 5)
  assert.equal(stdout, '')
  assert.match(stderr, /bad\.conf:2:3/)
  assert.match(stderr, /router_id/)
})

test('--config-test=json writes JSON to stdout', () => {
  const { status, stdout } = run('--config-test=json', '-f', bad)
  assert.equal(status, 5)
  const [problem] = JSON.parse(stdout)
  assert.equal(problem.span.line, 2)
  assert.deepEqual(JSON.parse(run('--config-test=json', '-f', good).stdout), [])
})

test('--config-test appends to a log file of mode 0600, and never follows a symlink', () => {
  const path = join(folder, 'test.log')
  assert.equal(run(`-t${path}`, '-f', bad).status, 5)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const once = readFileSync(path, 'utf8')
  assert.equal(run(`--config-test=${path}`, '-f', bad).status, 5)
  assert.equal(readFileSync(path, 'utf8'), once + once)
  spawnSync('ln', ['-s', path, join(folder, 'link.log')])
  assert.equal(run(`-t${join(folder, 'link.log')}`, '-f', bad).status, 1)
  assert.equal(readFileSync(path, 'utf8'), once + once)
})

for (const [what, prepare] of [
  ['is missing', () => join(folder, 'missing.conf')],
  ['is a directory', () => folder],
  [
    'is executable',
    () => {
      const path = join(folder, 'executable.conf')
      writeFileSync(path, '')
      chmodSync(path, 0o755)
      return path
    },
  ],
] as const) {
  test(`a main file that ${what} ends the start with 6, before and without the fork`, () => {
    const path = prepare()
    for (const foreground of [[], ['-n']]) {
      const pidFile = join(folder, 'six.pid')
      const { status, stderr } = run(...foreground, '-f', path, '-p', pidFile)
      assert.equal(status, 6)
      assert.match(stderr, new RegExp(path))
      assert.equal(existsSync(pidFile), false)
    }
  })
}

const root = process.getuid?.() === 0 ? false : 'needs root'
if (root !== false && process.env.CI) throw new Error(`in CI nothing may be skipped: ${root}`)

test('a second start says that the first is running, and ends with 0', { skip: root }, () => {
  const pidFile = join(folder, 'held.pid')
  const claim = claimPidFile(pidFile, { pid: process.pid })
  assert.ok(claim.taken)
  for (const foreground of [[], ['-n', '-l']]) {
    const { status, stderr } = run(...foreground, '-f', good, '-p', pidFile)
    assert.equal(status, 0)
    assert.match(stderr, /running already|already running/)
    assert.match(stderr, new RegExp(String(process.pid)))
  }
  claim.file.release()
  rmSync(instancePaths(pidFile).lock)
})

test('options without effect are named in one warning', () => {
  const { stderr } = run('-s', 'blue', '--no-mem-check', '-t', '-f', good)
  assert.match(stderr, /without effect yet: --namespace, --no-mem-check; in particular/)
})

for (const name of ['keepalived.conf', ...readdirSync('config/samples').map(sample => join('samples', sample))]) {
  test(`config/${name} has nothing wrong but interfaces that this host does not have`, () => {
    const { stdout, status } = run('--config-test=json', '-f', resolve('config', name))
    const problems = JSON.parse(stdout).filter(
      (problem: { message: string }) => !/interface|eth0/.test(problem.message),
    )
    assert.deepEqual(problems, [])
    assert.ok(status === 0 || status === 5 || status === 4)
  })
}
