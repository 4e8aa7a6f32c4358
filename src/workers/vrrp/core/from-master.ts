// MASTER: adverts sent in time, and what those of others do. RFC 3768 section 6.4.3, RFC 9568 section 6.4.3. Only an
// advert that is really sent restarts the advert timer, so that no flood of foreign packets can silence a MASTER.

import type { VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { compareIp, formatIp } from '../../../lib/ip.ts'
import type { Instant } from '../../../lib/time.ts'
import { afterSending, becomeBackup } from './become.ts'
import type { Effect } from './effect.ts'
import type { ReceivedFrame } from './event.ts'
import { learnedIntervalUs } from './from-backup.ts'
import { announceBlock, dueGarp, garpAfterLowerPriority } from './garp.ts'
import { complain, hear } from './hear.ts'
import type { Accepted, Complaint } from './receive.ts'
import { challenge, giveWay, rogueSeesAdvert } from './rogue-owner.ts'
import type { MasterState } from './state.ts'
import { and, log, type Step, stay } from './step.ts'
import { masterDownUs, ownerPriority } from './timers.ts'

/** The advert and the announcements that are due. */
export function masterTimer(params: VrrpInstance, state: MasterState, now: Instant): Step {
  const { repeat, timers } = dueGarp(params.garp, state.garp, now)
  const effects = announceBlock(repeat)
  const remaining = { ...state, garp: timers }
  if (now < state.advertAt) return { state: remaining, effects }
  // Late by less than an interval: the next advert is in time again, the rhythm does not drift.
  const rhythmAt = state.advertAt + params.advertIntervalUs
  const advertAt = rhythmAt > now ? rhythmAt : now + params.advertIntervalUs
  const sent = sendAdvert(params, remaining, now)
  const rogue = rogueSeesAdvert(params, state.rogue, now)
  return and({ state: { ...sent.state, advertAt, rogue }, effects: sent.effects }, ...effects)
}

/** An advert at once; the next one follows a full interval later. */
export function sendAdvert(params: VrrpInstance, state: MasterState, now: Instant): Step<MasterState> {
  const priority = state.effectivePriority
  const sent = { ...state, ...afterSending(state, priority), lastSentAt: now, advertAt: now + params.advertIntervalUs }
  return { state: sent, effects: [{ type: 'transmit', priority }] }
}

/** An advert of somebody else, or something that is none. */
export function masterFrame(params: VrrpInstance, before: MasterState, frame: ReceivedFrame, now: Instant): Step {
  const { state: heard, effects: complaints, accepted } = hear(params, before, frame)
  if (accepted === null) return { state: heard, effects: complaints }
  const { state, effects: warnings } = metOwner(heard, accepted, now)
  const step = weigh(params, state, accepted, now)
  return and(step, ...complaints, ...warnings)
}

function weigh(params: VrrpInstance, state: MasterState, accepted: Accepted, now: Instant): Step {
  // RFC 9568 section 6.4.3 (705): a router that was MASTER too has resigned.
  if (accepted.advert.priority === 0) return sendAdvert(params, state, now)
  const rank = rankOf(state, accepted)
  if (rank < 0) return defend(params, state, accepted, now)
  if (rank > 0) return handOver(params, state, accepted, now)
  return sayOnce(state, { flag: 'advert-same-source', fields: { priority: accepted.advert.priority } }, accepted)
}

/** Positive: the sender outranks us. Equal priorities are decided by address, RFC 9568 section 6.4.3 (725). */
function rankOf(state: MasterState, accepted: Accepted): number {
  const difference = accepted.advert.priority - state.effectivePriority
  return difference === 0 ? compareIp(accepted.source, state.world.source ?? accepted.source) : difference
}

function defend(params: VrrpInstance, before: MasterState, accepted: Accepted, now: Instant): Step {
  const { garp } = params
  const { priority } = accepted.advert
  // Beyond the sequence that the other one has used, or it would take our advert for a replay.
  const ahSequence = accepted.ahSequence === null ? before.ahSequence : accepted.ahSequence + 1
  const { repeat, timers } = garpAfterLowerPriority(garp, before.garp, now)
  const state = { ...before, ahSequence, garp: timers }
  const answered = params.lowerPrioNoAdvert ? stay(state) : sendAdvert(params, state, now)
  const complaint: Complaint = { flag: 'advert-lower-priority', fields: { priority, own: state.effectivePriority } }
  const said = sayOnce(answered.state, complaint, accepted)
  const { effectivePriority } = state
  const notify: Effect = { type: 'notify', state: 'MASTER_RX_LOWER_PRI', priority: effectivePriority, cause: null }
  const effects = [...answered.effects, ...announceBlock(repeat), notify, ...said.effects]
  return { state: said.state, effects }
}

function handOver(params: VrrpInstance, before: MasterState, accepted: Accepted, now: Instant): Step {
  const sent = params.higherPrioSendAdvert ? sendAdvert(params, before, now) : stay(before)
  const masterIntervalUs = learnedIntervalUs(params, accepted)
  const masterDownAt = now + masterDownUs(params, before.effectivePriority, masterIntervalUs)
  const lastMaster = { source: accepted.source, priority: accepted.advert.priority }
  const [by, theirs, ours] = [formatIp(lastMaster.source), lastMaster.priority, before.effectivePriority]
  const left = becomeBackup(params, sent.state, masterDownAt, now, { kind: 'outranked', by, theirs, ours })
  const state = { ...left.state, lastMaster, masterIntervalUs }
  const master = log('info', 'outranked', { source: by, priority: theirs })
  return { state, effects: [...sent.effects, master, ...left.effects] }
}

function metOwner(state: MasterState, accepted: Accepted, now: Instant): Step<MasterState> {
  if (state.effectivePriority !== ownerPriority || accepted.advert.priority !== ownerPriority) return stay(state)
  const rank = rankOf(state, accepted)
  if (rank === 0) return stay(state)
  const fields = { source: formatIp(accepted.source), keeps: rank < 0 }
  if (rank > 0) return { state, effects: [log('error', 'advert-other-owner', fields)] }
  const quietUntil = state.rogue?.quietUntil ?? null
  if (quietUntil !== null && now < quietUntil) {
    return { state: giveWay(state), effects: [log('error', 'owner-gives-way', fields)] }
  }
  if (state.rogue !== null && quietUntil === null) return stay(state)
  const rogue = challenge(accepted.advert.intervalUs)
  return { state: { ...state, rogue }, effects: [log('error', 'advert-other-owner', fields)] }
}

function sayOnce(state: MasterState, complaint: Complaint, accepted: Accepted): Step<MasterState> {
  const { logged, effects } = complain(state.logged, [complaint], formatIp(accepted.source))
  return { state: { ...state, logged }, effects }
}

/** Somebody removed a virtual address. It has been put back; the neighbours must hear of it. No resignation. */
export function masterAddressLost(params: VrrpInstance, state: MasterState, address: string): Step {
  // keepalived: resigns with priority 0 and elects anew, an outage that nobody needs.
  const repeat = params.garp.masterRepeat
  const effects: Effect[] = repeat > 0 ? [{ type: 'announce-address', address, repeat }] : []
  return { state, effects: [...effects, log('warn', 'address-restored', { address })] }
}
