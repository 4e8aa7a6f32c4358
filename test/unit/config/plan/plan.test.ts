import assert from 'node:assert/strict'
import test from 'node:test'
import type { Roles } from '../../../../src/config/plan/item.ts'
import { maskSecrets } from '../../../../src/config/plan/mask.ts'
import { planReload } from '../../../../src/config/plan/plan.ts'
import { planAsData, planText } from '../../../../src/config/plan/plan-text.ts'
import { configOf, instanceText } from '../load-text.ts'

// Not a digest, but as telling: different for different secrets and without their text.
const digest = (secret: string) => [...secret].map(character => character.charCodeAt(0)).join('.')

function plan(before: string, after: string, roles: Roles = {}) {
  const masked = (text: string) => maskSecrets(configOf(text), digest)
  return planReload(masked(before), masked(after), roles)
}

/** The lines of a plan, from `from` on. */
function lines(before: string, after: string, roles: Roles = {}): string[] {
  return planText(plan(before, after, roles))
    .trimEnd()
    .split('\n')
}

const base = instanceText('  priority 150')

test('nothing changes', () => {
  assert.deepEqual(lines(base, base), [
    'Unchanged: A. A MASTER sends an advert at once, a BACKUP restarts its master-down timer.',
    'Nothing changes.',
  ])
})

test('a default that is written out is no change', () => {
  assert.deepEqual(plan(base, instanceText('  priority 150\n  advert_int 1\n  garp_master_delay 5')).parts, [])
})

const moved = instanceText('  priority 90\n  virtual_ipaddress {\n    192.0.2.10/24\n  }')

test('a MASTER gets another address and a lower priority', () => {
  assert.deepEqual(lines(base, moved, { A: 'master' }), [
    '~ vrrp_instance A changed',
    '    priority: 150 → 90',
    '    virtual_ipaddress: 192.0.2.9/24 dev eth0 → 192.0.2.10/24 dev eth0',
    '    => VIP 192.0.2.9/24 on eth0 is removed',
    '    => VIP 192.0.2.10/24 on eth0 is added and announced',
    '    => priority 150 → 90: a node of higher priority that preempts takes the role away',
    '    => role kept: stays MASTER, sends an advert at once',
    '',
    '1 changed.',
  ])
})

test('the same for a BACKUP, and without a running daemon', () => {
  assert.deepEqual(lines(base, moved, { A: 'backup' }).slice(3, 7), [
    '    => VIP 192.0.2.9/24 on eth0 is not taken over any more',
    '    => VIP 192.0.2.10/24 on eth0 is taken over too, not held now',
    '    => priority 150 → 90: the election goes by the new value',
    '    => stays BACKUP, restarts its master-down timer (3.648 s)',
  ])
  assert.deepEqual(lines(base, moved).slice(3, 5), [
    '    => VIP 192.0.2.9/24 on eth0 is removed where it is held',
    '    => VIP 192.0.2.10/24 on eth0 is added and announced if this node is MASTER',
  ])
})

test('an instance on another interface takes its addresses along', () => {
  const after = lines(base, instanceText('  interface eth1\n  priority 150'), { A: 'master' })
  assert.ok(after.includes('    => VIP 192.0.2.9/24 on eth0 is removed'))
  assert.ok(after.includes('    => VIP 192.0.2.9/24 on eth1 is added and announced'))
  assert.ok(after.includes('    => adverts leave on eth1 instead of eth0'))
})

test('what all nodes must agree on is said', () => {
  const after = lines(base, instanceText('  priority 150\n  advert_int 2'), { A: 'backup' })
  assert.deepEqual(after.slice(1, 4), [
    '    advert_int: 1 s → 2 s',
    '    => nodes with the old advert_int do not hear this one and it does not hear them: two MASTERs until all are changed',
    '    => stays BACKUP, restarts its master-down timer (6.414 s)',
  ])
})

