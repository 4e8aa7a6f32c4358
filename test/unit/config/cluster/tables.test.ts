import assert from 'node:assert/strict'
import test from 'node:test'
import { renderTables, tablesAsData } from '../../../../src/config/cluster/tables.ts'
import { check, node, scripts } from './cluster.ts'

/** Without blanks at line ends, as an array of lines. */
function lines(text: string): string[] {
  return text.trimEnd().split('\n')
}

const weighted = '  track_script {\n    chk weight -60\n  }'

test('a weight that lets the other node win', () => {
  const report = check(node(`  priority 150\n${weighted}`, scripts), node('  priority 100\n  preempt_delay 30'))
  assert.deepEqual(lines(renderTables(report)), [
    'Virtual router 51 (VI_1): 10.0.0.1',
    '  node  instance  priority  advert_int  preempt     takes over after',
    '  ----  --------  --------  ----------  ----------  ----------------',
    '  a     VI_1      150       1 s         yes         3.414 s',
    '  b     VI_1      100       1 s         after 30 s  3.609 s',
    '  MASTER by priority: a, then b',
    '  a:chk  a    b    MASTER  all up again',
    '  -----  ---  ---  ------  ------------',
    '  up     150  100  a       a',
    '  down   90   100  b       a',
  ])
})

test('weight 0 and nopreempt: the address stays where it went', () => {
  const body = '  nopreempt\n  track_script {\n    chk\n  }'
  const report = check(node(`  priority 150\n${body}`, scripts), node(`  priority 100\n${body}`, scripts))
  assert.deepEqual(lines(renderTables(report)).slice(6), [
    '  a:chk  b:chk  a      b      MASTER  all up again',
    '  -----  -----  -----  -----  ------  ------------',
    '  up     up     150    100    a       a',
    '  down   up     FAULT  100    b       b',
    '  up     down   150    FAULT  a       a',
    '  down   down   FAULT  FAULT  nobody  a',
  ])
})

test('equal priorities: the higher address where it is known', () => {
  const unknown = check(node('  priority 100'), node('  priority 100'))
  assert.match(renderTables(unknown), /MASTER by priority: a or b\n {2}No track scripts\./)
  const source = (address: string) => node(`  priority 100\n  mcast_src_ip ${address}`)
  assert.match(renderTables(check(source('10.0.0.2'), source('10.0.0.3'))), /MASTER by priority: b, then a/)
})

test('a member of a sync group is held by a script of another member', () => {
  const other =
    'vrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 52\n  priority 150\n  track_script {\n    gw\n  }\n  virtual_ipaddress {\n    10.1.0.1/24\n  }\n}\n'
  const group = 'vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n'
  const report = check(node('  priority 150', scripts) + other + group, node('  priority 100'))
  assert.deepEqual(lines(renderTables(report)).slice(6, 10), [
    '  a:gw  a      b    MASTER  all up again',
    '  ----  -----  ---  ------  ------------',
    '  up    150    100  a       a',
    '  down  FAULT  100  b       a',
  ])
})

test('more than six scripts: single failures only', () => {
  const names = ['s1', 's2', 's3', 's4']
  const defined = names.map(name => `vrrp_script ${name} {\n  script /usr/bin/true\n}\n`).join('')
  const body = `  track_script {\n${names.map(name => `    ${name} weight -60\n`).join('')}  }`
  const report = check(node(`  priority 150\n${body}`, defined), node(`  priority 100\n${body}`, defined))
  assert.deepEqual(lines(renderTables(report)).slice(6), [
    '  More than six scripts: single failures only.',
    '  down     a    b    MASTER  all up again',
    '  -------  ---  ---  ------  ------------',
    '  nothing  150  100  a       a',
    ...names.map(name => `  a:${name}     90   100  b       a`),
    ...names.map(name => `  b:${name}     150  40   a       a`),
  ])
})

test('reverse weights count while the script is up', () => {
  const body = '  priority 150\n  track_script {\n    chk weight 60 reverse\n  }'
  assert.match(
    renderTables(check(node(body, scripts), node('  priority 100'))),
    / {2}up {5}90 {3}100 {2}b .*\n {2}down {3}150/,
  )
})

test('the table as data', () => {
  const report = check(node(`  priority 150\n${weighted}`, scripts), node('  priority 100'))
  assert.deepEqual(tablesAsData(report), {
    diagnostics: [],
    routers: [
      {
        family: 4,
        vrid: 51,
        nodes: [
          { node: 'a', instance: 'VI_1' },
          { node: 'b', instance: 'VI_1' },
        ],
        complete: true,
        rows: [
          { down: [], priorities: [150, 100], master: ['a'], afterwards: ['a'] },
          { down: ['a:chk'], priorities: [90, 100], master: ['b'], afterwards: ['a'] },
        ],
      },
    ],
  })
})
