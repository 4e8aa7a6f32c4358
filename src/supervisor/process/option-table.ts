// Every option of the command line as a table: names, argument, help line, and whether it does something here. Read by
// getopt.ts (shapes), usage.ts (help) and options.ts (meaning). Reference: keepalived(8), OPTIONS.

import type { OptionShape } from './getopt.ts'

export interface OptionRow extends OptionShape {
  /** How the argument is called in the help text. */
  readonly argumentName?: string
  readonly help: string
  /** Accepted so that an old command line goes on working, but without effect: `options.ts` warns. */
  readonly idle?: boolean
  /** Another spelling of this option. */
  readonly aliasOf?: string
}

/** An option without argument. */
function flag(short: string, long: string, help: string, more: Partial<OptionRow> = {}): OptionRow {
  return { ...(short === '' ? {} : { short }), long, argument: 'none', help, ...more }
}

function valued(
  short: string,
  long: string,
  argumentName: string,
  help: string,
  more: Partial<OptionRow> = {},
): OptionRow {
  return { ...(short === '' ? {} : { short }), long, argument: 'required', argumentName, help, ...more }
}

const idle = { idle: true } as const
const optional = { argument: 'optional' } as const
/** Names that keepalived does not have must not make its prefixes ambiguous. */
const ours = { wholeNameOnly: true } as const

export const optionTable: readonly OptionRow[] = [
  valued('f', 'use-file', 'FILE', 'main configuration file'),
  flag('P', 'vrrp', 'only VRRP, no health checks'),
  flag('', 'vrrp-only', 'the same', { ...ours, aliasOf: 'vrrp' }),
  flag('C', 'check', 'only health checks, no VRRP'),
  flag('', 'check-only', 'the same', { ...ours, aliasOf: 'check' }),
  flag('B', 'no_bfd', 'no BFD'),
  flag('', 'all', 'start every part, even if the configuration has nothing for it'),
  flag('l', 'log-console', 'log to stderr too'),
  flag('D', 'log-detail', 'more log lines'),
  valued('S', 'log-facility', 'FACILITY', 'syslog facility: 0-7, local0-local7, user, daemon'),
  valued('g', 'log-file', 'FILE', 'log to a file too (default: keepalived.log in the temporary directory)', optional),
  flag('', 'flush-log-file', 'write each line at once (always so here)'),
  flag('G', 'no-syslog', 'nothing to syslog'),
  valued('', 'log-format', 'FORMAT', 'human or json', ours),
  valued('u', 'umask', 'MASK', 'umask of files that are written'),
  flag('X', 'release-vips', 'remove addresses found at a change of state although we did not add them', idle),
  flag('V', 'dont-release-vrrp', 'leave addresses in place at the end'),
  flag('I', 'dont-release-ipvs', 'leave the IPVS table in place at the end', idle),
  flag('R', 'dont-respawn', 'end when the daemon process dies'),
  flag('n', 'dont-fork', 'stay in the foreground'),
  flag('d', 'dump-conf', 'log the configuration at the start', idle),
  valued('p', 'pid', 'FILE', 'pid file'),
  valued('r', 'vrrp_pid', 'FILE', 'pid file of the VRRP part'),
  valued('c', 'checkers_pid', 'FILE', 'pid file of the checker part'),
  valued('b', 'bfd_pid', 'FILE', 'pid file of the BFD part'),
  flag('T', 'genhash', 'become the digest tool; the words behind it are those of genhash(1)'),
  flag('a', 'address-monitoring', 'log every change of an address', idle),
  flag('x', 'snmp', 'be an SNMP subagent'),
  valued('A', 'snmp-agent-socket', 'ADDRESS', 'where the SNMP master agent listens'),
  valued('s', 'namespace', 'NAME', 'network namespace', idle),
  flag('m', 'core-dump', 'allow core dumps', idle),
  valued('M', 'core-dump-pattern', 'PATTERN', 'allow core dumps and name them', { ...optional, ...idle }),
  flag('e', 'all-config', 'turn on every check of included files'),
  valued('i', 'config-id', 'NAME', 'the id that @NAME conditions of the configuration match'),
  valued('', 'signum', 'NAME', 'print the number of a signal: STOP RELOAD DATA STATS STATS_CLEAR JSON'),
  valued(
    't',
    'config-test',
    'LOGFILE|json',
    'check the configuration and end; `json`: for machines, on stdout',
    optional,
  ),
  valued('', 'config-fd', 'NUMBER', 'internal to keepalived', idle),
  flag('', 'strict-keepalived', 'refuse what keepalived itself does not know', ours),
  flag('', 'ignore-sigint', 'do not end at SIGINT'),
  flag('', 'no-mem-check', 'of no meaning here', idle),
  flag('L', 'mem-check-log', 'of no meaning here', idle),
  flag('O', 'openssl-mem-check', 'of no meaning here', idle),
  valued('', 'perf', 'WHEN', 'profile the VRRP process', { ...optional, ...idle }),
  valued('', 'debug', 'LETTERS', 'debugging output of keepalived', { ...optional, ...idle }),
  flag('v', 'version', 'print the version'),
  flag('h', 'help', 'print this text'),
]
