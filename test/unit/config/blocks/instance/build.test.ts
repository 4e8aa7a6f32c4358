// vrrp_instance to the model: defaults, limits and what excludes what (vrrp-behaviour sections 3.1, 3.7, 3.8), then scripts,
// tracking, sync groups and virtual servers.
import assert from 'node:assert/strict'
import test from 'node:test'
import { configOf, instanceOf, instanceText, loadText, marks, problemsOf } from '../../load-text.ts'

const codesOf = (text: string) => problemsOf(text).map(({ code }) => code)

test('an instance that says nothing has the defaults of keepalived', () => {
  const instance = instanceOf('')
  assert.deepEqual(instance, {
    name: 'A',
    router: 'eth0 4 51 224.0.0.18',
    place: { file: 'main.conf', line: 1 },
    family: 4,
    version: 2,
    interface: 'eth0',
    vrid: 51,
    priority: 100,
    initialState: 'BACKUP',
    advertIntervalUs: 1_000_000,
    downTimerAdverts: 3,
    preempt: true,
    preemptDelayUs: 0,
    authentication: { type: 'none' },
    multicastGroup: '224.0.0.18',
    addresses: instance.addresses,
    excludedAddresses: [],
    garp: {
      masterDelayUs: 5_000_000,
      masterRepeat: 5,
      masterRefreshUs: 0,
      masterRefreshRepeat: 1,
      lowerPrioDelayUs: 5_000_000,
      lowerPrioRepeat: 5,
    },
    lowerPrioNoAdvert: false,
    higherPrioSendAdvert: false,
    skipCheckAdvertAddresses: false,
    ownerIgnoreAdverts: false,
    v3ChecksumAsV2: false,
    strict: false,
    accept: true,
    dontTrackPrimary: false,
    promoteSecondaries: false,
    trackedScripts: [],
    trackedInterfaces: [],
    trackedObjects: [],
    notify: { notifyDeleted: false },
    smtpAlert: false,
    notifyPriorityChanges: false,
  })
})

test('virtual_router_id is 51 if it is missing, with a warning, and fatal for keepalived', () => {
  const text = instanceText('').replace('  virtual_router_id 51\n', '')
  assert.equal(configOf(text).instances[0]?.vrid, 51)
  assert.deepEqual(codesOf(text), ['KA1341'])
  assert.equal(loadText(text, { strictKeepalived: true }).startExitCode, 2)
})

test('a virtual_router_id that is none is one fatal problem', () => {
  for (const vrid of ['0', '256', 'x', '51x']) {
    const { startExitCode, diagnostics } = loadText(instanceText(`  virtual_router_id ${vrid}`))
    assert.deepEqual([startExitCode, ...marks(diagnostics)], [2, 'KA1225 3:21'])
  }
})

const intervals: readonly (readonly [version: 2 | 3, written: string, us: number, code?: string])[] = [
  [2, '1', 1_000_000],
  [2, '1.5', 2_000_000, 'KA1349'],
  [2, '1.49', 1_000_000, 'KA1349'],
  [2, '0.3', 1_000_000, 'KA1349'],
  [2, '255', 255_000_000],
  [2, '300', 1_000_000, 'KA1221'],
  [3, '0.01', 10_000],
  [3, '0.015', 20_000, 'KA1349'],
  [3, '40.95', 40_950_000],
  [3, '40.958', 40_950_000, 'KA1349'],
  [3, '100', 40_950_000, 'KA1349'],
]
for (const [version, written, us, code] of intervals) {
  test(`advert_int ${written} in version ${version} is ${us} µs`, () => {
    const body = `  version ${version}\n  advert_int ${written}`
    assert.equal(instanceOf(body).advertIntervalUs, us)
    assert.deepEqual(codesOf(instanceText(body)), code === undefined ? [] : [code])
  })
}

test('the first address decides the family, and the family the version', () => {
  const six = '  virtual_ipaddress {\n    2001:db8::1/64\n    192.0.2.1/24\n  }'
  const instance = instanceOf(six)
  assert.deepEqual([instance.family, instance.version, instance.multicastGroup], [6, 3, 'ff02::12'])
  assert.deepEqual(
    instance.addresses.map(({ address }) => address),
    ['2001:db8::1'],
  )
  assert.deepEqual(codesOf(instanceText(six)), ['KA1322'])
})

test('a source address before the first virtual address decides the family', () => {
  assert.equal(instanceOf('  mcast_src_ip 2001:db8::2\n  no_virtual_ipaddress').family, 6)
})

test('version 2 below an IPv6 address is ignored, above it is taken as keepalived does', () => {
  const address = '  virtual_ipaddress {\n    2001:db8::1/64\n  }'
  assert.equal(instanceOf(`${address}\n  version 2`).version, 3)
  assert.equal(instanceOf(`  version 2\n${address}`).version, 2)
})

