// The faults that keep an instance from running, each with the object that it is about, and their words for people.
// src/workers/vrrp/core/faults.ts works out which of them an instance has.

export type FaultKind =
  | 'interface-down'
  | 'not-multicast'
  /** The configured broadcast address is not that of the interface. */
  | 'not-broadcast'
  /** Unicast without a peer, and unicast_fault_no_peer. */
  | 'no-unicast-peer'
  | 'no-source-ip'
  /** There is no socket to hear adverts by, so another MASTER would not be noticed. */
  | 'deaf'
  /** Adverts do not leave this host, so no peer would know of this MASTER. */
  | 'mute'
  | 'script-down'
  | 'script-up'
  | 'tracked-interface-down'
  | 'tracked-interface-up'
  | 'bfd'
  | 'file'
  | 'process'
  /** A script of weight 0 has no result yet. It keeps an instance from beginning and stops none that runs. */
  | 'waiting'
  /** Another member of the sync group is at fault. */
  | 'group'

export interface Fault {
  readonly kind: FaultKind
  /** The interface, script, file, session, process or group member; of deaf and mute the reason. */
  readonly of: string
}

const wordings: Readonly<Record<FaultKind, string>> = {
  'interface-down': 'interface {of} is down',
  'not-multicast': 'interface {of} has no multicast',
  'not-broadcast': 'interface {of} does not have the broadcast address',
  'no-unicast-peer': 'there is no unicast peer',
  'no-source-ip': 'interface {of} has no source address',
  deaf: 'adverts cannot be received: {of}',
  mute: 'adverts cannot be sent: {of}',
  'script-down': 'script {of} is down',
  'script-up': 'script {of} is up',
  'tracked-interface-down': 'tracked interface {of} is down',
  'tracked-interface-up': 'tracked interface {of} is up',
  bfd: 'BFD session {of}',
  file: 'track file {of}',
  process: 'process {of}',
  waiting: 'script {of} has no result yet',
  group: 'group member {of} is at fault',
}

/** The fault in words, a part of a sentence. */
export function faultText({ kind, of }: Fault): string {
  return wordings[kind].replace('{of}', () => of)
}

/** All of them in words. */
export function faultsText(faults: readonly Fault[]): string {
  return faults.map(faultText).join('; ')
}

export function isSameFault(a: Fault, b: Fault): boolean {
  return a.kind === b.kind && a.of === b.of
}
