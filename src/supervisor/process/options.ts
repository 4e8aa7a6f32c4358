// The command line as plain data: what keepalived's options mean here. Pure; it reads no file and prints nothing.
// Reference: keepalived(8), OPTIONS. The names are option-table.ts's, the reading getopt.ts's.

import { resolve } from 'node:path'
import { type CommandLine, readCommandLine } from './getopt.ts'
import { optionTable } from './option-table.ts'

/** What the program is asked to do. */
export type Task =
  | { readonly type: 'run' }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'signum'; readonly name: string }
  /** Become the digest tool; all words behind -T are its own. */
  | { readonly type: 'genhash'; readonly words: readonly string[] }
  | { readonly type: 'config-test'; readonly json: boolean; readonly logFile?: string }

/** Plain and without functions, so that it goes to the daemon process as JSON. All paths are absolute. */
export interface Options {
  readonly task: Task
  readonly configFile: string
  readonly configFileGiven: boolean
  /** -P: no checkers. -C: no VRRP. -B: no BFD. */
  readonly vrrp: boolean
  readonly checkers: boolean
  readonly bfd: boolean
  readonly all: boolean
  readonly logConsole: boolean
  /** How often -D was given, at most 2. */
  readonly logDetail: 0 | 1 | 2
  readonly logFacility: LogFacility
  readonly logFile?: string
  readonly logFormat: 'human' | 'json'
  readonly syslog: boolean
  /** -u; undefined: that of the configuration or 0177. */
  readonly umask?: number
  readonly releaseVips: boolean
  readonly dontReleaseVrrp: boolean
  readonly dontReleaseIpvs: boolean
  readonly dontRespawn: boolean
  readonly dontFork: boolean
  readonly dumpConf: boolean
  readonly pidFile: string
  readonly vrrpPidFile: string
  readonly checkersPidFile: string
  readonly bfdPidFile: string
  /** -e: every include check. */
  readonly allConfig: boolean
  readonly configId: string
  readonly strictKeepalived: boolean
  readonly ignoreSigint: boolean
  /** -x: everything that there is for SNMP but traps. */
  readonly snmp: boolean
  /** -A, as written; comes before `snmp_socket`. */
  readonly snmpSocket?: string
}

export type LogFacility = 'user' | 'daemon' | `local${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`

export interface Surroundings {
  readonly workingDirectory: string
  readonly hostName: string
  /** Directory of temporary files, see `temporaryDirectory`. */
  readonly temporaryDirectory: string
}

export interface ParsedOptions {
  readonly options: Options
  /** Sentences for stderr; each makes the exit status 1. */
  readonly errors: readonly string[]
  /** Sentences for stderr that change nothing. */
  readonly warnings: readonly string[]
  /** Words that belong to nothing; keepalived prints them on stdout and goes on. */
  readonly leftOver: readonly string[]
}

export const defaultConfigFile = '/etc/keepalived/keepalived.conf'
export const defaultPidFile = '/run/keepalived.pid'
export const defaultUmask = 0o177

type Draft = { -readonly [K in keyof Options]: Options[K] }
interface Notes {
  readonly errors: string[]
  readonly warnings: string[]
}

/** Reads a command line without program name and subcommand. */
export function parseOptions(args: readonly string[], surroundings: Surroundings): ParsedOptions {
  const line = readCommandLine(args, optionTable, 'genhash')
  const draft = defaults(surroundings)
  const notes: Notes = { errors: [...line.errors], warnings: [] }
  for (const given of line.given) apply(draft, canonical(given.long), given.value, surroundings, notes)
  warnAboutIdle(line, notes)
  settle(draft)
  if (draft.task.type !== 'genhash') return { options: draft, ...notes, leftOver: line.words }
  return { options: { ...draft, task: { type: 'genhash', words: line.words } }, ...notes, leftOver: [] }
}

function defaults(surroundings: Surroundings): Draft {
  return {
    task: { type: 'run' },
    configFile: defaultConfigFile,
    configFileGiven: false,
    vrrp: true,
    checkers: true,
    bfd: true,
    all: false,
    logConsole: false,
    logDetail: 0,
    logFacility: 'daemon',
    logFormat: 'human',
    syslog: true,
    releaseVips: false,
    dontReleaseVrrp: false,
    dontReleaseIpvs: false,
    dontRespawn: false,
    dontFork: false,
    dumpConf: false,
    pidFile: defaultPidFile,
    vrrpPidFile: '/run/vrrp.pid',
    checkersPidFile: '/run/checkers.pid',
    bfdPidFile: '/run/bfd.pid',
    allConfig: false,
    configId: surroundings.hostName.split('.')[0]!,
    strictKeepalived: false,
    ignoreSigint: false,
    snmp: false,
  }
}

function canonical(long: string): string {
  return optionTable.find(row => row.long === long)?.aliasOf ?? long
}