const roles: readonly (readonly [body: string, priority: number, state: string, codes: readonly string[]])[] = [
  ['', 100, 'BACKUP', []],
  ['state MASTER', 255, 'MASTER', ['KA1351']],
  ['state MASTER\npriority 150', 150, 'MASTER', []],
  ['priority 255', 255, 'MASTER', []],
  ['priority 300', 100, 'BACKUP', ['KA1221']],
  ['priority 0', 100, 'BACKUP', ['KA1221']],
  ['state MASTER\npriority 150\nstrict_mode', 150, 'BACKUP', ['KA1350']],
]
for (const [body, priority, state, codes] of roles) {
  test(`'${body.replaceAll('\n', ', ')}' means priority ${priority}, start as ${state}`, () => {
    const instance = instanceOf(body)
    assert.deepEqual([instance.priority, instance.initialState], [priority, state])
    assert.deepEqual(codesOf(instanceText(body)), codes)
  })
}

const preemption: readonly (readonly [body: string, preempt: boolean, delayUs: number, codes: readonly string[]])[] = [
  ['nopreempt', false, 0, []],
  ['nopreempt\npreempt', true, 0, ['KA1208']].slice(0, 3).concat([[]]) as [string, boolean, number, string[]],
  ['state MASTER\npriority 100\nnopreempt', true, 0, ['KA1347']],
  ['priority 255\nnopreempt', true, 0, ['KA1347']],
  ['preempt_delay 2.5', true, 2_500_000, []],
  ['preempt_delay 2000', true, 0, ['KA1221']],
  ['state MASTER\npriority 100\npreempt_delay 5', true, 0, ['KA1347']],
  ['nopreempt\npreempt_delay 5', false, 0, ['KA1347']],
  ['strict_mode\npreempt_delay 5', true, 0, ['KA1347']],
]
for (const [body, preempt, delayUs, codes] of preemption) {
  test(`'${body.replaceAll('\n', ', ')}' ${preempt ? 'preempts' : 'does not preempt'} after ${delayUs} µs`, () => {
    const instance = instanceOf(body)
    assert.deepEqual([instance.preempt, instance.preemptDelayUs], [preempt, delayUs])
    assert.deepEqual(codesOf(instanceText(body)), codes)
  })
}

const pass = (type: string, secret: string) => `authentication {\n    auth_type ${type}\n    auth_pass ${secret}\n  }`
const secrets: readonly (readonly [body: string, expected: unknown, codes: readonly string[]])[] = [
  [pass('PASS', 'secret'), { type: 'pass', password: 'secret' }, []],
  [pass('PASS', '123456789'), { type: 'pass', password: '12345678' }, ['KA1224']],
  [pass('AH', 'secret'), { type: 'ah', password: 'secret' }, []],
  [pass('FOO', 'secret'), { type: 'none' }, ['KA1352', 'KA1220']],
  ['authentication {\n    auth_type PASS\n  }', { type: 'none' }, ['KA1348']],
  [`version 3\n${pass('PASS', 'secret')}`, { type: 'none' }, ['KA1348']],
  [`strict_mode\n${pass('PASS', 'secret')}`, { type: 'none' }, ['KA1348']],
]
for (const [body, expected, codes] of secrets) {
  test(`authentication from '${body.replace(/\s+/g, ' ')}'`, () => {
    assert.deepEqual(instanceOf(body).authentication, expected)
    assert.deepEqual(codesOf(instanceText(body)), codes)
  })
}

test('AH starts as BACKUP unless it owns the addresses', () => {
  const body = `state MASTER\npriority 100\n${pass('AH', 'secret')}`
  assert.equal(instanceOf(body).initialState, 'BACKUP')
  assert.deepEqual(codesOf(instanceText(body)), ['KA1347'])
})

test('an instance without addresses protects nothing, and may not be in version 3', () => {
  const empty = 'virtual_ipaddress {\n  }'
  assert.deepEqual(codesOf(instanceText(empty)), ['KA1345'])
  assert.deepEqual(codesOf(instanceText(`version 3\n${empty}`)), ['KA1346'])
  assert.deepEqual(codesOf(instanceText(`version 3\nno_virtual_ipaddress\n${empty}`)), [])
})

