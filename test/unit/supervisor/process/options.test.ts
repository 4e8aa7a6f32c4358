// The command line: every option of keepalived once, and the ways in which getopt_long lets it be written.

import assert from 'node:assert/strict'
import test from 'node:test'
import { usageText } from '../../../../src/supervisor/cli/usage.ts'
import { optionTable } from '../../../../src/supervisor/process/option-table.ts'
import { type Options, parseOptions } from '../../../../src/supervisor/process/options.ts'

const surroundings = { workingDirectory: '/home/op', hostName: 'node1.example.org', temporaryDirectory: '/tmp' }
const parse = (line: string) => parseOptions(line === '' ? [] : line.split(' '), surroundings)

/** What a line changes in the options that no line gives. */
function changes(line: string): Partial<Options> {
  const { options, errors } = parse(line)
  assert.deepEqual(errors, [], line)
  const plain: Record<string, unknown> = { ...parse('').options }
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => !isSame(plain[name], value)))
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const effects: readonly (readonly [string, Partial<Options>])[] = [
  ['', {}],
  ['-f k.conf', { configFile: '/home/op/k.conf' }],
  ['-f/etc/k.conf', { configFile: '/etc/k.conf' }],
  ['--use-file=/etc/k.conf', { configFile: '/etc/k.conf' }],
  ['--use-file /etc/k.conf', { configFile: '/etc/k.conf' }],
  ['--use /etc/k.conf', { configFile: '/etc/k.conf' }],
  ['-P', { checkers: false }],
  ['--vrrp', { checkers: false }],
  ['--vrrp-only', { checkers: false }],
  ['-C', { vrrp: false }],
  ['--check', { vrrp: false }],
  ['--check-only', { vrrp: false }],
  ['-PC', { vrrp: false, checkers: false }],
  ['-B', { bfd: false }],
  ['--no_bfd', { bfd: false }],
  ['--all', { all: true }],
  ['-l', { logConsole: true }],
  ['--log-console', { logConsole: true }],
  ['-D', { logDetail: 1 }],
  ['-DD', { logDetail: 2 }],
  ['-D --log-detail -D', { logDetail: 2 }],
  ['-S 3', { logFacility: 'local3' }],
  ['-S local7', { logFacility: 'local7' }],
  ['--log-facility=user', { logFacility: 'user' }],
  ['-g', { logFile: '/var/log/keepalived.log' }],
  ['-gx.log', { logFile: '/home/op/x.log' }],
  ['--log-file=/var/log/k.log', { logFile: '/var/log/k.log' }],
  ['--flush-log-file', {}],
  ['-G', { syslog: false }],
  ['--no-syslog', { syslog: false }],
  ['--log-format json', { logFormat: 'json' }],
  ['--log-format=human', {}],
  ['-u 022', { umask: 0o022 }],
  ['-u 0x3f', { umask: 63 }],
  ['--umask=18', { umask: 18 }],
  ['-V', { dontReleaseVrrp: true }],
  ['--dont-release-vrrp', { dontReleaseVrrp: true }],
  ['-I', { dontReleaseIpvs: true }],
  ['-R', { dontRespawn: true }],
  ['-n', { dontFork: true }],
  ['--dont-f', { dontFork: true }],
  ['-lDn', { logConsole: true, logDetail: 1, dontFork: true }],
  ['-lnf/x', { logConsole: true, dontFork: true, configFile: '/x' }],
  ['-p /run/a.pid', { pidFile: '/run/a.pid' }],
  ['--pid=/run/a.pid', { pidFile: '/run/a.pid' }],
  ['-r /run/v.pid', { vrrpPidFile: '/run/v.pid' }],
  ['--vrrp_pid=/run/v.pid', { vrrpPidFile: '/run/v.pid' }],
  ['--vrrp_ /run/v.pid', { vrrpPidFile: '/run/v.pid' }],
  ['-c /run/c.pid', { checkersPidFile: '/run/c.pid' }],
  ['--checkers_pid=/run/c.pid', { checkersPidFile: '/run/c.pid' }],
  ['-e', { allConfig: true }],
  ['--all-config', { allConfig: true }],
  ['-i other', { configId: 'other' }],
  ['--signum=JSON', { task: { type: 'signum', name: 'JSON' } }],
  ['--signum RELOAD', { task: { type: 'signum', name: 'RELOAD' } }],
  ['--strict-keepalived', { strictKeepalived: true }],
  ['--ignore-sigint', { ignoreSigint: true }],
  ['-v', { task: { type: 'version' } }],
  ['-h', { task: { type: 'help' } }],
  ['--help -v', { task: { type: 'help' } }],
]

