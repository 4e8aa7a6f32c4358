// The advert bridge: while the vrrp worker is away, the main thread repeats each MASTER's last advert at its interval,
// so that the peers notice nothing. Pure: decides which adverts are due and which leases are over.
// docs/adr/0005-wire-and-threads.md says why.

import { type Instant, usPerSecond } from '../../../lib/time.ts'

/** What the bridge knows of one MASTER. */
export interface BridgeEntry {
  readonly instance: string
  readonly intervalUs: number
  readonly masterDownUs: number
  /** When the next advert was due as the worker published it; undefined: it is about to, or is no MASTER any more. */
  readonly publishedUs: Instant | undefined
  /** When the bridge itself last sent for this instance. */
  readonly sentAtUs: Instant | undefined
}

interface BridgePlan {
  /** Send the last advert of these now. */
  readonly send: readonly string[]
  /** For these neither worker nor bridge has sent for too long: they must be resigned. */
  readonly expired: readonly string[]
  /** When to look again; undefined: there is nothing to watch. */
  readonly nextLookUs: Instant | undefined
}

const leaseMinUs = usPerSecond
const lookAgainMinUs = 1_000

/** How long the bridge may speak for an instance after the last sign of life of its worker. */
export function leaseUs(masterDownUs: number): number {
  return Math.max(leaseMinUs, masterDownUs)
}

/**
 * Decides what the bridge does now. An advert of a living worker is left two fifths of an interval of grace before the
 * bridge sends in its stead (a hanging thread is known to hang only later); that of a dead worker is due when it is
 * due. `ownLatenessUs`: how much later than asked for this look comes.
 */
export function planBridge(
  entries: readonly BridgeEntry[],
  workerAlive: boolean,
  lastSignOfLifeUs: Instant,
  now: Instant,
  ownLatenessUs = 0,
): BridgePlan {
  const send: string[] = []
  const expired: string[] = []
  let nextLookUs: Instant | undefined
  for (const entry of entries) {
    if (entry.publishedUs === undefined) {
      nextLookUs = Math.min(nextLookUs ?? now + entry.intervalUs, now + entry.intervalUs)
      continue
    }
    if (!workerAlive && now - lastSignOfLifeUs > leaseUs(entry.masterDownUs)) {
      expired.push(entry.instance)
      continue
    }
    // Peers of a MASTER that was silent for this long have another one by now: the bridge sends nothing for it, and it
    // has to listen first.
    if (isSilent(entry, now)) {
      // If this thread wakes up late the worker probably did too. It decides by itself, so the bridge waits.
      if (!workerAlive || ownLatenessUs <= entry.intervalUs) expired.push(entry.instance)
      else nextLookUs = Math.min(nextLookUs ?? now + entry.intervalUs, now + entry.intervalUs)
      continue
    }
    // Less than half, so that with the lateness of a timer no advert is late by half an interval.
    const graceUs = workerAlive ? Math.floor((entry.intervalUs * 2) / 5) : 0
    let dueUs = nextDueUs(entry) + graceUs
    if (now >= dueUs) {
      send.push(entry.instance)
      dueUs = now + entry.intervalUs
    }
    nextLookUs = Math.min(nextLookUs ?? dueUs, dueUs)
  }
  return {
    send,
    expired,
    nextLookUs: nextLookUs === undefined ? undefined : Math.max(nextLookUs, now + lookAgainMinUs),
  }
}

/** Nobody, worker or bridge, has sent for so long that peers cannot but take over. */
function isSilent(entry: BridgeEntry, now: Instant): boolean {
  return now - (nextDueUs(entry) - entry.intervalUs) > entry.masterDownUs
}

/** When an instance's next advert is due, whoever sent the last one. Also where a successor worker has to go on. */
export function nextDueUs(entry: Pick<BridgeEntry, 'publishedUs' | 'sentAtUs' | 'intervalUs'>): Instant {
  const published = entry.publishedUs ?? 0
  const sinceBridge = entry.sentAtUs === undefined ? 0 : entry.sentAtUs + entry.intervalUs
  return Math.max(published, sinceBridge)
}