test('strict mode overrides what the RFC does not know', () => {
  const body =
    'down_timer_adverts 5\nhigher_prio_send_advert\ngarp_lower_prio_delay 5\naccept\nlower_prio_no_advert off'
  const strict = instanceOf(body, { before: 'global_defs {\n  vrrp_strict\n}\n' })
  assert.deepEqual(
    [strict.downTimerAdverts, strict.higherPrioSendAdvert, strict.lowerPrioNoAdvert, strict.accept],
    [3, false, true, false],
  )
  assert.deepEqual([strict.garp.lowerPrioDelayUs, strict.garp.lowerPrioRepeat], [0, 0])
  const lines = problemsOf(`global_defs {\n  vrrp_strict\n}\n${instanceText(body)}`).map(({ code }) => code)
  assert.deepEqual(lines, new Array(5).fill('KA1350'))
})

test('instances take their defaults from global_defs wherever that stands', () => {
  const globals = `global_defs {\n  vrrp_garp_master_delay 7\n  vrrp_garp_master_repeat 2\n  smtp_alert_vrrp\n  vrrp_version 3\n}\n`
  const [instance] = configOf(instanceText('garp_master_repeat 4') + globals).instances
  assert.deepEqual(
    [
      instance?.garp.masterDelayUs,
      instance?.garp.lowerPrioDelayUs,
      instance?.garp.masterRepeat,
      instance?.garp.lowerPrioRepeat,
    ],
    [7_000_000, 7_000_000, 4, 2],
  )
  assert.deepEqual([instance?.smtpAlert, instance?.version], [true, 3])
})

test('vrrp_min_garp leaves alone what was set by hand', () => {
  const before = 'global_defs {\n  vrrp_min_garp\n  vrrp_garp_master_delay 3\n}\n'
  const { garp } = instanceOf('', { before })
  assert.deepEqual([garp.masterDelayUs, garp.masterRepeat], [3_000_000, 1])
})

const up = 'vrrp_script up {\n  script /usr/bin/true\n  weight 5 reverse\n}\n'

test('a script has the defaults of keepalived', () => {
  const text = `vrrp_script up {\n  script "/usr/bin/true a 'b c'" \n}\n${instanceText('track_script {\n    up\n  }')}`
  const [script] = configOf(text).scripts
  assert.deepEqual(script, {
    name: 'up',
    command: {
      argv: ['/usr/bin/true', 'a', 'b c'],
      shell: false,
      text: "/usr/bin/true a 'b c'",
      place: { file: 'main.conf', line: 2 },
    },
    intervalUs: 1_000_000,
    timeoutUs: 1_000_000,
    weight: 0,
    reverse: false,
    rise: 1,
    fall: 1,
    initFail: false,
    place: { file: 'main.conf', line: 1 },
  })
})

test('a tracked script has the weight of its row, else that of its definition', () => {
  const track = (row: string) => instanceOf(`track_script {\n    ${row}\n  }`, { before: up }).trackedScripts[0]
  assert.deepEqual(track('up'), { script: 'up', weight: 5, reverse: true })
  assert.deepEqual(track('up weight 7'), { script: 'up', weight: 7, reverse: true })
  assert.deepEqual(track('up weight 7 noreverse'), { script: 'up', weight: 7, reverse: false })
  assert.deepEqual(track('up weight 254'), { script: 'up', weight: 253, reverse: true })
  assert.deepEqual(track('up weight 300'), { script: 'up', weight: 5, reverse: true })
})

test('a script that is defined below its user is told so, as keepalived does not see it', () => {
  const text = instanceText('track_script {\n    up\n  }') + up
  assert.match(problemsOf(text).find(({ code }) => code === 'KA1306')!.help!, /line 11; move it above/)
  assert.deepEqual(configOf(text).instances[0]?.trackedScripts, [])
})

test('a script whose command does not exist is left out, as keepalived does', () => {
  const text = up.replace('/usr/bin/true', '/gone') + instanceText('track_script {\n    up\n  }')
  assert.deepEqual(codesOf(text), ['KA1312', 'KA1306'])
  assert.deepEqual(configOf(text).scripts, [])
})

test('an interface in track_script is tracked as one; keepalived ignores it', () => {
  const body = 'track_script {\n    eth1\n  }'
  assert.deepEqual(instanceOf(body).trackedInterfaces, [{ interface: 'eth1', weight: 0, reverse: false }])
  const [warning] = problemsOf(instanceText(body))
  assert.equal(warning?.code, 'KA1307')
  assert.match(warning!.help!, /track_interface/)
  const strict = loadText(instanceText(body), { strictKeepalived: true })
  assert.deepEqual([strict.config?.instances[0]?.trackedInterfaces, strict.diagnostics[0]?.code], [[], 'KA1306'])
})

test('rows of track_interface', () => {
  const rows = 'track_interface {\n    eth1 weight -20 reverse\n    eth1\n    eth0\n  }'
  assert.deepEqual(instanceOf(rows).trackedInterfaces, [{ interface: 'eth1', weight: -20, reverse: true }])
  assert.deepEqual(codesOf(instanceText(rows)), ['KA1308', 'KA1308'])
})

