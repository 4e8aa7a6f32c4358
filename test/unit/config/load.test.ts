// Loading as a whole: verdicts compared with keepalived's, the founding example, and what holds for all files of a run.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import { configOf, instanceText, loadText, marks } from './load-text.ts'
import { verdictCases } from './report/verdict-cases.ts'

const founding = (name: string) => readFileSync(`test/fixtures/founding/${name}.conf`, 'utf8')
const foundingHost = { interfaces: ['lo', 'eno16777736'] }

for (const { name, text, testExitCode } of verdictCases) {
  test(`keepalived -t and we agree on ${name}`, () => {
    const result = loadText(text, { strictKeepalived: false })
    // Without a VRID we start and keepalived does not; both say 5.
    assert.equal(result.testExitCode, testExitCode)
    assert.equal(result.config === undefined, result.startExitCode !== 0)
  })
}

test('only what is fatal for keepalived keeps the daemon from starting', () => {
  const refused = verdictCases.filter(({ text }) => loadText(text).startExitCode !== 0).map(({ name }) => name)
  // `keepalived -n` exits with 2 for each of these, and runs with all others (measured with 2.2.7).
  assert.deepEqual(refused, [
    'router id 256',
    'router id 0',
    'router id with junk',
    'an unknown interface',
    'a missing argument',
    'two instances with one router id',
    'no interface',
    'the loopback interface',
    'no address in version 3',
    'an unknown tracked interface',
    'smtp_server without argument',
  ])
})

test('the first node of the founding example loads with advice on each slip', () => {
  const result = loadText(founding('node-70'), foundingHost)
  const shape = marks(result.diagnostics).filter(mark => !mark.startsWith('KA1014') && !mark.startsWith('KA1303'))
  assert.deepEqual(
    shape,
    ['KA1305 24:1', 'KA1201 27:9', 'KA1201 43:5', 'KA1313 42:5', 'KA1313 44:5', 'KA1307 48:5'].sort(byLine),
  )
  const helpAt = (line: number) =>
    result.diagnostics.find(({ span, code }) => span?.line === line && code === 'KA1201')?.help
  assert.equal(helpAt(27), "did you mean 'weight'?")
  assert.equal(helpAt(43), "did you mean 'notify_backup'?")
  assert.equal(result.startExitCode, 0)
})

function byLine(a: string, b: string): number {
  return Number(/ (\d+):/.exec(a)![1]) - Number(/ (\d+):/.exec(b)![1])
}

test('the first node of the founding example means what it says', () => {
  const { global, scripts, instances } = configOf(founding('node-70'), foundingHost)
  assert.equal(global.routerId, 'Centos7.pc1')
  assert.deepEqual(global.notificationEmail, ['root@localhost'])
  assert.equal(global.notificationEmailFrom, 'keepalived_admin@localhost')
  assert.deepEqual([global.smtpServer?.host, global.smtpServer?.port], ['127.0.0.1', 25])
  assert.equal(global.smtpConnectTimeoutUs, 30_000_000)
  assert.deepEqual(
    scripts.map(({ name, weight, intervalUs, command }) => [name, weight, intervalUs, command.shell, command.text]),
    [
      ['chk_down', -20, 1_000_000, true, '[ -f /etc/keepalived/down ] && exit 1 || exit 0'],
      ['chk_nginx', -20, 1_000_000, true, 'curl -s 172.16.36.70 | grep 172 &> /dev/null'],
    ],
  )
  const [instance] = instances
  assert.equal(instance?.vrid, 100)
  assert.equal(instance?.priority, 100)
  assert.equal(instance?.initialState, 'MASTER')
  assert.deepEqual(instance?.authentication, { type: 'pass', password: '99999999' })
  const address = instance?.addresses[0]
  assert.deepEqual(
    [address?.address, address?.prefix, address?.device, address?.label],
    ['172.16.36.100', 16, 'eno16777736', 'eno16777736:1'],
  )
  assert.deepEqual(
    instance?.trackedScripts.map(({ script }) => script),
    ['chk_down', 'chk_nginx'],
  )
  assert.deepEqual(instance?.trackedInterfaces, [{ interface: 'eno16777736', weight: 0, reverse: false }])
  assert.deepEqual(instance?.notify.master?.argv, ['/etc/keepalived/keepalived.sh', 'master'])
  assert.equal(instance?.notify.backup, undefined)
})

test('the second node of the founding example loads as a backup', () => {
  const [instance] = configOf(founding('node-71'), foundingHost).instances
  assert.equal(instance?.priority, 99)
  assert.equal(instance?.initialState, 'BACKUP')
})