/** Options without a value first; those with one go to `applyValue`. */
function apply(draft: Draft, long: string, value: string | undefined, around: Surroundings, notes: Notes): void {
  switch (long) {
    case 'vrrp':
      draft.checkers = false
      return
    case 'check':
      draft.vrrp = false
      return
    case 'no_bfd':
      draft.bfd = false
      return
    case 'log-detail':
      draft.logDetail = draft.logDetail === 0 ? 1 : 2
      return
    case 'no-syslog':
      draft.syslog = false
      return
    case 'help':
    case 'version':
      // The first of the options that print something decides, as keepalived ends at it.
      if (draft.task.type === 'run') draft.task = { type: long }
      return
    case 'genhash':
      // Its words are only known when the whole line has been read.
      draft.task = { type: 'genhash', words: [] }
      return
    default: {
      const name = flagNames[long]
      if (name !== undefined) draft[name] = true
      else applyValue(draft, long, value ?? '', around, notes)
    }
  }
}

type FlagName = { [K in keyof Options]: Options[K] extends boolean ? K : never }[keyof Options]

const flagNames: Readonly<Record<string, FlagName>> = {
  all: 'all',
  'log-console': 'logConsole',
  'release-vips': 'releaseVips',
  'dont-release-vrrp': 'dontReleaseVrrp',
  'dont-release-ipvs': 'dontReleaseIpvs',
  'dont-respawn': 'dontRespawn',
  'dont-fork': 'dontFork',
  'dump-conf': 'dumpConf',
  'all-config': 'allConfig',
  'strict-keepalived': 'strictKeepalived',
  'ignore-sigint': 'ignoreSigint',
  snmp: 'snmp',
}

const pathNames = {
  pid: 'pidFile',
  vrrp_pid: 'vrrpPidFile',
  checkers_pid: 'checkersPidFile',
  bfd_pid: 'bfdPidFile',
} as const

function applyValue(draft: Draft, long: string, value: string, around: Surroundings, notes: Notes): void {
  const path = (text: string) => resolve(around.workingDirectory, text)
  switch (long) {
    case 'use-file':
      draft.configFile = path(value)
      draft.configFileGiven = true
      return
    case 'pid':
    case 'vrrp_pid':
    case 'checkers_pid':
    case 'bfd_pid':
      draft[pathNames[long]] = path(value)
      return
    case 'log-file':
      draft.logFile = value === '' ? resolve(around.temporaryDirectory, 'keepalived.log') : path(value)
      return
    case 'log-facility':
      draft.logFacility = facilityOf(value, notes) ?? draft.logFacility
      return
    case 'log-format':
      if (value === 'human' || value === 'json') draft.logFormat = value
      else notes.errors.push(`log format '${value}' is neither human nor json`)
      return
    case 'umask':
      applyUmask(draft, value, notes)
      return
    case 'snmp-agent-socket':
      draft.snmpSocket = value
      return
    case 'config-id':
      draft.configId = value
      return
    case 'signum':
      if (draft.task.type === 'run') draft.task = { type: 'signum', name: value }
      return
    case 'config-test':
      draft.task = configTest(value, path)
  }
}

function configTest(value: string, path: (text: string) => string): Task {
  if (value === 'json') return { type: 'config-test', json: true }
  return { type: 'config-test', json: false, ...(value === '' ? {} : { logFile: path(value) }) }
}

/** keepalived: a bad facility only prints a message. */
function facilityOf(value: string, notes: Notes): LogFacility | undefined {
  const name = /^[0-7]$/.test(value) ? `local${value}` : value
  if (/^(local[0-7]|user|daemon)$/.test(name)) return name as LogFacility
  notes.warnings.push(`log facility '${value}' is unknown and ignored`)
  return undefined
}

/** keepalived: a C-style number (0x…, 0…, decimal); a bad one is reported and ignored. */
function applyUmask(draft: Draft, value: string, notes: Notes): void {
  const mask = cNumber(value)
  if (mask !== undefined && mask <= 0o777) draft.umask = mask
  else notes.warnings.push(`umask '${value}' is not a number from 0 to 0777 and is ignored`)
}

function cNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8)
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined
}

function warnAboutIdle(line: CommandLine, notes: Notes): void {
  const idle = optionTable.filter(row => row.idle === true).map(row => row.long)
  const named = [...new Set(line.given.map(given => given.long))].filter(long => idle.includes(long))
  if (named.length === 0) return
  const names = named.map(long => `--${long}`).join(', ')
  const which = named.includes('namespace')
    ? '; in particular everything happens in the network namespace of the caller'
    : ''
  notes.warnings.push(`accepted, but without effect yet: ${names}${which}`)
}

/** -t implies no fork, no respawn and no syslog. */
function settle(draft: Draft): void {
  if (draft.task.type !== 'config-test') return
  draft.dontFork = true
  draft.dontRespawn = true
  draft.syslog = false
}