test('notify scripts carry user and group', () => {
  const { notify } = instanceOf('notify_master "/usr/bin/true x" nobody nogroup\nnotify_deleted')
  assert.deepEqual(notify.master?.argv, ['/usr/bin/true', 'x'])
  assert.deepEqual([notify.master?.user, notify.master?.group], ['nobody', 'nogroup'])
  assert.equal(notify.notifyDeleted, true)
})

test('two instances with one number on one interface are fatal, on two interfaces or in two families they are not', () => {
  const other = (change: (text: string) => string) => change(instanceText('').replace(' A', ' B'))
  assert.deepEqual(codesOf(instanceText('') + other(text => text)), ['KA1343'])
  assert.deepEqual(codesOf(instanceText('') + other(text => text.replace('eth0', 'eth1'))), [])
  assert.deepEqual(codesOf(instanceText('') + other(text => text.replace('192.0.2.9/24', '2001:db8::1/64'))), [])
  assert.deepEqual(
    codesOf(instanceText('') + other(text => text.replace('  virtual_ip', '  mcast_dst_ip 224.1.1.1\n  virtual_ip'))),
    [],
  )
})

test('a sync group takes the members it can', () => {
  const group = (name: string, ...members: string[]) =>
    `vrrp_sync_group ${name} {\n  group {\n    ${members.join(' ')}\n  }\n}\n`
  const two = instanceText('') + instanceText('virtual_router_id 52').replace(' A', ' B')
  const text = group('G', 'A', 'B', 'C') + group('H', 'A') + two
  assert.deepEqual(codesOf(text), ['KA1360', 'KA1362', 'KA1361'])
  assert.deepEqual(
    configOf(text).syncGroups.map(({ name, members }) => [name, members]),
    [['G', ['A', 'B']]],
  )
})

test('the mail relay takes a login and TLS beyond keepalived', () => {
  const relay = (words: string) => configOf(`global_defs {\n  smtp_server ${words}\n}\n`).global.smtpServer
  assert.deepEqual(relay('mail.example'), { host: 'mail.example', port: 25, tls: 'opportunistic', tlsVerify: false })
  assert.deepEqual(relay('mail.example 587 user u password "a b" starttls'), {
    host: 'mail.example',
    port: 587,
    user: 'u',
    password: 'a b',
    tls: 'starttls',
    tlsVerify: true,
  })
  const login = { host: 'mail.example', port: 25, user: 'u', password: 'p' }
  assert.deepEqual(relay('mail.example user u password p'), { ...login, tls: 'starttls', tlsVerify: true })
  assert.deepEqual(relay('mail.example user u password p clear_text'), {
    ...login,
    tls: 'opportunistic',
    tlsVerify: false,
  })
  assert.deepEqual(relay('mail.example 465 tls no_verify'), {
    host: 'mail.example',
    port: 465,
    tls: 'tls',
    tlsVerify: false,
  })
})

test('defect 9: what peers can see says which router an instance is, its name does not', () => {
  const routersOf = (...bodies: readonly string[]) =>
    configOf(
      bodies.map((body, i) => instanceText(body).replace('vrrp_instance A', `vrrp_instance N${i}`)).join('\n'),
    ).instances.map(({ router }) => router)
  const [plain, other] = routersOf('', 'virtual_router_id 52')
  assert.notEqual(plain, other)
  assert.deepEqual(routersOf('priority 90\nadvert_int 2\nversion 3'), [plain])
  assert.notDeepEqual(routersOf('mcast_dst_ip 224.0.0.19'), [plain])
  const peers = ['10.0.0.2', '10.0.0.3'].map(peer => `unicast_peer {\n${peer}\n}`)
  const [first, second] = routersOf(...peers)
  assert.notEqual(first, second, 'two that differ in their peers only are told apart')
  assert.deepEqual(routersOf(peers[1]!), [first], 'another peer is no other router')
  assert.notDeepEqual(routersOf(`unicast_src_ip 10.0.0.1\n${peers[0]}`), [first])
})

test('defect 24: an instance with auth_hmac is left out rather than run open', () => {
  const hmac = 'auth_hmac {\nkey 1 sesame-open-sesame-open-sesame\nactive_key 1\n}'
  assert.deepEqual(configOf(instanceText(hmac)).instances, [])
  const problem = problemsOf(instanceText(hmac)).find(({ code }) => code === 'KA1353')
  assert.equal(problem?.severity, 'error')
  assert.deepEqual(
    codesOf(instanceText('')).filter(code => code === 'KA1353'),
    [],
  )
})
