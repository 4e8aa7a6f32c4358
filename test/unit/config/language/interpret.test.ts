// Braces, unknown keywords, duplicates and arguments: config-syntax sections 3 and 10. Each row gives a text and the codes
// with line and column that it must bring, in order.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import { instanceOf, instanceText, loadText, marks, problemsOf } from '../load-text.ts'

/** A good instance of eight lines. */
const good = instanceText('')

function find(text: string, code: string): Diagnostic {
  const found = problemsOf(text).find(diagnostic => diagnostic.code === code)
  assert.ok(found, `${code} is not among ${marks(problemsOf(text)).join(', ')}`)
  return found
}

const rows: readonly (readonly [what: string, text: string, marks: readonly string[]])[] = [
  ['a good file', good, []],
  ['the brace on the next line', good.replace('A {', 'A\n{'), []],
  ['a block on one line', 'global_defs { router_id a }\n', []],
  ['an unknown keyword', 'global_defs {\n  router-id a\n}\n', ['KA1201 2:3']],
  ['an unknown block at the outermost level', 'foo {\n  bar 1\n}\n', ['KA1201 1:1', 'KA1201 2:3']],
  ['a stray closing brace', `${good}}\n`, ['KA1203 9:1']],
  ['a missing opening brace', good.replace('A {', 'A'), ['KA1204 1:1']],
  ['an unclosed block', good.slice(0, -2), ['KA1205 1:17']],
  [
    'two unclosed blocks',
    'vrrp_sync_group G {\n  group {\n    A\n',
    ['KA1362 1:1', 'KA1205 1:19', 'KA1205 2:9', 'KA1360 3:5'],
  ],
  ['a second instance of one name', good + good.replace('51', '52'), ['KA1206 9:1']],
  ['a second notify script', instanceText('notify /usr/bin/true\nnotify /usr/bin/true'), ['KA1303 4:1', 'KA1207 5:1']],
  ['a value given twice', instanceText('  priority 1\n  priority 2'), ['KA1208 5:3']],
  ['surplus words', instanceText('  priority 1 2'), ['KA1209 4:14']],
  ['a missing argument', instanceText('  priority'), ['KA1210 4:3']],
  ['a missing argument that only warns', 'global_defs {\n  router_id\n}\n', ['KA1211 2:3']],
  ['an instance without name', good.replace(' A', ''), ['KA1211 1:1']],
  ['an instance with two names', good.replace(' A', ' A B'), ['KA1211 1:17']],
  ['a keyword without effect', instanceText('  kernel_rx_buf_size 100000'), ['KA1214 4:3']],
  [
    'a keyword without effect, twice',
    instanceText('  kernel_rx_buf_size 1\n  kernel_rx_buf_size 2'),
    ['KA1214 4:3', 'KA1208 5:3'],
  ],
  ['a deprecated keyword', 'global_defs {\n  vrrp_rlimit_rtime 5\n}\n', ['KA1215 2:3']],
  ['a deprecated keyword that keepalived counts', instanceText('  linkbeat_use_polling'), ['KA1212 4:3', 'KA1214 4:3']],
  ['a word out of its list', instanceText('  state FOO'), ['KA1220 4:9']],
  ['a number out of range', instanceText('  debug 7'), ['KA1221 4:9']],
  ['a number with junk', instanceText('  garp_master_delay 5x'), ['KA1223 4:21']],
  [
    'a row of an address list that is none',
    instanceText('  virtual_ipaddress {\n    foo\n    192.0.2.1/24\n  }'),
    ['KA1220 5:5'],
  ],
]

for (const [what, text, expected] of rows) {
  test(`${what} is reported where it stands`, () => {
    assert.deepEqual(marks(problemsOf(text)), expected)
  })
}

