// The JSON schema: complete, its references lead somewhere, and its patterns take what the grammar takes.

import assert from 'node:assert/strict'
import test from 'node:test'
import { grammar } from '../../../../src/config/blocks/keywords.ts'
import { argumentPattern, linePattern } from '../../../../src/config/explain/argument-pattern.ts'
import { type Json, jsonSchema } from '../../../../src/config/explain/json-schema.ts'
import { allTopics, isBlock, pathOf } from '../../../../src/config/explain/topic.ts'
import type { KeywordSpec } from '../../../../src/config/language/spec.ts'

type JsonObject = { readonly [key: string]: Json }
const schema = jsonSchema()
const definitions = schema.$defs as JsonObject

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

function everyObject(json: Json): readonly JsonObject[] {
  if (Array.isArray(json)) return json.flatMap(everyObject)
  return isObject(json) ? [json, ...Object.values(json).flatMap(everyObject)] : []
}

function findSpec(...path: readonly string[]): KeywordSpec {
  let spec: KeywordSpec = grammar
  for (const keyword of path) {
    const inner = [...spec.children, ...spec.options, ...(spec.row?.options ?? [])].find(
      each => each.keyword === keyword,
    )
    assert.ok(inner, path.join('/'))
    spec = inner
  }
  return spec
}

const matches = (spec: KeywordSpec, text: string) => new RegExp(linePattern(spec), 'u').test(text)

test('every keyword is in the schema', () => {
  const known = everyObject(schema).flatMap(each => [
    ...(isObject(each.properties) ? Object.keys(each.properties) : []),
    ...(isObject(each['x-options']) ? Object.keys(each['x-options']) : []),
  ])
  const names = new Set(known)
  for (const topic of allTopics()) assert.ok(names.has(topic.spec.keyword), pathOf(topic))
})

test('every block has a definition, and every reference leads to one', () => {
  for (const topic of allTopics()) {
    if (isBlock(topic.spec) && !topic.isOption)
      assert.ok(definitions[pathOf(topic).replaceAll('/', '.')], pathOf(topic))
  }
  for (const { $ref } of everyObject(schema)) {
    if (typeof $ref === 'string') assert.ok(definitions[$ref.replace('#/$defs/', '')], $ref)
  }
})

test('every pattern is a regular expression, and every keyword with arguments has an example that fits', () => {
  let examples = 0
  for (const each of everyObject(schema)) {
    if (typeof each.pattern !== 'string') continue
    const pattern = new RegExp(each.pattern, 'u')
    if (!Array.isArray(each.examples)) continue
    examples++
    for (const example of each.examples) assert.match(String(example), pattern)
  }
  for (const { spec } of allTopics()) {
    for (const line of [spec, spec.row].filter(each => each !== undefined)) {
      for (const arg of line.args) new RegExp(argumentPattern(arg), 'u')
    }
  }
  const lines = allTopics().filter(topic => !topic.isOption && !isBlock(topic.spec)).length
  assert.ok(examples >= lines, `${examples} examples for ${lines} keywords`)
})

test('patterns accept the forms of the language and refuse others', () => {
  const priority = findSpec('vrrp_instance', 'priority')
  assert.ok(matches(priority, '100'))
  assert.ok(matches(priority, '"100"'))
  assert.ok(!matches(priority, 'high'))
  assert.ok(!matches(priority, ''))
  assert.ok(matches(findSpec('vrrp_instance', 'smtp_alert'), ''))
  assert.ok(matches(findSpec('vrrp_instance', 'smtp_alert'), 'off'))
  assert.ok(!matches(findSpec('vrrp_instance', 'smtp_alert'), 'perhaps'))
  assert.ok(matches(findSpec('vrrp_instance', 'advert_int'), '0.25'))
  assert.ok(!matches(findSpec('vrrp_instance', 'garp_master_delay'), '0.25'))
  assert.ok(matches(findSpec('vrrp_instance', 'garp_extra_if'), 'all 10'))
  assert.ok(matches(findSpec('vrrp_instance', 'garp_extra_if'), '10'))
  assert.ok(matches(findSpec('track_file', 'init_file'), '5 overwrite'))
  assert.ok(matches(findSpec('track_file', 'init_file'), 'overwrite'))
  assert.ok(matches(findSpec('track_file', 'init_file'), ''))
  assert.ok(matches(findSpec('virtual_server', 'protocol'), 'tcp'))
  assert.ok(matches(findSpec('global_defs', 'smtp_server'), 'mail.example.com 587 user alerts starttls'))
  const row = findSpec('vrrp_instance', 'virtual_ipaddress').row!
  assert.ok(matches(row, '192.0.2.10/24 dev eth0 label eth0:1'))
  assert.ok(!matches(row, 'dev eth0'))
  assert.ok(matches(findSpec('static_routes').row!, 'blackhole 192.0.2.0/24'))
})
