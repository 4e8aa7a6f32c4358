// The named events of the log as sentences for people. A few have keepalived's wording, because operators and their tools look
// for it. `{field}` is replaced, `{-field}` is left out; fields that a sentence does not name are put behind it. Pure.

/** Fields of a log event; values that are not texts, numbers or booleans are shown as JSON. */
export type Fields = Readonly<Record<string, unknown>>

const sentences: Readonly<Record<string, string>> = {
  // The process.
  starting: 'Starting keepalived-ts {version}',
  stopping: 'Stopping',
  stopped: 'Stopped',
  'start-failed': 'Cannot start: {reason}',
  'stop-failed': 'Could not stop in good order: {reason}',
  fatal: 'Cannot go on: {reason}',
  'daemon-crashed': 'The daemon process fails: {reason}',
  'not-permitted':
    'Not permitted: this process lacks {capabilities}; run it as root or give it the capabilities (setpriv, systemd)',
  'already-running': 'keepalived-ts is running already with process id {pid}',
  'pid-file-taken': 'The pid file {path} is held by process {holder}',
  'pid-file-unlocked': 'flock(1) is missing, so two starts at the same moment are not told apart',
  'pid-file-failed': 'The pid file {path} cannot be used: {reason}',
  'option-idle': '{text}',
  'config-problem': '{text}',
  'signal-received': 'Received {signal}',
  'real-time-signals-unavailable': 'This Node.js cannot receive real-time signals; use `keepalived-ts signal` instead',
  'reload-started': 'Reloading {file}',
  'reload-done': 'Reloaded',
  'reload-refused': 'Reload refused, the old configuration stays in use: {file}',
  'reload-fixed': 'Reload refused, {keyword} cannot change while the daemon runs: {before} to {after}; restart it',
  'reload-failed': 'Reload failed, the old configuration stays in use: {reason}',
  'dump-written': 'Wrote {path}',
  'dump-failed': 'Cannot write {file}: {reason}',
  'no-realtime': 'No permission for real-time priority {priority}; adverts may be late on a busy machine',
  'no-memory-lock': 'No permission to lock memory; adverts may be late when memory is short',
  // The watchdog.
  'watchdog-spawned': 'Started the daemon process with process id {pid}',
  'watchdog-restart': 'The daemon process died ({cause}), starting it again in {delayMs} ms',
  'watchdog-kill': 'Killing the daemon process: {reason}',
  'watchdog-gave-up': 'The daemon process is not started again ({cause}); ending with status {status}',
  'watchdog-lost': 'The watchdog process is gone, stepping down',
  'watchdog-message-unknown': 'The daemon process said something that is not understood',
  'addresses-removed': 'Removed {count} addresses that the daemon process had left',
  'addresses-remove-failed': 'Cannot remove the addresses that the daemon process had left: {reason}',
  'systemd-notify-failed': 'systemd cannot be told {message}: {reason}',
  // The log itself.
  'log-flood': '… {count} more in the last {seconds} s: {what}',
  'log-lines-lost': '{count} log lines were lost because the {sink} is slow',
  // The control socket.
  'control-failed': 'The control socket {path} fails: {reason}',
  'control-refused': 'A request on the control socket is refused: {reason}',
  // Workers.
  'worker-restart': 'The {worker} worker died ({reason}), starting it again in {delayMs} ms',
  'worker-back': 'The {worker} worker is back after {backAfterMs} ms',
  'worker-spare-died': 'The spare {worker} worker died ({reason})',
  'thread-setting-refused': 'The kernel refuses the {worker} worker {setting}: CAP_SYS_NICE, or such a CPU, is missing',
  'thread-demoted': 'The {worker} worker used {us} µs of CPU without a pause at real-time priority; it goes on without',
  'realtime-overrun': 'A thread of ours used {us} µs of CPU without a pause at real-time priority',
  'worker-gave-up': 'Giving up on the {worker} worker ({reason})',
  // VRRP. keepalived: the wording of state changes and priorities.
  'became-master': '({instance}) Entering MASTER STATE{-priority}',
  'became-backup': '({instance}) Entering BACKUP STATE{-priority}',
  'became-fault': '({instance}) Entering FAULT STATE',
  'priority-changed': '({instance}) Changing effective priority from {from} to {to}',
  'role-inherited': '({instance}) Going on as {state} in place of a daemon process that died',
  'stepped-down': '({instance}) Stepped down: {reason}',
  outranked: '({instance}) Master received advert from {source} with higher priority {priority}',
  'waiting-for-scripts': '({instance}) Waiting for the first result of its scripts',
  'woke-up-late': '({instance}) Woke up {lateUs} us late, listening before taking over',
  'listening-after-pause': '({instance}) Was paused for {silentUs} us, listening before speaking',
  'advert-version-wrong': '({instance}) Advert of wrong version {version}',
  'advert-ttl-wrong': '({instance}) Advert with TTL {ttl} instead of 255',
  'advert-peer-ttl-wrong': '({instance}) Advert of peer {source} with TTL {ttl}, allowed are {least} to {most}',
  'advert-source-unknown': '({instance}) Advert from {source}, which is no unicast peer',
  'peer-checksum-style': '({instance}) Unicast peer {peer} uses the {style} form of checksum',
  'advert-length-wrong': '({instance}) Advert of wrong length {length}',
  'advert-checksum-wrong': '({instance}) Advert with wrong checksum',
  'advert-password-wrong': '({instance}) Advert with wrong password',
  'advert-ah-wrong': '({instance}) Advert with wrong authentication header: {reason}',
  'advert-auth-type-mismatch': '({instance}) Advert with authentication type {authType} instead of {expected}',
  'advert-interval-rejected': '({instance}) Advert with interval {intervalUs} us instead of {expectedUs} us, dropped',
  'advert-address-count-differs': '({instance}) Advert with another number of addresses',
  'advert-lower-priority': '({instance}) Advert with lower priority',
  'advert-same-source': '({instance}) Advert with our own address as source',
  'advert-other-owner': '({instance}) Another node claims to own the addresses (priority 255)',
  'owner-gives-way': '({instance}) Giving way to another owner of the addresses',
  'address-restored': '({instance}) Put back address {address} that somebody else removed',
  'address-restore-failed': '({instance}) Cannot put back address {address}: {reason}',
  'address-add-failed': '({instance}) Cannot add address {address}: {reason}',
  'address-remove-failed': '({instance}) Cannot remove address {address}: {reason}',
  'announce-failed': '({instance}) Cannot announce {address} on {interface}: {reason}',
  'vrrp-socket-failed': 'Cannot open the VRRP socket {socket}: {reason}',
  'sysctl-failed': 'Cannot set {path}: {reason}',
  'netlink-failed': 'Netlink fails: {reason}',
  'effect-failed': '({instance}) {reason}',
  'process-quorum-gained': 'Quorum gained for tracked process {process}',
  'process-quorum-lost': 'Quorum lost for tracked process {process}',
  'process-events-missing': 'The kernel does not tell of processes ({reason}); looking into /proc each second instead',
  'process-events-failed': 'Listening for processes fails: {reason}',
  'process-events-flood': 'Too many processes come and go; looking into /proc in {seconds} s instead',
  // BFD. keepalived: the wording of states and of the expiry.
  'bfd-up': '({session}) Entering Up state',
  'bfd-init': '({session}) Entering Init state',
  'bfd-down': '({session}) Entering {state} state (Local diagnostic - {local}, Remote diagnostic - {remote})',
  'bfd-expired': '({session}) Expired after {ms} ms',
  'bfd-rejected': '({session}) Packet from {source} with hop limit {hops} not accepted: {reason}',
  'bfd-send-failed': '({session}) Cannot send to {neighbor}: {error}',
  'bfd-send-recovered': '({session}) Can send to {neighbor} again',
  'bfd-socket-failed': 'Cannot open the BFD socket {socket}, trying again: {reason}',
  // Scripts and notification.
  'script-up': 'VRRP_Script({script}) succeeded',
  'script-down': 'VRRP_Script({script}) failed ({result})',
  'script-result': 'Script {script} now returns: {result}',
  'script-skipped': 'Script {script} was not run: {reason}',
  'script-unkillable': 'Script process {pid} does not die after {attempts} attempts',
  'script-signal-failed': 'Cannot send {signal} to script process {pid}: {error}',
  'script-user-default': 'Scripts run as {user} (user id {uid}) where no other user is named',
  'notify-unknown': '({name}) Nobody is to be told of {state}: it is not in the configuration',
  'notify-script-failed': '({name}) Notify script for {state} failed ({result}): {command}',
  'notify-dropped': '({name}) Notify for {state} dropped, too many are waiting ({dropped} dropped so far)',
  'notify-killed': '({name}) Notify script was still running at the end and was killed',
  'fifo-failed': 'Cannot use the FIFO {path}: {reason}',
  'fifo-line-lost': 'Nobody reads the FIFO {path}, lines are lost: {reason}',
  'fifo-recovered': 'The FIFO {path} is read again, {lost} lines were lost',
  'fifo-reader-ended': 'The reader of the FIFO {path} {result}; starting it again in {delayMs} ms: {command}',
  'fifo-replaced': 'The FIFO {path} was replaced by somebody else',
  'mail-sent': 'Mail sent: {subject}',
  'mail-refused': 'The mail server refused "{subject}": {reason}',
  'mail-put-off': 'Mail "{subject}" has to wait: {reason}',
  'mail-dropped': 'Mail "{subject}" dropped: {reason}',
  'mail-recipients-refused': 'The mail server refused recipients of "{subject}": {recipients}',
  'mail-server-failed': 'The mail server cannot be reached, {waiting} mails wait: {reason}',
  'mail-server-recovered': 'The mail server can be reached again after {failures} failures',
  'mail-left-behind': '{mails} mails could not be sent before the end',
  // SNMP.
  'snmp-connected': 'Connected to the SNMP master agent at {address}',
  'snmp-disconnected': 'No connection to the SNMP master agent at {address}: {reason}; trying again',
  'snmp-address-bad': 'The address {address} of the SNMP master agent is neither unix:PATH nor tcp:HOST:PORT; no SNMP',
  'snmp-refused': 'The SNMP master agent refused: {what}, error {error}',
  'snmp-statistics-failed': 'Cannot read statistics for SNMP: {reason}',
  'snmp-answer-failed': 'Cannot answer a {request} of the SNMP master agent: {reason}',
  'snmp-changed': 'Changed by SNMP until the next reload: {type} from {before} to {value}',
  // Health checks and IPVS.
  'check-succeeded': 'Check {checker} succeeded',
  'check-failed': 'Check {checker} failed: {reason}',
  'check-attempt-failed': 'Check {checker} failed, attempt {attempt} of {retry}: {reason}',
  'check-skipped': 'Check {checker} was not run: {reason}',
  'bfd-check-up': 'BFD check of [{session}] RS({server}) is UP',
  'bfd-check-down': 'BFD check of [{session}] RS({server}) is DOWN',
  'server-up': 'Adding service {server} to VS {virtualServer}',
  'server-down': 'Removing service {server} from VS {virtualServer}',
  'weight-changed': 'Changing weight from {from} to {to} for service {server} of VS {virtualServer}',
  'checkers-suspended': '{suspended} of {of} checks are suspended',
  'server-draining': 'Service {server} left VS {virtualServer}; its connections have {seconds} s to end',
  'server-drained': 'Service {server} of VS {virtualServer} is removed; {connections} connections were left on it',
  'ipvs-drifted': 'Somebody else changed IPVS service {service}; {commands} commands put it right',
  'nft-failed': 'Cannot set up the nftables table {table} of nftables_ipvs: {reason}; {help}',
  'receive-buffer-failed': 'Cannot set the receive buffer of the netlink monitor: {reason}',
  'ipvs-refused': 'The kernel refused {op} for {service}: {detail} {error}{-errno}',
  'ipvs-dump-failed': 'Cannot read the IPVS table of the kernel: {reason}',
  'ipvs-released-without-worker': 'Removing {services} virtual servers, although the ipvs worker is away',
  'ipvs-missing': 'No load balancing: {reason}; {help}',
  'ipvs-unusable': 'No load balancing: {reason}',
  'ipvs-flush-failed': 'Cannot empty the IPVS table, error {errno}',
  'ipvs-timeouts-failed': 'Cannot set the IPVS timeouts: {reason}',
  'ipvs-socket-failed': 'The IPVS socket fails: {reason}',
  'sync-daemon-started': 'Started the IPVS sync daemon as {role} on {interface}, id {syncId}',
  'sync-daemon-failed': 'Cannot start the IPVS sync daemon as {role} on {interface}: {reason}',
  'sync-daemon-stop-failed': 'Cannot stop the IPVS sync daemon as {role}: {reason}',
  'ping-group-range-widened': 'Allowed ping sockets for PING_CHECK (before: {before})',
  'ping-group-range-failed': 'Cannot allow ping sockets for PING_CHECK: {reason}',
  'ping-group-range-not-restored': 'Cannot take back the permission for ping sockets: {reason}',
  'track-file-value': 'Track file {file} now says {value}',
  'track-file-value-wrong': 'Track file {file} ({path}) says a number that does not fit into 32 bits, which is ignored',
  'track-file-unwatched': 'Cannot follow the track files in {directory}: {reason}; trying again each second',
  'track-file-not-written': 'Cannot write the track file {name} ({path}): {reason}',
  'quorum-gained': 'Gained quorum for VS {virtualServer}: {detail}',
  'quorum-lost': 'Lost quorum for VS {virtualServer}: {detail}',
}

/** An event as one sentence. Events that the table does not know are spelled out. */
export function sentenceOf(event: string, fields: Fields): string {
  const template = sentences[event] ?? spelledOut(event, fields)
  const named = new Set<string>()
  const sentence = template.replace(/\{(-?)(\w+)\}/g, (_, hidden: string, name: string) => {
    named.add(name)
    return hidden === '' ? shown(fields[name]) : ''
  })
  const rest = Object.entries(fields).filter(([name, value]) => !named.has(name) && value !== undefined)
  if (rest.length === 0) return sentence
  return `${sentence} (${rest.map(([name, value]) => `${name} ${shown(value)}`).join(', ')})`
}

/** Has the event a sentence of its own? For the test that keeps the table complete. */
export function hasSentence(event: string): boolean {
  return Object.hasOwn(sentences, event)
}

function spelledOut(event: string, fields: Fields): string {
  const words = event.replaceAll('-', ' ')
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  return fields.instance === undefined ? sentence : `({instance}) ${sentence}`
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.message
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value ?? '?')
}