test('a misspelt keyword is told the right one', () => {
  const pairs = [
    ['weigth', 'weight', 'vrrp_script s {\n  script /usr/bin/true\n  weigth 2\n}\n'],
    ['notify_bakcup', 'notify_backup', instanceText('  notify_bakcup /usr/bin/true')],
    ['router-id', 'router_id', 'global_defs {\n  router-id x\n}\n'],
    ['advert_in', 'advert_int', instanceText('  advert_in 1')],
    ['virtual_route_id', 'virtual_router_id', instanceText('  virtual_route_id 1')],
    ['vrrp_mcast_grou4', 'vrrp_mcast_group4', 'global_defs {\n  vrrp_mcast_grou4 224.0.0.18\n}\n'],
    ['inhibit_no_failure', 'inhibit_on_failure', 'virtual_server 10.0.0.1 80 {\n  inhibit_no_failure\n}\n'],
    ['virtual_host', 'virtualhost', 'virtual_server 10.0.0.1 80 {\n  virtual_host x\n}\n'],
    ['delay_befor_retry', 'delay_before_retry', 'virtual_server 10.0.0.1 80 {\n  delay_befor_retry 1\n}\n'],
  ] as const
  for (const [wrong, right, text] of pairs) {
    const { message, help } = find(text, 'KA1201')
    assert.match(message, new RegExp(`'${wrong}'`))
    assert.match(help ?? '', new RegExp(`did you mean '${right}'`))
  }
})

test('a keyword of another block is told where it belongs', () => {
  assert.match(find(instanceText('  auth_type PASS'), 'KA1201').help!, /belongs in authentication/)
  assert.match(find('priority 100\n', 'KA1201').help!, /belongs in vrrp_instance/)
})

test('a top block inside another one asks for the missing brace', () => {
  const text = `${good.slice(0, -2)}vrrp_script s {\n  script /usr/bin/true\n}\n`
  const found = find(text, 'KA1205')
  assert.match(found.message, /^the } of vrrp_instance A of line 1 is missing: it is still open at line \d+$/)
  assert.match(found.related![0]!.message, /'vrrp_script' belongs in the outermost level/)
})

test('an unknown block is not skipped: its contents count, and its } closes the block around it', () => {
  const text = `vrrp_instance A {\n  garp_mastr {\n    priority 7\n  }\n  interface eth0\n}\n`
  const result = loadText(text)
  assert.deepEqual(
    marks(result.diagnostics).filter(mark => mark.startsWith('KA12')),
    ['KA1201 2:3', 'KA1201 5:3', 'KA1203 6:1'],
  )
  const [unknown, late, stray] = ['KA1201 2:3', 'KA1201 5:3', 'KA1203 6:1'].map(mark =>
    result.diagnostics.find((_, i) => marks(result.diagnostics)[i] === mark),
  )
  assert.match(unknown!.help!, /not skipped/)
  assert.equal(late!.related?.[0]?.span.line, 2)
  assert.equal(stray!.related?.[0]?.span.line, 2)
})

test('the contents of an unknown block are tried at the level around it', () => {
  const body =
    '  virtual_router_id 51\n  interface eth0\n  virtual_ipaddress {\n    192.0.2.9/24\n  }\n  foo {\n    priority 7\n  '
  assert.equal(instanceOf(body).priority, 7)
})

test('a block that is never closed is an error that names the line of its brace', () => {
  const { severity, message, faultClass } = find(good.slice(0, -2), 'KA1205')
  assert.equal(severity, 'error')
  assert.equal(faultClass, 'general')
  assert.match(message, /^brace opened at line 1 is never closed/)
})

test('of a block that is not closed the indentation tells which one it is', () => {
  const text =
    'vrrp_instance A {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.0.2.9/24\n}\n'
  const { related } = find(text, 'KA1205')
  assert.match(related![0]!.message, /virtual_ipaddress that is not closed/)
  assert.equal(related![0]!.span.line, 4)
})

test('a refused block is skipped with all that is in it', () => {
  const text = `${good}vrrp_instance A {\n  foo { bar { } }\n  interface eth9\n}\nvrrp_instance B {\n  nonsense\n}\n`
  const lines = problemsOf(text).flatMap(({ code, span }) => (code.startsWith('KA12') ? [span?.line] : []))
  assert.deepEqual(lines, [9, 14])
})