test('the founding example without its interface names the interfaces that exist', () => {
  const { diagnostics, config, startExitCode } = loadText(founding('node-71'), { interfaces: ['lo', 'ens33'] })
  const missing = diagnostics.filter(({ code }) => code === 'KA1301')
  assert.equal(missing.length, 1)
  assert.match(missing[0]!.message, /'eno16777736'/)
  assert.match(missing[0]!.help!, /ens33/)
  // Once for the instance and once for the address.
  assert.equal(missing[0]!.related?.length, 1)
  assert.deepEqual([config, startExitCode], [undefined, 2])
})

test('an interface that use_vmac makes need not exist', () => {
  const body = '  use_vmac vmac7\n  virtual_ipaddress {\n    192.0.2.9/24 dev vmac7\n  }'
  assert.equal(loadText(instanceText(body)).startExitCode, 0)
})

test('all problems of all files come out of one run, in the order of the files', () => {
  const text = `prority 1\ninclude more.conf\n${instanceText('  prority 2')}`
  const { diagnostics } = loadText(text, { others: { 'more.conf': 'foo 1\nvrrp_instance B {\n  debug 9\n}\n' } })
  const places = diagnostics.map(({ code, span }) => `${code} ${span?.file}:${span?.line}`)
  assert.deepEqual(
    places.filter(place => /KA12/.test(place)),
    ['KA1201 main.conf:1', 'KA1201 main.conf:6', 'KA1201 more.conf:1', 'KA1221 more.conf:3'],
  )
})

test('with reload_check_config any reported problem stops the start', () => {
  const text = `global_defs {\n  reload_check_config\n}\n${instanceText('  prority 1')}`
  assert.equal(loadText(text).startExitCode, 2)
  assert.equal(loadText(text.replace('prority', 'priority')).startExitCode, 0)
})

test('a main file that is missing gives no configuration', () => {
  const result = loadText('include gone.conf\n', { allIncludeChecks: true })
  assert.deepEqual([result.config, result.startExitCode, result.testExitCode], [undefined, 6, 6])
})

test('what has no place in the model is kept as typed settings', () => {
  const config = configOf('bfd_instance b {\n  neighbor_ip 192.0.2.2\n  min_rx 50\n  passive\n}\n')
  assert.deepEqual(config.settings, [
    {
      ...setting('bfd_instance', 1, 1, ['b']),
      children: [
        setting('neighbor_ip', 2, 3, ['192.0.2.2']),
        setting('min_rx', 3, 3, [50_000]),
        setting('passive', 4, 3, []),
      ],
    },
  ])
})

function setting(keyword: string, line: number, column: number, values: readonly (string | number)[]) {
  const at = { file: 'main.conf', line, column, endColumn: column + keyword.length }
  return { keyword, name: keyword, at, values, options: [], children: [] }
}

test('the model travels through a message channel unchanged', () => {
  const config = configOf(founding('node-70'), foundingHost)
  assert.deepEqual(structuredClone(config), config)
})

test('no text makes the loader throw, and what it loads can be started', () => {
  const words = [
    'vrrp_instance',
    'A',
    'interface',
    'eth0',
    'virtual_router_id',
    '51',
    'virtual_ipaddress',
    '192.0.2.9/24',
  ]
  const others = [
    'track_script',
    'weight',
    '-20',
    'vrrp_script',
    'script',
    '"a b"',
    'global_defs',
    'foo',
    '{',
    '}',
    '\n',
  ]
  const more = [
    'virtual_routes',
    'default',
    'via',
    'nexthop',
    'encap',
    'ip',
    'dev',
    'virtual_server',
    'real_server',
    'inet',
  ]
  const text = fc.array(fc.constantFrom(...words, ...others, ...more, '\n', '{', '}'), { maxLength: 60 })
  fc.assert(
    fc.property(text, pieces => {
      const { config, startExitCode, testExitCode } = loadText(pieces.join(' '))
      assert.equal(config !== undefined, startExitCode === 0)
      if (startExitCode !== 0) assert.notEqual(testExitCode, 0)
    }),
    { numRuns: 500 },
  )
})

test('ten thousand real servers load in bounded time', () => {
  const server = (i: number) =>
    `  real_server 10.${i >> 16}.${(i >> 8) & 255}.${i & 255} 80 {\n    TCP_CHECK {\n    }\n  }\n`
  const text = `virtual_server 192.0.2.1 80 {\n  protocol TCP\n${Array.from({ length: 10_000 }, (_, i) => server(i)).join('')}}\n`
  const before = performance.now()
  assert.equal(configOf(text).lvs?.virtualServers[0]?.realServers.length, 10_000)
  // Measured 0.5 s on a quiet machine; test/differential/speed.test.ts compares with keepalived.
  assert.ok(performance.now() - before < 10_000)
})