test('unicast peers come and go', () => {
  const peers = (...list: string[]) =>
    instanceText(`  priority 150\n  unicast_peer {\n${list.map(peer => `    ${peer}\n`).join('')}  }`)
  const effects = plan(peers('192.0.2.2'), peers('192.0.2.3'), { A: 'backup' }).parts[0]?.effects
  assert.deepEqual(effects?.slice(0, 2), [
    '192.0.2.2 gets no adverts any more: it becomes MASTER too if it hears no other node',
    'adverts go to 192.0.2.3 too; it must list this node',
  ])
})

const withPassword = (password: string) =>
  instanceText(`  priority 150\n  authentication {\n    auth_type PASS\n    auth_pass ${password}\n  }`)

test('a changed password shows as changed and is not shown', () => {
  const changed = plan(withPassword('sesame1'), withPassword('sesame2'))
  assert.match(planText(changed), /^ {4}auth_pass changes \(not shown\)$/m)
  const both = planText(changed) + JSON.stringify(planAsData(changed))
  assert.doesNotMatch(both, /sesame|hidden:/)
  assert.deepEqual(plan(withPassword('sesame1'), withPassword('sesame1')).parts, [])
})

test('a password of the mail server within its line', () => {
  const server = (password: string) =>
    `global_defs {\n  smtp_server 192.0.2.25 user me password ${password}\n}\n${base}`
  assert.deepEqual(lines(server('one1'), server('two2')).slice(0, 2), [
    '~ global_defs changed',
    '    smtp_server changes (not shown)',
  ])
  assert.deepEqual(lines(base, server('one1'))[1], '    smtp_server: (not set) → 192.0.2.25 user me password (hidden)')
})

test('no secret is left in a masked configuration', () => {
  const hmac = '  auth_hmac {\n    key 1 sesame3\n    active_key 1\n  }'
  const text =
    'global_defs {\n  smtp_server 192.0.2.25 user me password sesame1\n}\nSSL {\n  password sesame2\n}\n' +
    `${withPassword('sesame4').replace(/\}\n$/, `${hmac}\n}\n`)}`
  const masked = JSON.stringify(maskSecrets(configOf(text), digest))
  assert.doesNotMatch(masked, /sesame/)
  assert.match(masked, /hidden:/)
})

test('instances come and go', () => {
  const other = instanceText('  virtual_router_id 52\n  virtual_ipaddress {\n    192.0.2.52/24\n  }').replace(
    'A {',
    'B {',
  )
  assert.deepEqual(lines(base, base + other).slice(0, 3), [
    '+ vrrp_instance B added',
    '    => starts as BACKUP, MASTER after 3.609 s unless it hears a MASTER of higher priority',
    '    => as MASTER it holds 192.0.2.52/24 on eth0',
  ])
  assert.deepEqual(lines(base + other, base, { A: 'master', B: 'master' }).slice(0, 4), [
    '- vrrp_instance B removed',
    '    => resigns with priority 0, so a BACKUP takes over within its skew time',
    '    => VIP 192.0.2.52/24 on eth0 is removed',
    '    => FAULT is notified',
  ])
  assert.ok(lines(base + other, base, { B: 'backup' }).includes('    => is BACKUP here, so no address moves'))
})

test('a script keeps its status unless its command changes', () => {
  const tracked = instanceText('  track_script {\n    chk\n  }')
  const script = (lines: string) => `vrrp_script chk {\n${lines}\n}\n${tracked}`
  const old = script('  script /usr/bin/true\n  interval 2')
  assert.deepEqual(lines(old, script('  script /usr/bin/true\n  interval 5')).slice(0, 3), [
    '~ vrrp_script chk changed',
    '    interval: 2 → 5',
    '    => keeps its status; the new values count from the next run',
  ])
  assert.deepEqual(lines(old, script('  script /usr/bin/false\n  interval 2')).slice(0, 3), [
    '~ vrrp_script chk changed',
    '    script: /usr/bin/true → /usr/bin/false',
    '    => is started over: its status is unknown until its first result',
  ])
})

