// What an instance or a sync group can track: the definitions (vrrp_script, vrrp_track_process, track_file, bfd_instance)
// and the lists that refer to them.

import { usPerSecond } from '../../../lib/time.ts'
import type { Arg } from '../../language/args.ts'
import {
  integer,
  interfaceName,
  ip,
  milliseconds,
  oneOf,
  optional,
  repeated,
  seconds,
  text,
} from '../../language/args.ts'
import { flag, list, row, script, toggle, value } from '../../language/spec.ts'

/** `weight N`, with `reverse` (and, where a definition can be reversed, `noreverse`) behind it. */
function weight<const W extends string>(...reversible: readonly W[]) {
  const about = 'Weight of the reference, in place of that of the definition.'
  return value('weight', [integer(-254, 254), optional(oneOf(...reversible))], about)
}

/** The option of a reference to an interface. */
const interfaceWeight = weight('reverse')

/** The option of a reference to a definition, which may be reversed already. */
export const referenceWeight = weight('reverse', 'noreverse')

/** The lists of trackers, the same in an instance and in a sync group. */
export const trackLists = {
  trackInterface: list(
    'track_interface',
    row(interfaceName, 'Weight 0 means FAULT when the link is down, otherwise priority is adjusted.', {
      default: 'weight 0',
      options: { weight: interfaceWeight },
    }),
    'Interfaces whose links influence the role.',
  ),
  trackScript: list(
    'track_script',
    row(text('SCRIPT'), 'References a vrrp_script defined earlier.', {
      default: 'weight of the vrrp_script',
      options: { weight: referenceWeight },
    }),
    'Scripts whose results influence the role.',
  ),
  trackFile: list(
    'track_file',
    row(text('FILE'), 'References a track_file defined earlier.', {
      default: 'weight of the track_file',
      options: { weight: referenceWeight },
    }),
    'Files whose contents influence the role.',
  ),
  trackProcess: list(
    'track_process',
    row(text('PROCESS'), 'References a vrrp_track_process defined earlier.', {
      default: 'weight of the vrrp_track_process',
      options: { weight: referenceWeight },
    }),
    'Process watches that influence the role.',
  ),
  trackBfd: list(
    'track_bfd',
    row(text('BFD'), 'References a bfd_instance defined earlier.', {
      default: 'weight of the bfd_instance',
      options: { weight: referenceWeight },
    }),
    'BFD sessions that influence the role.',
  ),
}

/** keepalived: 0 is reported and 1 second taken. */
function zeroIsOne(arg: Arg<number>): Arg<number> {
  return arg.type === 'seconds' ? { ...arg, substitute: [0, 1_000_000] } : arg
}

export const vrrpScript = {
  script: script('script', 'Command; unquoted further words are ignored.', {
    default: 'required',
    repeat: 'last',
    missingArgument: 'general',
  }),
  interval: value('interval', zeroIsOne(seconds(0, 4294, 1000)), 'Time between runs.', { byDefault: usPerSecond }),
  timeout: value(
    'timeout',
    zeroIsOne(seconds(0, 4294, 1000)),
    'Run time after which the script counts as failed and gets SIGTERM.',
    {
      default: 'interval',
    },
  ),
  weight: value(
    'weight',
    [integer(-254, 254), optional(oneOf('reverse'))],
    'Negative: subtracted from the priority while the script fails. Positive: added while it succeeds. 0: failure puts the instance into FAULT.',
    {
      default: '0',
      badValue: 'accepted',
    },
  ),
  rise: value('rise', integer(1, 2147483647), 'Successes needed to go up.', {
    byDefault: 1,
    badValueBecomes: 1,
  }),
  fall: value('fall', integer(1, 2147483647), 'Failures needed to go down.', {
    byDefault: 1,
    badValueBecomes: 1,
  }),
  user: value('user', [text('USER'), optional(text('GROUP'))], 'Identity of the script.', {
    default: 'script_user',
  }),
  initFail: flag('init_fail', 'Assumes failure until the first result.'),
}

