// Every option of the command line in one row each: names, argument, help line, the field that it sets, its default and
// its meaning. The type of the options (options.ts), what getopt.ts accepts and the help text (cli/usage.ts) follow
// from the rows. Pure. Reference: keepalived(8), OPTIONS.

import { resolve } from 'node:path'
import { err, ok, type Result } from '../../lib/result.ts'
import type { ArgumentKind, OptionShape } from './getopt.ts'
import type { AliasRow, FieldRow, IdleRow, OptionRow, Refusal, Surroundings, Task, TaskRow } from './option-row.ts'

export type LogFacility = 'user' | 'daemon' | `local${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`

export const defaultConfigFile = '/etc/keepalived/keepalived.conf'
export const defaultPidFile = '/run/keepalived.pid'
export const defaultUmask = 0o177

/** `-s, --long`, `--long`, `-s, --long=NAME`, `--long[=NAME]`; the names of ours (`ours`) change no prefix of keepalived's. */
function spelled(spelling: string): OptionShape & { readonly argumentName?: string } {
  const [, short, long, optional, argumentName] = /^(?:-(.), )?--([\w-]+)(\[)?(?:=([^\]]+)\]?)?$/.exec(spelling)!
  const argument: ArgumentKind = argumentName === undefined ? 'none' : optional === undefined ? 'required' : 'optional'
  return {
    long: long!,
    argument,
    ...(short === undefined ? {} : { short }),
    ...(argumentName === undefined ? {} : { argumentName }),
  }
}

/** Names that keepalived does not have must not make its prefixes ambiguous. */
function ours<Row extends OptionRow>(row: Row): Row {
  return { ...row, wholeNameOnly: true }
}

function field<const Field extends string, T>(
  name: Field,
  spelling: string,
  help: string,
  read: FieldRow<Field, T>['read'],
  byDefault: (around: Surroundings) => T,
): FieldRow<Field, T> {
  return { kind: 'field', ...spelled(spelling), help, field: name, read, byDefault }
}

const turnsOn = <const Field extends string>(name: Field, spelling: string, help: string) =>
  field<Field, boolean>(
    name,
    spelling,
    help,
    () => ok(true),
    () => false,
  )

const turnsOff = <const Field extends string>(name: Field, spelling: string, help: string) =>
  field<Field, boolean>(
    name,
    spelling,
    help,
    () => ok(false),
    () => true,
  )

const path = <const Field extends string>(name: Field, spelling: string, help: string, byDefault: string) =>
  field<Field, string>(
    name,
    spelling,
    help,
    (value, around) => ok(absolute(value, around)),
    () => byDefault,
  )

function asks(spelling: string, help: string, task: TaskRow['task'], yields: boolean): TaskRow {
  return { kind: 'task', ...spelled(spelling), help, task, yields }
}

function alias(spelling: string, of: string): AliasRow {
  return { kind: 'alias', ...spelled(spelling), help: 'the same', of }
}

function idle(spelling: string, help: string): IdleRow {
  return { kind: 'idle', ...spelled(spelling), help }
}