test('members of a sync group', () => {
  const pair = base + instanceText('  virtual_router_id 52').replace('A {', 'B {')
  const group = 'vrrp_sync_group G {\n  group {\n    A\n    B\n  }\n}\n'
  assert.deepEqual(lines(pair, pair + group).slice(0, 2), [
    '+ vrrp_sync_group G added',
    '    => A and B are MASTER together or not at all: a fault of one stops all',
  ])
  assert.equal(lines(pair + group, pair)[1], '    => A and B move on their own')
})

const service = (algorithm: string, ...reals: string[]) =>
  `virtual_server 192.0.2.9 80 {\n  protocol TCP\n  lb_algo ${algorithm}\n${reals.join('')}}\n`
const real = (address: string, lines = '') => `  real_server ${address} 80 {\n${lines}\n  }\n`

test('virtual and real servers', () => {
  const before = service('rr', real('10.0.0.7', '    weight 1'), real('10.0.0.8'))
  const after = service('wrr', real('10.0.0.7', '    weight 3'), real('10.0.0.9'))
  const parts = plan(before, after).parts.map(({ kind, name, change, effects }) => [kind, name, change, effects[0]])
  assert.deepEqual(parts, [
    ['virtual_server', '192.0.2.9 80 TCP', 'changed', 'the service is set anew in IPVS, connections stay'],
    ['real_server', '10.0.0.7 80 of 192.0.2.9 80 TCP', 'changed', 'the weight changes at once, connections stay'],
    ['real_server', '10.0.0.8 80 of 192.0.2.9 80 TCP', 'removed', 'is taken out of the service'],
    ['real_server', '10.0.0.9 80 of 192.0.2.9 80 TCP', 'added', 'gets connections at once'],
  ])
})

test('a service that goes takes its servers along, another protocol is another service', () => {
  const before = service('rr', real('10.0.0.7'))
  const parts = plan(before, before.replace('TCP', 'UDP')).parts.map(({ name, change }) => [name, change])
  assert.deepEqual(parts, [
    ['192.0.2.9 80 TCP', 'removed'],
    ['192.0.2.9 80 UDP', 'added'],
    ['10.0.0.7 80 of 192.0.2.9 80 UDP', 'added'],
  ])
})

test('a check is compared line by line', () => {
  const check = (timeout: string) =>
    real('10.0.0.7', `    TCP_CHECK {\n      connect_timeout ${timeout}\n      retry 2\n    }`)
  assert.equal(
    lines(service('rr', check('3')), service('rr', check('2.5')))[1],
    '    TCP_CHECK: connect_timeout 3 → connect_timeout 2.5',
  )
})

test('global settings that count at the next start only', () => {
  const defs = (line: string) => `global_defs {\n  ${line}\n}\n${base}`
  assert.deepEqual(lines(defs('vrrp_startup_delay 1'), defs('vrrp_startup_delay 5')).slice(0, 3), [
    '~ global_defs changed',
    '    vrrp_startup_delay: 1 → 5',
    '    => vrrp_startup_delay: counts at the next start of the daemon only',
  ])
})

test('other blocks as they are written', () => {
  const routes = (...rows: string[]) => `static_routes {\n${rows.map(row => `  ${row}\n`).join('')}}\n${base}`
  const before = routes('198.51.100.0/24 via 192.0.2.1', '203.0.113.0/24 via 192.0.2.1')
  const after = routes('203.0.113.0/24 via 192.0.2.2', '198.51.100.0/24 via 192.0.2.1', '192.0.2.128/25 via 192.0.2.3')
  assert.deepEqual(
    lines(before, after)
      .slice(0, 5)
      .map(line => line.replace(/ {2}\(not in effect.*/, '')),
    [
      '~ static_routes changed',
      '    rows:',
      '      - 203.0.113.0/24 via 192.0.2.1',
      '      + 203.0.113.0/24 via 192.0.2.2',
      '      + 192.0.2.128/25 via 192.0.2.3',
    ],
  )
})