test('the advice on a keyword without effect comes once and counts its uses', () => {
  const text = instanceText('  use_vmac\n  use_vmac\n  virtual_routes {\n    192.0.2.0/24 dev eth0\n  }')
  const advice = problemsOf(text).filter(({ code }) => code === 'KA1214')
  assert.deepEqual(
    advice.map(({ message }) => [message.split(' ')[0], /used \d times/.exec(message)?.[0]]),
    [
      ['vrrp_instance/use_vmac', 'used 2 times'],
      ['vrrp_instance/virtual_routes', undefined],
    ],
  )
})

test('our own words are refused under --strict-keepalived', () => {
  const text = 'global_defs {\n  smtp_server mail.example 587 user u password p starttls\n}\n'
  assert.deepEqual(marks(problemsOf(text)), [])
  assert.deepEqual(marks(problemsOf(text, { strictKeepalived: true })), ['KA1213 2:32'])
})

test('blanks that are none are taken for blanks', () => {
  const text = good.replaceAll('  ', '\u00a0 ')
  assert.deepEqual(marks(problemsOf(text)), ['KA1014 2:1'])
  assert.ok(problemsOf(text, { strictKeepalived: true }).some(({ code }) => code === 'KA1201'))
})

test('a list on one line without braces: the brace is missed, and lines that are no entries say whose they are', () => {
  const text = instanceText('  unicast_peer 10.0.0.5\n  preempt_delay 10\n  nopreempt')
  const found = problemsOf(text).filter(({ code }) => code === 'KA1204' || code === 'KA1220' || code === 'KA1209')
  assert.deepEqual(
    found.map(({ code, span, message }) => `${code} ${span?.line} ${message}`),
    [
      "KA1204 4 unicast_peer is a list but no { follows, so '10.0.0.5' is ignored and the lines below are read as its entries",
      "KA1220 5 'preempt_delay' belongs in vrrp_instance A, but unicast_peer is still open here; it is ignored",
      "KA1220 6 'nopreempt' belongs in vrrp_instance A, but unicast_peer is still open here; it is ignored",
    ],
  )
  assert.match(found[1]?.help ?? '', /^unicast_peer at line 4 has no \{/)
})

test('a list that is not closed: what follows says where it was opened', () => {
  const text = instanceText('  virtual_ipaddress {\n    192.0.2.9/24\n  priority 100')
  const found = problemsOf(text).filter(({ code }) => code === 'KA1205')
  assert.deepEqual(
    found.map(({ message }) => message),
    ['the } of virtual_ipaddress of line 4 is missing: it is still open at line 6'],
  )
})

test('a block that is not closed is named once, where it opens, and not for each line behind it', () => {
  const text = instanceText(
    '  authentication {\n    auth_type PASS\n    auth_pass 1111\n  virtual_ipaddress {\n    192.0.2.9/24\n  }',
  )
  const found = problemsOf(text).filter(({ code }) => code === 'KA1205' || code === 'KA1201')
  assert.deepEqual(
    found.map(({ code, span, message }) => [code, span?.line, message]),
    [['KA1205', 4, 'the } of authentication of line 4 is missing: it is still open at line 7']],
  )
})

test('a keyword that is merely misplaced, deeper inside, is no missing brace', () => {
  const text = instanceText('  authentication {\n    auth_type PASS\n    priority 90\n  }')
  assert.deepEqual(
    problemsOf(text)
      .filter(({ code }) => code === 'KA1205' || code === 'KA1201')
      .map(({ code, span }) => [code, span?.line]),
    [['KA1201', 6]],
  )
})

test('a misspelt option word is reported with its value, once', () => {
  const text = instanceText('  track_interface {\n    eth1 weigth 10\n  }')
  const found = problemsOf(text).filter(({ code }) => code === 'KA1216')
  assert.deepEqual(
    found.map(({ span, help }) => [span?.line, help]),
    [[5, "did you mean 'weight'?"]],
  )
})
