// An example of a line, made from the description of its arguments: whatever the grammar says, the example fits.

import type { ArgSpec } from '../language/args.ts'
import type { KeywordSpec } from '../language/spec.ts'
import { readValue } from '../language/values.ts'
import { isBlock, type Topic } from './topic.ts'

/** The line (or, for a block, its first line) as it could stand in a file; an option with the line it belongs to. */
export function exampleOf(topic: Topic): string {
  const owner = topic.around.at(-1)
  if (!topic.isOption || owner === undefined) return exampleLine(topic.spec)
  const option = optionWords(topic.spec)
  const base = ownerLine(topic.around, owner)
  const comesFirst = topic.spec.alsoMatches.length > 0
  const line = [base, option].filter(part => part !== '')
  return (comesFirst ? line.reverse() : line).join(' ') + (isBlock(owner) && owner.row === undefined ? ' {' : '')
}

/** The line of a keyword without options. */
export function exampleLine(spec: KeywordSpec): string {
  if (spec.kind === 'list' && spec.args.length === 0) return `${spec.keyword} {`
  if (isBlock(spec)) return `${[spec.keyword, ...spec.args.map(arg => sampleOf(arg, undefined))].join(' ')} {`
  return [spec.keyword, ...samples(spec)].filter(word => word !== '<row>').join(' ')
}

/** What stands in front of an option: the mandatory arguments of its line only, so that the option is what one sees. */
function ownerLine(around: readonly KeywordSpec[], owner: KeywordSpec): string {
  const line = owner.row ?? owner
  const words = line.args.filter(arg => arg.optional !== true).map(arg => sampleOf(arg, line.default))
  if (line.keyword === '<row>') return words.join(' ')
  const own = [line.keyword, ...words].join(' ')
  const before = around.at(-2)
  const isInner = before !== undefined && (before.row ?? before).options.includes(owner)
  return isInner ? [ownerLine(around.slice(0, -1), before), own].filter(part => part !== '').join(' ') : own
}

function optionWords(option: KeywordSpec): string {
  return option.alsoMatches[0] ?? [option.keyword, ...samples(option)].join(' ')
}

/** The mandatory arguments; if there is none, the first optional one. */
function samples(spec: KeywordSpec): readonly string[] {
  const needed = spec.args.filter(arg => arg.optional !== true)
  const shown = needed.length > 0 ? needed : spec.args.slice(0, 1)
  return shown.map(arg => sampleOf(arg, spec.default))
}

function sampleOf(arg: ArgSpec, usual: string | undefined): string {
  if (usual !== undefined && /^\d+(\.\d+)?$/.test(usual) && isGood(arg, usual)) return usual
  const named = arg.type === 'script' ? undefined : texts[arg.name]
  if (named !== undefined && isGood(arg, named)) return named
  switch (arg.type) {
    case 'integer':
      return String(clamp(10, arg.min, arg.max))
    case 'seconds':
      return String(clamp(5_000_000, arg.minUs, arg.maxUs) / 1e6)
    case 'milliseconds':
      return String(clamp(100_000, arg.minUs, arg.maxUs) / 1e3)
    case 'boolean':
      return 'on'
    case 'enum':
      return arg.words[0]!
    case 'text':
      return arg.name.toLowerCase().split(/[^a-z0-9]/)[0] || 'text'
    case 'pattern':
      return patternSamples.find(sample => arg.pattern.test(sample)) ?? arg.name
    case 'address':
      return addressSample(arg)
    case 'interface':
      return 'eth0'
    case 'script':
      return arg.name === 'COMMAND' ? '"/usr/local/bin/event.sh --quiet"' : '"^OK"'
  }
}

/** Samples for what is called like this. */
const texts: Readonly<Record<string, string>> = {
  NAME: 'main',
  INSTANCE: 'VI_1',
  SCRIPT: 'check_web',
  PORT: '80',
  USER: 'nobody',
  GROUP: 'nogroup',
  EMAIL: 'ops@example.com',
  HOST: 'mail.example.com',
  DOMAIN: 'www.example.com',
  PATH: '/etc/keepalived/file',
  DIRECTORY: '/etc/keepalived/conf.d',
  LOGFILE: '/var/log/keepalived-check.log',
  COMMAND: 'nginx',
  INTERFACE: 'eth0',
  'NEW-INTERFACE': 'vrrp.51',
  TABLE: '100',
  SCOPE: 'link',
  DSFIELD: '0x10',
  ALGORITHM: 'cubic',
  'REALM[/REALM]': '10/20',
  'NAME|0..255': '18',
  'low|medium|high|0..255': 'high',
  'IPADDR[-LAST]': '192.0.2.10-20',
  MODE: '0077',
  INTEGER: '10',
  'MARK[/MASK]': '0x1/0xff',
  ADDRESS: 'unix:/var/agentx/master',
}

const patternSamples = [
  'mtu',
  'read',
  '/etc/keepalived/file',
  '1000-2000',
  '02:00:5e:00:01:33',
  '300ms',
  '200-299',
  '255.255.255.0',
  'd41d8cd98f00b204e9800998ecf8427e',
  '1f',
  '16/17',
  '2001:db8:1:2',
  '10',
]

function addressSample({ family, multicast, prefix }: ArgSpec & { type: 'address' }): string {
  if (multicast === true) return family === 6 ? 'ff02::12' : '224.0.0.18'
  const length = prefix === true ? (family === 6 ? '/64' : '/24') : ''
  return (family === 6 ? '2001:db8::10' : '192.0.2.10') + length
}

function isGood(arg: ArgSpec, text: string): boolean {
  const { value, problem } = readValue(arg, text)
  return value !== undefined && problem === undefined
}

function clamp(wanted: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, wanted))
}
