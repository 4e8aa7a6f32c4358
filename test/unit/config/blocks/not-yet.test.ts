// What is in effect, measured: every keyword of the language is written into a configuration in which it could count, with several
// values, and has to change the model. That a check reads it and complains is not enough. Keywords of not-yet.ts must change
// nothing: one that does has come into effect and leaves the list, which may only become shorter.
import assert from 'node:assert/strict'
import test from 'node:test'
import { notYet } from '../../../../src/config/blocks/not-yet.ts'
import { allTopics, pathOf } from '../../../../src/config/explain/topic.ts'
import { loadText } from '../load-text.ts'
import { isTried, type Trial, trialsOf } from './trials.ts'

/** Goes down with each keyword that comes into effect. */
const notYetMax = 70

const sameAsAbsent = 'says what holds anyway'

/** In effect, and yet the model does not show it: why. */
const withoutTrace: Readonly<Record<string, string>> = {
  'vrrp_instance/no_virtual_ipaddress': 'takes back a complaint',
  'vrrp_instance/debug': 'has no effect in keepalived either',
  'virtual_server/hashed': 'has no effect in keepalived either',
  'virtual_server/lb_kind/nocsum': sameAsAbsent,
  'virtual_server/lvs_method/nocsum': sameAsAbsent,
  'virtual_server/sorry_server_lvs_method/nocsum': sameAsAbsent,
  'virtual_server/real_server/lvs_method/nocsum': sameAsAbsent,
  'virtual_server/real_server/HTTP_GET/url/regex_stack': 'JavaScript expressions have no stack of their own',
  'virtual_server/real_server/SSL_GET/url/regex_stack': 'JavaScript expressions have no stack of their own',
}

/** Not in effect, and yet the model changes: why that is nothing. */
const modelOnly: Readonly<Record<string, string>> = {
  'vrrp_instance/no_accept': 'SNMP tells of it; no firewall rule keeps the packets out yet',
}

test('the list of keywords without effect becomes shorter only', () => {
  assert.equal(notYet.length, notYetMax, 'write the smaller number into this test')
  const paths = new Set(allTopics().map(pathOf))
  assert.deepEqual(
    notYet.filter(path => !paths.has(path.replaceAll('/<row>', ''))),
    [],
  )
})

for (const topic of allTopics().filter(isTried)) {
  const path = pathOf(topic)
  const idle = topic.spec.state === 'parsed'
  test(`${path} ${idle ? 'changes nothing' : 'changes the model'}`, () => {
    const trials = trialsOf(topic)
    const found = trials.find(changesTheModel)
    if (idle && modelOnly[path] !== undefined) assert.ok(found)
    else if (idle) assert.equal(found, undefined, `it has an effect, so it leaves not-yet.ts: ${found?.written}`)
    else if (withoutTrace[path] === undefined) assert.ok(found, `no effect is seen: ${trials.map(each => each.line)}`)
    else assert.equal(found, undefined, `its effect is seen, so it is no exception: ${found?.written}`)
  })
}

function changesTheModel({ written, without }: Trial): boolean {
  const model = modelOf(written)
  return model !== undefined && model !== modelOf(without)
}

/** The model without places and without the record of what was written; undefined: this value stops the daemon. */
function modelOf(text: string): string | undefined {
  const left = (key: string) => key === 'place' || key === 'settings'
  const { config } = loadText(text)
  return JSON.stringify(config, (key, value: unknown) => (left(key) ? undefined : value))
}