/** In the order of the help text. */
export const optionTable = [
  path('configFile', '-f, --use-file=FILE', 'main configuration file', defaultConfigFile),
  turnsOff('checkers', '-P, --vrrp', 'only VRRP, no health checks'),
  ours(alias('--vrrp-only', 'vrrp')),
  turnsOff('vrrp', '-C, --check', 'only health checks, no VRRP'),
  ours(alias('--check-only', 'check')),
  turnsOff('bfd', '-B, --no_bfd', 'no BFD'),
  turnsOn('all', '--all', 'start every part, even if the configuration has nothing for it'),
  turnsOn('logConsole', '-l, --log-console', 'log to stderr too'),
  field<'logDetail', 0 | 1 | 2>('logDetail', '-D, --log-detail', 'more log lines', moreDetail, () => 0),
  field<'logFacility', LogFacility>(
    'logFacility',
    '-S, --log-facility=FACILITY',
    'syslog facility: 0-7, local0-local7, user, daemon',
    readFacility,
    () => 'daemon',
  ),
  field(
    'logFile',
    '-g, --log-file[=FILE]',
    'log to a file too (default: /var/log/keepalived.log)',
    readLogFile,
    () => undefined,
  ),
  { kind: 'always', ...spelled('--flush-log-file'), help: 'write each line at once (always so here)' },
  turnsOff('syslog', '-G, --no-syslog', 'nothing to syslog'),
  ours(
    field<'logFormat', 'human' | 'json'>(
      'logFormat',
      '--log-format=FORMAT',
      'human or json',
      readLogFormat,
      () => 'human',
    ),
  ),
  field('umask', '-u, --umask=MASK', 'umask of files that are written', readUmask, () => undefined),
  idle('-X, --release-vips', 'remove addresses found at a change of state although we did not add them'),
  turnsOn('dontReleaseVrrp', '-V, --dont-release-vrrp', 'leave addresses in place at the end'),
  turnsOn('dontReleaseIpvs', '-I, --dont-release-ipvs', 'leave the IPVS table in place at the end'),
  turnsOn('dontRespawn', '-R, --dont-respawn', 'end when the daemon process dies'),
  turnsOn('dontFork', '-n, --dont-fork', 'stay in the foreground'),
  idle('-d, --dump-conf', 'log the configuration at the start'),
  path('pidFile', '-p, --pid=FILE', 'pid file', defaultPidFile),
  path('vrrpPidFile', '-r, --vrrp_pid=FILE', 'pid file of the VRRP part', '/run/vrrp.pid'),
  path('checkersPidFile', '-c, --checkers_pid=FILE', 'pid file of the checker part', '/run/checkers.pid'),
  path('bfdPidFile', '-b, --bfd_pid=FILE', 'pid file of the BFD part', '/run/bfd.pid'),
  // Its words are only known when the whole line has been read.
  asks(
    '-T, --genhash',
    'become the digest tool; the words behind it are those of genhash(1)',
    () => ({ type: 'genhash', words: [] }),
    false,
  ),
  idle('-a, --address-monitoring', 'log every change of an address'),
  // Everything that there is for SNMP but traps.
  turnsOn('snmp', '-x, --snmp', 'be an SNMP subagent'),
  // As written; it comes before `snmp_socket` of the configuration.
  field<'snmpSocket', string | undefined>(
    'snmpSocket',
    '-A, --snmp-agent-socket=ADDRESS',
    'where the SNMP master agent listens',
    value => ok(value),
    () => undefined,
  ),
  idle('-s, --namespace=NAME', 'network namespace'),
  idle('-m, --core-dump', 'allow core dumps'),
  idle('-M, --core-dump-pattern[=PATTERN]', 'allow core dumps and name them'),
  turnsOn('allConfig', '-e, --all-config', 'turn on every check of included files'),
  field<'configId', string>(
    'configId',
    '-i, --config-id=NAME',
    'the id that @NAME conditions of the configuration match',
    value => ok(value),
    ({ hostName }) => configIdOf(hostName),
  ),
  asks(
    '--signum=NAME',
    'print the number of a signal: STOP RELOAD DATA STATS STATS_CLEAR JSON',
    name => ({ type: 'signum', name }),
    true,
  ),
  asks(
    '-t, --config-test[=LOGFILE|json]',
    'check the configuration and end; `json`: for machines, on stdout',
    configTest,
    false,
  ),
  idle('--config-fd=NUMBER', 'internal to keepalived'),
  ours(turnsOn('strictKeepalived', '--strict-keepalived', 'refuse what keepalived itself does not know')),
  turnsOn('ignoreSigint', '--ignore-sigint', 'do not end at SIGINT'),
  idle('--no-mem-check', 'of no meaning here'),
  idle('-L, --mem-check-log', 'of no meaning here'),
  idle('-O, --openssl-mem-check', 'of no meaning here'),
  idle('--perf[=WHEN]', 'profile the VRRP process'),
  idle('--debug[=LETTERS]', 'debugging output of keepalived'),
  // The first of those that print something decides, as keepalived ends at it.
  asks('-v, --version', 'print the version', () => ({ type: 'version' }), true),
  asks('-h, --help', 'print this text', () => ({ type: 'help' }), true),
] as const satisfies readonly OptionRow[]

/** keepalived: the host name up to its first dot. */
export function configIdOf(hostName: string): string {
  return hostName.split('.')[0]!
}

function absolute(value: string, { workingDirectory }: Surroundings): string {
  return resolve(workingDirectory, value)
}

function moreDetail(_value: string, _around: Surroundings, before: 0 | 1 | 2): Result<1 | 2, Refusal> {
  return ok(before === 0 ? 1 : 2)
}

function readLogFile(value: string, around: Surroundings): Result<string | undefined, Refusal> {
  return ok(value === '' ? '/var/log/keepalived.log' : absolute(value, around))
}

function readLogFormat(value: string): Result<'human' | 'json', Refusal> {
  if (value === 'human' || value === 'json') return ok(value)
  return err({ severity: 'error', text: `log format '${value}' is neither human nor json` })
}

/** keepalived: a bad facility only prints a message. */
function readFacility(value: string): Result<LogFacility, Refusal> {
  const name = /^[0-7]$/.test(value) ? `local${value}` : value
  if (/^(local[0-7]|user|daemon)$/.test(name)) return ok(name as LogFacility)
  return err({ severity: 'warning', text: `log facility '${value}' is unknown and ignored` })
}

/** keepalived: a C-style number (0x…, 0…, decimal); a bad one is reported and ignored. */
function readUmask(value: string): Result<number | undefined, Refusal> {
  const mask = cNumber(value)
  if (mask !== undefined && mask <= 0o777) return ok(mask)
  return err({ severity: 'warning', text: `umask '${value}' is not a number from 0 to 0777 and is ignored` })
}

function cNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8)
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined
}

function configTest(value: string, around: Surroundings): Task {
  if (value === 'json') return { type: 'config-test', json: true }
  return { type: 'config-test', json: false, ...(value === '' ? {} : { logFile: absolute(value, around) }) }
}
