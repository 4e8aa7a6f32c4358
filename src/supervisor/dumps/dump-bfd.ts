// keepalived_bfd.data: what SIGUSR1 says of the BFD sessions, in keepalived's layout but without its addresses of timers and
// descriptors. Pure; dump-file.ts puts it on disk.

import { type Instant, usPerSecond } from '../../lib/time.ts'
import { detectionTimeUs, type Session, transmitIntervalUs } from '../../workers/bfd/core/session.ts'
import type { SessionView } from '../bfd/bfd-actor.ts'
import { diagnosticName, stateName } from '../bfd/bfd-words.ts'

/** The whole file. `now` is monotonic, `epochMs` the same moment as a date. */
export function bfdText(views: readonly SessionView[], now: Instant, epochMs: number): string {
  const lines = views.flatMap(view => instanceLines(view, now, epochMs))
  return `${['------< BFD Topology >------', ...lines].join('\n')}\n`
}

function instanceLines({ params, session, heardAt }: SessionView, now: Instant, epochMs: number): string[] {
  return [
    ` BFD Instance = ${params.name}`,
    `   Neighbor IP = ${params.neighbor}`,
    ...(params.source === undefined ? [] : [`   Source IP = ${params.source}`]),
    `   Required min RX interval = ${params.minRxUs} us`,
    `   Desired min TX interval = ${params.minTxUs} us`,
    `   Desired idle TX interval = ${params.idleTxUs} us`,
    `   Detection multiplier = ${params.multiplier}`,
    `   ${params.family === 4 ? 'TTL' : 'hoplimit'} = ${params.hopLimit}`,
    `   max_hops = ${params.hopsMax ?? -1}`,
    `   passive = ${params.passive}`,
    `   multihop = ${params.multihop}`,
    `   send event to VRRP process = ${params.tellsVrrp ? 'Yes' : 'No'}`,
    `   send event to checker process = ${params.tellsChecker ? 'Yes' : 'No'}`,
    ...(session === undefined ? [] : sessionLines(session, heardAt, now, epochMs)),
  ]
}

function sessionLines(session: Session, heardAt: Instant | undefined, now: Instant, epochMs: number): string[] {
  const { state, remote, discriminator, diag, polling, params } = session
  return [
    `   local state = ${stateName(state)}`,
    `   remote state = ${stateName(remote.state)}`,
    `   local discriminator = 0x${discriminator.toString(16)}`,
    `   remote discriminator = 0x${remote.discriminator.toString(16)}`,
    `   local diag = ${diagnosticName(diag)}`,
    `   remote diag = ${diagnosticName(remote.diag)}`,
    `   remote min tx intv = ${remote.minTxUs} us`,
    `   remote min rx intv = ${remote.minRxUs} us`,
    '   local demand = 0',
    `   remote demand = ${remote.demand ? 1 : 0}`,
    `   remote detect multiplier = ${remote.multiplier}`,
    `   ${polling ? 'poll' : '!poll'}, !final`,
    `   local tx intv = ${transmitIntervalUs(session) ?? 0} us`,
    `   remote tx intv = ${Math.max(session.minRxUs, remote.minTxUs)} us`,
    `   local detection time = ${detectionTimeUs(session)} us`,
    `   remote detection time = ${params.multiplier * (transmitIntervalUs(session) ?? 0)} us`,
    `   times up = ${session.timesUp}`,
    ...(heardAt === undefined ? [] : [`   last seen = ${lastSeen(epochMs - (now - heardAt) / 1_000)}`]),
  ]
}

function lastSeen(epochMs: number): string {
  return `${((epochMs * 1_000) / usPerSecond).toFixed(6)} (${new Date(epochMs).toString().slice(0, 24)})`
}