for (const [line, expected] of effects) {
  test(`'${line}' means what it means to keepalived`, () => assert.deepEqual(changes(line), expected))
}

const testing = { dontFork: true, dontRespawn: true, syslog: false }
const configTests: readonly (readonly [string, Options['task']])[] = [
  ['-t', { type: 'config-test', json: false }],
  ['-t/tmp/log', { type: 'config-test', json: false, logFile: '/tmp/log' }],
  ['--config-test', { type: 'config-test', json: false }],
  ['--config-t=/tmp/log', { type: 'config-test', json: false, logFile: '/tmp/log' }],
  ['--config-test=json', { type: 'config-test', json: true }],
]

for (const [line, task] of configTests) {
  test(`'${line}' implies no fork, no respawn and no syslog`, () =>
    assert.deepEqual(changes(line), { ...testing, task }))
}

test('the word behind -t is not its argument, because an optional argument has to be attached', () => {
  const { options, leftOver } = parse('-t /tmp/log -f /etc/k.conf')
  assert.deepEqual(options.task, { type: 'config-test', json: false })
  assert.deepEqual(leftOver, ['/tmp/log'])
  assert.equal(options.configFile, '/etc/k.conf')
})

test('options and paths have defaults, and the id is the host name up to its first dot', () => {
  const { options } = parse('')
  assert.equal(options.configFile, '/etc/keepalived/keepalived.conf')
  assert.equal(options.pidFile, '/run/keepalived.pid')
  assert.equal(options.vrrpPidFile, '/run/vrrp.pid')
  assert.equal(options.checkersPidFile, '/run/checkers.pid')
  assert.equal(options.configId, 'node1')
  assert.equal(options.umask, undefined)
})

const failures: readonly (readonly [string, readonly string[]])[] = [
  ['-f', ["option '-f' needs an argument"]],
  ['--use-file=', ["option '--use-file' needs an argument"]],
  ['--bogus', ["unknown option '--bogus'"]],
  ['-zl -y', ["unknown option '-z'", "unknown option '-y'"]],
  ['--log', ["option '--log' is ambiguous: --log-console, --log-detail, --log-facility, --log-file"]],
  ['--dont-fork=1', ["option '--dont-fork' takes no argument"]],
  ['--log-format xml', ["log format 'xml' is neither human nor json"]],
  ['--', []],
]

for (const [line, errors] of failures) {
  test(`'${line}' is answered by ${errors.length} complaints`, () => assert.deepEqual(parse(line).errors, errors))
}

test('the whole line is read although something in it is wrong', () => {
  const { options, errors } = parse('--bogus -n -p')
  assert.equal(errors.length, 2)
  assert.equal(options.dontFork, true)
})

test('a bad facility and a bad umask are reported and ignored', () => {
  const { options, warnings, errors } = parse('-S 9 -u 01000')
  assert.deepEqual(errors, [])
  assert.equal(warnings.length, 2)
  assert.equal(options.logFacility, 'daemon')
  assert.equal(options.umask, undefined)
})

test('the digest tool takes all words behind it, whatever they look like', () => {
  const { errors, leftOver, options } = parse('-T -s 10.0.0.1 --bogus')
  assert.deepEqual(errors, [])
  assert.deepEqual(leftOver, [])
  assert.deepEqual(options.task, { type: 'genhash', words: ['-s', '10.0.0.1', '--bogus'] })
})

test('every option without effect is named in one warning, never passed over in silence', () => {
  const idle = optionTable.filter(row => row.kind === 'idle')
  const words = idle.flatMap(row => (row.argument === 'required' ? [`--${row.long}`, '1'] : [`--${row.long}`]))
  const { warnings, errors } = parse(words.join(' '))
  assert.deepEqual(errors, [])
  assert.equal(warnings.length, 1)
  for (const row of idle) assert.match(warnings[0]!, new RegExp(`--${row.long}\\b`))
})

test('-I has an effect, so neither the help nor a warning says otherwise', () => {
  assert.deepEqual(parse('-I').warnings, [])
  assert.match(usageText([]), /--dont-release-ipvs {2,}leave the IPVS table in place at the end$/m)
  assert.match(usageText([]), /--dump-conf {2,}log the configuration at the start; accepted without effect$/m)
})

test('a network namespace that is not entered is said clearly', () => {
  assert.match(parse('-s blue').warnings[0]!, /network namespace of the caller/)
})

test('every option of the table is understood in its long form', () => {
  for (const row of optionTable.filter(candidate => candidate.long !== 'genhash')) {
    const value = row.long === 'log-format' ? 'json' : '1'
    const { errors } = parse(row.argument === 'required' ? `--${row.long} ${value}` : `--${row.long}`)
    assert.deepEqual(errors, [], row.long)
  }
})
