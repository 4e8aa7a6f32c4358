// Reads one word against the description of an argument. Pure text to value: what the value means for the configuration
// is not known here. Rules of config-syntax section 8 (numbers, decimals, booleans, junk behind digits).

import { familyOf, isMulticast, parseIp } from '../../lib/ip.ts'
import type { ProblemName } from '../report/codes.ts'
import { addressAdvice, lookAlikeAdvice } from '../report/slip.ts'
import { suggest } from '../report/suggest.ts'
import type { ArgSpec } from './args.ts'
import type { Value } from './value.ts'

/** `value` absent: not usable. `problem` may stand beside a value (rounded, junk ignored). */
interface Reading {
  readonly value?: Value
  readonly problem?: { readonly name: ProblemName; readonly message: string; readonly help: string }
}

/** Interface names of the kernel hold 15 bytes. */
const interfaceNameLengthMax = 15

/** Reads `text` as the argument that `spec` describes. */
export function readValue(spec: ArgSpec, text: string): Reading {
  switch (spec.type) {
    case 'integer':
      return readInteger(spec, text)
    case 'seconds':
      return readTime(spec, text, { unit: 'seconds', unitUs: 1_000_000 })
    case 'milliseconds':
      return readTime({ ...spec, stepUs: 1 }, text, { unit: 'milliseconds', unitUs: 1000 })
    case 'boolean':
      return readBoolean(text)
    case 'enum':
      return readEnum(spec, text)
    case 'text':
      return readText(spec, text)
    case 'pattern':
      return spec.pattern.test(text) ? { value: text } : bad(text, spec.expected)
    case 'address':
      return readAddress(spec, text)
    case 'interface':
      return text.length > interfaceNameLengthMax || text.includes('/')
        ? bad(text, `an interface name of at most ${interfaceNameLengthMax} characters`)
        : { value: text }
    case 'script':
      return { value: text }
  }
}

/** What an argument must look like, for messages: `a number from 1 to 255`. */
export function describeArg(spec: ArgSpec): string {
  switch (spec.type) {
    case 'integer':
      return `a number from ${spec.min} to ${spec.max}`
    case 'seconds':
      return `${spec.stepUs === 1_000_000 ? 'whole seconds' : 'seconds'} from ${spec.minUs / 1e6} to ${spec.maxUs / 1e6}`
    case 'milliseconds':
      return `milliseconds from ${spec.minUs / 1000} to ${spec.maxUs / 1000}`
    case 'boolean':
      return 'one of on, true, yes, off, false, no'
    case 'enum':
      return spec.words.length === 1 ? `the word ${spec.words[0]}` : `one of ${spec.words.join(', ')}`
    case 'text':
      return spec.name
    case 'pattern':
      return spec.expected
    case 'address':
      return describeAddress(spec)
    case 'interface':
      return 'the name of an interface'
    case 'script':
      return 'a command, in quotes if it has arguments'
  }
}

function readInteger(spec: ArgSpec & { type: 'integer' }, text: string): Reading {
  const named = spec.words?.[text]
  if (named !== undefined) return { value: named }
  const match = spec.anyBase === true ? /^(0[xX][0-9a-fA-F]+|\d+)(.*)$/.exec(text) : /^\s*([-+]?\d+)(.*)$/.exec(text)
  if (match === null) return bad(text, describeArg(spec))
  const digits = match[1]!
  const octal = spec.anyBase === true && /^0[0-7]+$/.test(digits)
  const number = octal ? Number.parseInt(digits, 8) : Number(digits)
  if (number < spec.min || number > spec.max) return outOfRange(text, describeArg(spec))
  const value = spec.substitute?.[0] === number ? spec.substitute[1] : number
  if (match[2] === '') return value === number ? { value } : { value, problem: substituted(text, value) }
  return trailing(text, match[2]!, spec.strict === true ? undefined : value, describeArg(spec))
}

interface Unit {
  readonly unit: string
  readonly unitUs: number
}

type TimeSpec = (ArgSpec & { type: 'seconds' }) | (ArgSpec & { type: 'milliseconds'; stepUs: number })

function readTime(spec: TimeSpec, text: string, { unit, unitUs }: Unit): Reading {
  const expected = describeArg(spec)
  const whole = spec.stepUs === unitUs
  const match = whole ? /^\s*(\d+)()(.*)$/.exec(text) : /^\s*(\d*)\.?(\d*)(.*)$/.exec(text)
  if (match === null || (match[1] === '' && match[2] === '')) return bad(text, expected)
  const exactUs = Number(`${match[1] || '0'}.${match[2] || '0'}`) * unitUs
  // A tiny margin keeps 0.0000015 from becoming 1 because of its binary form: half rounds up.
  const us = Math.floor(exactUs / spec.stepUs + 0.5 + 1e-9) * spec.stepUs
  if (us < spec.minUs || us > spec.maxUs || (us === 0 && exactUs > 0 && spec.minUs > 0))
    return outOfRange(text, expected)
  if (match[3] !== '') return trailing(text, match[3]!, us, expected)
  if (spec.type === 'seconds' && spec.substitute?.[0] === us) {
    return { value: spec.substitute[1], problem: substituted(text, spec.substitute[1] / unitUs) }
  }
  // A number cannot hold all places that a file may have, so they are counted as well.
  const placesMax = Math.round(Math.log10(unitUs / spec.stepUs))
  const isExact = whole || match[2]!.replace(/0+$/, '').length <= placesMax
  if (isExact && Math.abs(us - exactUs) < 1e-3) return { value: us }
  const message = `'${text}' has more decimal places than this setting resolves; ${us / unitUs} ${unit} is taken`
  return {
    value: us,
    problem: { name: 'rounded-value', message, help: `the resolution is ${spec.stepUs / unitUs} ${unit}` },
  }
}

