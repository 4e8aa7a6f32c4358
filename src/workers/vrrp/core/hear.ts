// A frame comes in: it is judged, counted and, if there is something to complain of that was not said before, logged.
// What an accepted advert means for the state is decided by from-backup.ts and from-master.ts.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { bytesEqual } from '../../../lib/bytes.ts'
import { formatIp } from '../../../lib/ip.ts'
import { count } from './counters.ts'
import type { Effect } from './effect.ts'
import type { ReceivedFrame } from './event.ts'
import type { LogFlag } from './log-flag.ts'
import { learnStyle } from './old-checksum.ts'
import { type Accepted, type Complaint, judge } from './receive.ts'
import type { BackupState, Common, MasterState } from './state.ts'
import { log } from './step.ts'

interface Heard<S> {
  readonly state: S
  readonly effects: readonly Effect[]
  /** null: rejected; only a counter and log flags differ in `state`. */
  readonly accepted: Accepted | null
}

/** Judges a frame and notes the outcome. An advert of a new MASTER makes all complaints worth repeating. */
export function hear<S extends BackupState | MasterState>(
  params: VrrpInstance,
  state: S,
  frame: ReceivedFrame,
): Heard<S> {
  const verdict = judge(params, state, frame)
  const { counters, complaints } = verdict
  const accepted = verdict.accepted ? verdict : null
  const clears = state.name === 'backup' && accepted !== null && isNewMaster(state, accepted)
  const { logged, effects } = complain(clears ? [] : state.logged, complaints, sourceText(frame))
  const heard = { ...state, logged, counters: count(state.counters, ...counters) }
  if (accepted === null) return { state: heard, effects, accepted }
  const learned = learn(params, heard, accepted)
  const ahSequence = accepted.ahSequence ?? state.ahSequence
  return { state: { ...learned.state, ahSequence }, effects: [...effects, ...learned.effects], accepted }
}

/** A unicast peer's way with checksums, told once whenever it changes. */
function learn<S extends Common>(
  params: VrrpInstance,
  state: S,
  { source, checksumStyle: style }: Accepted,
): { readonly state: S; readonly effects: readonly Effect[] } {
  const oldChecksumPeers = learnStyle(params, state.oldChecksumPeers, source, style)
  if (oldChecksumPeers === state.oldChecksumPeers) return { state, effects: [] }
  const effects = [log('info', 'peer-checksum-style', { peer: formatIp(source), style })]
  return { state: { ...state, oldChecksumPeers }, effects }
}

/** True if the last accepted advert came from somebody else, or there was none. */
export function isNewMaster(state: Common, accepted: Accepted): boolean {
  return state.lastMaster === null || !bytesEqual(state.lastMaster.source, accepted.source)
}

/** The complaints that are not yet among `logged`, as log effects, and the flags that are set from now on. */
export function complain(
  logged: readonly LogFlag[],
  complaints: readonly Complaint[],
  source: string,
): { logged: readonly LogFlag[]; effects: Effect[] } {
  const fresh = complaints.filter(complaint => !logged.includes(complaint.flag))
  if (fresh.length === 0) return { logged, effects: [] }
  const effects = fresh.map(({ flag, fields }) => log('warn', flag, { ...fields, source }))
  return { logged: [...logged, ...fresh.map(complaint => complaint.flag)], effects }
}

function sourceText(frame: ReceivedFrame): string {
  if (frame.source !== undefined) return formatIp(frame.source)
  return frame.bytes.length >= 20 ? formatIp(frame.bytes.subarray(12, 16)) : 'unknown'
}
