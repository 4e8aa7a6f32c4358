// A JSON Schema of the language: the tree of blocks, their keywords and the pattern of each keyword's arguments, for editors and
// other programs. How a configuration is written as JSON is told in docs/reference/README.md.

import { grammar } from '../blocks/keywords.ts'
import type { ArgSpec } from '../language/args.ts'
import type { KeywordSpec } from '../language/spec.ts'
import { synopsisOf, wordsFor } from './argument.ts'
import { argumentPattern, linePattern } from './argument-pattern.ts'
import { exampleLine } from './example.ts'
import { isBlock } from './topic.ts'

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/** The whole schema; blocks and keywords that are alike are described once, under `$defs`. */
export function jsonSchema(): JsonObject {
  const definitions = new Map<string, Json>()
  const properties = propertiesOf(grammar.children, '', definitions)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'keepalived.conf',
    description:
      'Made by `npm run docs` from the grammar. See docs/reference/README.md for how a file is written as JSON.',
    type: 'object',
    additionalProperties: false,
    properties,
    $defs: Object.fromEntries(definitions),
  }
}

function propertiesOf(specs: readonly KeywordSpec[], path: string, definitions: Map<string, Json>): JsonObject {
  return Object.fromEntries(specs.map(spec => [spec.keyword, schemaOf(spec, path, definitions)]))
}

function schemaOf(spec: KeywordSpec, path: string, definitions: Map<string, Json>): Json {
  if (!isBlock(spec)) return keywordSchema(spec)
  const name = path === '' ? spec.keyword : `${path}.${spec.keyword}`
  definitions.set(name, spec.row === undefined ? blockBody(spec, name, definitions) : listBody(spec.row))
  const reference: JsonObject = { $ref: `#/$defs/${name}` }
  const shape: JsonObject =
    spec.args.length + spec.options.length > 0
      ? {
          type: 'object',
          propertyNames: { pattern: linePattern(spec) },
          additionalProperties: reference,
          ...argumentNotes(spec),
        }
      : spec.row === undefined && spec.repeat === 'all'
        ? { anyOf: [reference, { type: 'array', items: reference }] }
        : reference
  return { ...notes(spec), ...shape }
}

function blockBody(spec: KeywordSpec, path: string, definitions: Map<string, Json>): JsonObject {
  return { type: 'object', additionalProperties: false, properties: propertiesOf(spec.children, path, definitions) }
}

function listBody(row: KeywordSpec): JsonObject {
  return { type: 'array', items: { ...notes(row), ...lineSchema(row) } }
}

/** Repeated keywords that all count may be an array of lines. */
function keywordSchema(spec: KeywordSpec): JsonObject {
  const line = lineSchema(spec)
  const shape = spec.repeat === 'all' ? { anyOf: [line, { type: 'array', items: line }] } : line
  return { ...notes(spec), ...shape }
}

function lineSchema(spec: KeywordSpec): JsonObject {
  const example = exampleLine(spec)
  const value = spec.keyword === '<row>' ? example : example.slice(spec.keyword.length).trim()
  const pattern = linePattern(spec)
  const examples: JsonObject = new RegExp(pattern, 'u').test(value) ? { examples: [value] } : {}
  return { type: 'string', pattern, ...examples, ...argumentNotes(spec) }
}

function argumentNotes(spec: KeywordSpec): JsonObject {
  return {
    'x-synopsis': synopsisOf(spec),
    ...(spec.args.length === 0 ? {} : { 'x-arguments': spec.args.map(argumentNote) }),
    ...(spec.options.length === 0 ? {} : { 'x-options': Object.fromEntries(spec.options.map(optionNote)) }),
  }
}

function optionNote(option: KeywordSpec): readonly [string, JsonObject] {
  return [option.keyword, { ...notes(option), pattern: linePattern(option), ...argumentNotes(option) }]
}

function argumentNote(arg: ArgSpec): JsonObject {
  return {
    name: arg.name,
    kind: arg.type,
    description: wordsFor(arg),
    pattern: `^(?:${argumentPattern(arg)})$`,
    ...(arg.optional === true ? { optional: true } : {}),
    ...(arg.repeated === true ? { repeated: true } : {}),
    ...limits(arg),
  }
}

function limits(arg: ArgSpec): JsonObject {
  switch (arg.type) {
    case 'integer':
      return {
        minimum: arg.min,
        maximum: arg.max,
        ...(arg.words === undefined ? {} : { words: Object.keys(arg.words) }),
      }
    case 'seconds':
      return { unit: 'seconds', minimum: arg.minUs / 1e6, maximum: arg.maxUs / 1e6, step: arg.stepUs / 1e6 }
    case 'milliseconds':
      return { unit: 'milliseconds', minimum: arg.minUs / 1e3, maximum: arg.maxUs / 1e3 }
    case 'enum':
      return { words: arg.words }
    case 'text':
      return arg.lengthMax === undefined ? {} : { maxLength: arg.lengthMax }
    case 'address':
      return arg.words === undefined ? {} : { words: arg.words }
    default:
      return {}
  }
}

function notes(spec: KeywordSpec): JsonObject {
  return {
    description: spec.about,
    ...(spec.deprecated === undefined ? {} : { deprecated: true, 'x-instead': spec.deprecated }),
    ...(spec.aliasOf === undefined ? {} : { 'x-alias-of': spec.aliasOf }),
    ...(spec.default === undefined ? {} : { 'x-default': spec.default }),
    ...(spec.since === undefined ? {} : { 'x-since': spec.since }),
    ...(spec.extension ? { 'x-extension': true } : {}),
    'x-state': spec.state,
  }
}