function readBoolean(text: string): Reading {
  if (text === 'on' || text === 'true' || text === 'yes') return { value: true }
  if (text === 'off' || text === 'false' || text === 'no') return { value: false }
  return bad(text, 'one of on, true, yes, off, false, no; without a word it is on')
}

function readEnum(spec: ArgSpec & { type: 'enum' }, text: string): Reading {
  const found = spec.words.find(word => word === text || (spec.ignoreCase && word.toLowerCase() === text.toLowerCase()))
  if (found !== undefined) return { value: found }
  const near = suggest(text.toUpperCase(), spec.words) ?? suggest(text, spec.words)
  const refusal = bad(text, describeArg(spec))
  if (near === undefined || refusal.problem === undefined) return refusal
  return { problem: { ...refusal.problem, help: `${refusal.problem.help}; did you mean '${near}'?` } }
}

function readText(spec: ArgSpec & { type: 'text' }, text: string): Reading {
  if (spec.lengthMax === undefined || text.length <= spec.lengthMax) return { value: text }
  const value = text.slice(0, spec.lengthMax)
  const message = `'${text}' is longer than ${spec.lengthMax} characters; '${value}' is taken`
  return { value, problem: { name: 'truncated-value', message, help: `at most ${spec.lengthMax} characters count` } }
}

function readAddress(spec: ArgSpec & { type: 'address' }, text: string): Reading {
  if (spec.words?.includes(text)) return { value: text }
  const expected = describeAddress(spec)
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  const bytes = parseIp(host)
  if (bytes === undefined) return badAddress(text, expected)
  if (spec.family !== undefined && familyOf(host) !== spec.family) return bad(text, expected)
  const isShared = isMulticast(bytes) || (spec.broadcast === true && mayBeBroadcast(bytes))
  if (spec.multicast === true && !isShared) return bad(text, expected)
  if (slash >= 0 && spec.prefix === false) return bad(text, expected)
  if (slash >= 0 && spec.prefix !== true) return { value: host, problem: needlessPrefix(host, text.slice(slash)) }
  if (slash >= 0 && !isPrefixLength(text.slice(slash + 1), bytes.length * 8)) {
    return { value: host, problem: badPrefix(text, bytes.length * 8) }
  }
  return { value: text }
}

function describeAddress(spec: ArgSpec & { type: 'address' }): string {
  const family = spec.family === undefined ? 'IPv4 or IPv6' : `IPv${spec.family}`
  const kind = spec.multicast === true ? `${family} multicast address` : `${family} address`
  const broadcast = spec.broadcast === true ? ', or an IPv4 broadcast address' : ''
  const words = spec.words === undefined ? '' : `, or ${spec.words.join(', ')}`
  return `an ${kind}${spec.prefix === true ? ' with an optional /PREFIX' : ''}${broadcast}${words}`
}

/** Networks that have a broadcast address have two host bits at least; whether the interface has it is seen when it runs. */
function mayBeBroadcast(bytes: Uint8Array): boolean {
  return bytes.length === 4 && (bytes[3]! & 3) === 3 && (bytes[0]! < 224 || bytes.every(byte => byte === 255))
}

function isPrefixLength(text: string, max: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= max
}

/** keepalived cuts the prefix off without a word. */
function needlessPrefix(host: string, prefix: string): NonNullable<Reading['problem']> {
  const message = `only an address is meant here; '${prefix}' is left out`
  return { name: 'needless-prefix', message, help: `write ${host}` }
}

function badAddress(text: string, expected: string): Reading {
  const advice = lookAlikeAdvice(text) ?? addressAdvice(text)
  if (advice === undefined) return bad(text, expected)
  return { problem: { name: 'bad-value', message: `'${text}' is not valid here`, help: advice } }
}

function badPrefix(text: string, max: number): NonNullable<Reading['problem']> {
  const message = `the prefix length of ${text} is not a number from 0 to ${max}; the host prefix /${max} is taken`
  return { name: 'out-of-range', message, help: `write the prefix length of the network, as /24` }
}

function bad(text: string, expected: string): Reading {
  const help = lookAlikeAdvice(text) ?? `expected ${expected}`
  return { problem: { name: 'bad-value', message: `'${text}' is not valid here`, help } }
}

function outOfRange(text: string, expected: string): Reading {
  return { problem: { name: 'out-of-range', message: `${text} is out of range`, help: `expected ${expected}` } }
}

function substituted(text: string, value: number): NonNullable<Reading['problem']> {
  return {
    name: 'out-of-range',
    message: `${text} is not possible here; ${value} is taken`,
    help: `write ${value} or more`,
  }
}

function trailing(text: string, junk: string, value: Value | undefined, expected: string): Reading {
  const outcome = value === undefined ? 'the value is not used' : 'they are left out'
  const message = `'${text}' has characters behind the number ('${junk}'); ${outcome}`
  const noted = { name: 'trailing-characters', message, help: `expected ${expected}` } as const
  return value === undefined ? { problem: noted } : { value, problem: noted }
}
