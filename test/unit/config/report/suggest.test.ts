// "Did you mean": common misspellings, and near misses.
import assert from 'node:assert/strict'
import test from 'node:test'
import { editDistance, suggest } from '../../../../src/config/report/suggest.ts'

const keywords =
  `global_defs vrrp_script vrrp_instance virtual_server script interval weight rise fall user timeout init_fail router_id
  vrrp_mcast_group4 vrrp_mcast_group6 notification_email notification_email_from smtp_server smtp_connect_timeout state
  interface virtual_router_id priority advert_int authentication auth_type auth_pass virtual_ipaddress notify_master
  notify_backup notify_fault notify_stop notify track_script track_interface nopreempt preempt preempt_delay version
  delay_loop lb_algo lb_kind persistence_timeout protocol virtualhost quorum quorum_up quorum_down sorry_server
  real_server inhibit_on_failure notify_up notify_down HTTP_GET SSL_GET TCP_CHECK SMTP_CHECK MISC_CHECK connect_timeout
  connect_ip connect_port bindto bind_port url path digest status_code retry delay_before_retry warmup`.split(/\s+/)

const misspelt: readonly (readonly [word: string, meant: string | undefined])[] = [
  ['weigth', 'weight'],
  ['notify_bakcup', 'notify_backup'],
  ['router-id', 'router_id'],
  ['advert_in', 'advert_int'],
  ['virtual_route_id', 'virtual_router_id'],
  ['vrrp_mcast_grou4', 'vrrp_mcast_group4'],
  ['inhibit_no_failure', 'inhibit_on_failure'],
  ['delay_befor_retry', 'delay_before_retry'],
  ['virtual_host', 'virtualhost'],
  ['Interface', 'interface'],
  ['tcp_check', 'TCP_CHECK'],
  ['track_scripts', 'track_script'],
  ['prioroty', 'priority'],
  ['stat', 'state'],
  ['foo', undefined],
  ['eno16777736', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
]

for (const [word, meant] of misspelt) {
  test(`suggest: ${word.slice(0, 20)} means ${meant ?? 'nothing known'}`, () => {
    assert.equal(suggest(word, keywords), meant)
  })
}

test('suggest: the word itself is no suggestion', () => {
  assert.equal(suggest('weight', ['weight']), undefined)
})

test('suggest: of two equally near words the one with the same beginning wins', () => {
  assert.equal(suggest('notify_uq', ['xotify_up', 'notify_up']), 'notify_up')
})

test('suggest: distances', () => {
  const distances = [
    editDistance('', 'abc'),
    editDistance('ab', 'ba'),
    editDistance('abc', 'abc'),
    editDistance('kitten', 'sitting'),
  ]
  assert.deepEqual(distances, [3, 1, 0, 3])
})