export const vrrpTrackProcess = {
  process: value(
    'process',
    [text('COMMAND'), optional(repeated(text('PARAM')))],
    'Process to count; parameters switch to full command line matching.',
    { default: 'required', repeat: 'first' },
  ),
  paramMatch: value(
    'param_match',
    optional(oneOf('initial', 'partial')),
    'How parameters are compared: exact, last may be longer (initial) or first ones only (partial).',
    { default: 'exact' },
  ),
  weight: value(
    'weight',
    [integer(-254, 254), optional(oneOf('reverse'))],
    'Negative: subtracted from the priority while the quorum is missed. Positive: added while it is met. 0: a missed quorum puts the instance into FAULT.',
    {
      default: '0',
      missingArgument: 'general',
    },
  ),
  quorum: value('quorum', integer(1, 65535), 'Fewest matching processes for success.', { default: '1' }),
  quorumMax: value('quorum_max', integer(0, 65535), 'Most matching processes for success, 0 means none may run.', {
    default: 'unlimited',
  }),
  delay: value('delay', seconds(0.000001, 3600), 'Sets both delays.', { default: '0' }),
  terminateDelay: value('terminate_delay', seconds(0.000001, 3600), 'Wait before a lost quorum counts.', {
    default: '0',
  }),
  forkDelay: value('fork_delay', seconds(0.000001, 3600), 'Wait before a regained quorum counts.', { default: '0' }),
  fullCommand: flag('full_command', 'Matches /proc/PID/cmdline instead of the process name.', {
    default: 'off (on with parameters)',
  }),
}

export const trackFile = {
  file: value('file', text('PATH'), 'File to watch with inotify.', {
    default: 'required',
    missingArgument: 'general',
    repeat: 'first',
  }),
  weight: value(
    'weight',
    [integer(-254, 254), optional(oneOf('reverse'))],
    'Multiplier of the value read; 0 makes any non zero value a FAULT.',
    { default: '1', badValueBecomes: 1, missingArgument: 'general', repeat: 'first' },
  ),
  initFile: value(
    'init_file',
    [optional(integer(-2147483648, 2147483647)), optional(oneOf('overwrite'))],
    'Creates the file at start (or rewrites it with overwrite), never on reload.',
    { default: '0 when given without value', badValue: 'accepted' },
  ),
}

export const bfdInstance = {
  neighborIp: value('neighbor_ip', ip(), 'Remote end.', { default: 'required' }),
  neighbourIp: value('neighbour_ip', ip(), 'Remote end.', { default: 'required', aliasOf: 'neighbor_ip' }),
  sourceIp: value('source_ip', ip(), 'Local end; family must match.', { default: 'kernel choice' }),
  minRx: value('min_rx', milliseconds(1, 4294967), 'Fastest receive rate asked for; above 10000 only logged.', {
    byDefault: 10_000,
  }),
  minTx: value('min_tx', milliseconds(1, 4294967), 'Fastest send rate wanted; above 10000 only logged.', {
    byDefault: 10_000,
  }),
  idleTx: value('idle_tx', milliseconds(1000, 4294967), 'Send rate while the session is not up.', {
    byDefault: usPerSecond,
  }),
  multiplier: value('multiplier', integer(1, 255), 'Missed packets before down.', { byDefault: 5 }),
  passive: flag('passive', 'Waits for the peer to speak first.'),
  // keepalived: 64 for IPv6, which RFC 5881 section 5 forbids and strict neighbours drop.
  ttl: value('ttl', integer(1, 255, { strict: true }), 'TTL of sent packets.', { byDefault: 255 }),
  hoplimit: value('hoplimit', integer(1, 255, { strict: true }), 'Hop limit of sent packets.', {
    default: '255, as RFC 5881 wants (keepalived: 64)',
    aliasOf: 'ttl',
  }),
  maxHops: value('max_hops', integer(-1, 255), 'Allowed TTL loss of received packets; -1/255 disables the check.', {
    byDefault: 0,
  }),
  multihop: toggle('multihop', 'Uses UDP port 4784 instead of 3784.', { since: '2.2.8' }),
  weight: value('weight', [integer(-254, 254), optional(oneOf('reverse'))], 'Default weight for track_bfd.', {
    default: '0',
  }),
  vrrp: flag('vrrp', 'Sends session events to the VRRP child only (with checker: both).', {
    default: 'both consumers',
  }),
  checker: flag('checker', 'Sends session events to the checker child only (with vrrp: both).', {
    default: 'both consumers',
  }),
}
