// Runs the track scripts on their intervals and tells when one goes up or down. Not what that means for an instance (the vrrp
// worker decides), not the counting (rise-fall.ts). keepalived.conf(5) "VRRP script(s)".

import type { ScriptCommand } from '../../config/blocks/script/model.ts'
import type { VrrpScript } from '../../config/blocks/tracking/model.ts'
import type { Config } from '../../config/model.ts'
import type { Log } from '../../lib/log.ts'
import { type Instant, monotonicNowUs, usPerMs } from '../../lib/time.ts'
import type { ScriptStatus } from '../../workers/vrrp/core/event.ts'
import { describeEnd, type RunningScript, type ScriptEnd } from '../scripts/script-process.ts'
import { applyResult, initialRiseFall, type RiseFall, withLimits } from './rise-fall.ts'

/** What the tracker needs of a ScriptRunner. */
interface TrackRunner {
  start(command: ScriptCommand, options: { readonly timeoutMs: number }): RunningScript
  userOf(command: ScriptCommand): string
}

interface TrackerPorts {
  readonly log: Log
  readonly runner: TrackRunner
  /** Called on each change, and at a reload for scripts that start over. Must not throw. */
  readonly onStatus: (script: string, status: ScriptStatus) => void
}

/** What keepalived gives running scripts at a reload or stop between SIGTERM and SIGKILL. */
const stopGraceMs = 1_000
const intervalMsMin = 1
const timerMsMax = 2 ** 31 - 1

/** One script that is tracked. */
interface Track {
  script: VrrpScript
  /** Command and account: a reload that leaves both alone keeps the state. */
  readonly identity: string
  state: RiseFall
  running: RunningScript | undefined
  /** The run under way has been told as a failure and is not gone yet. */
  timedOut: boolean
  startedAt: Instant | undefined
  timer: NodeJS.Timeout | undefined
  /** How the last run ended, for the log: a repeated end is not told again. */
  lastEnd: string | undefined
  skipped: number
}

/** The scripts that an instance or a group tracks; the others are never run. */
export function trackedScripts(config: Config): VrrpScript[] {
  const users = [...config.instances, ...config.syncGroups]
  const names = new Set(users.flatMap(user => user.trackedScripts.map(tracked => tracked.script)))
  return config.scripts.filter(script => names.has(script.name))
}

export class ScriptTracker {
  readonly #ports: TrackerPorts
  #tracks = new Map<string, Track>()

  constructor(ports: TrackerPorts) {
    this.#ports = ports
  }

  /** Runs each script at once and then on its interval. */
  start(scripts: readonly VrrpScript[]): void {
    this.reload(scripts)
  }

  /** Takes a new set of scripts. Those with the same name, command and user keep status, counter and a run under way. */
  reload(scripts: readonly VrrpScript[]): void {
    const old = this.#tracks
    this.#tracks = new Map()
    for (const script of scripts) {
      const before = old.get(script.name)
      const kept = before?.identity === this.#identityOf(script)
      if (kept) old.delete(script.name)
      const track = kept ? carriedOver(before, script) : this.#fresh(script)
      this.#tracks.set(script.name, track)
      if (!kept && track.state.status !== (before?.state.status ?? 'unknown')) this.#publish(track)
      this.#schedule(track)
    }
    for (const track of old.values()) void abandon(track)
  }

  /** Ends the running scripts; resolves when they are gone. No status is told any more. */
  async stop(): Promise<void> {
    const tracks = [...this.#tracks.values()]
    this.#tracks = new Map()
    await Promise.all(tracks.map(abandon))
  }

  /** The status of every tracked script, for a vrrp worker that starts. */
  statuses(): Record<string, ScriptStatus> {
    return Object.fromEntries([...this.#tracks.values()].map(track => [track.script.name, track.state.status]))
  }

  /** Intervals of one script that passed while its previous run was still under way; undefined if it is not tracked. */
  skippedRuns(script: string): number | undefined {
    return this.#tracks.get(script)?.skipped
  }

  /** The next run is due an interval after the start of the previous one; a script that has not run is due now. */
  #schedule(track: Track): void {
    clearTimeout(track.timer)
    const intervalMs = Math.max(intervalMsMin, track.script.intervalUs / usPerMs)
    const sinceMs = track.startedAt === undefined ? intervalMs : (monotonicNowUs() - track.startedAt) / usPerMs
    track.timer = setTimeout(() => this.#due(track), Math.min(timerMsMax, Math.max(0, intervalMs - sinceMs)))
  }

  #due(track: Track): void {
    track.startedAt = monotonicNowUs()
    if (track.running === undefined) void this.#run(track)
    else {
      track.skipped++
      // It had its time, and does not even go when it is killed.
      if (track.timedOut) this.#took(track, { ok: false, reason: 'timeout' })
    }
    this.#schedule(track)
  }

  async #run(track: Track): Promise<void> {
    const running = this.#ports.runner.start(track.script.command, { timeoutMs: track.script.timeoutUs / usPerMs })
    track.running = running
    const end = await running.end
    track.timedOut = !end.ok && end.reason === 'timeout'
    if (this.#tracks.get(track.script.name) === track) this.#took(track, end)
    await running.gone
    track.running = undefined
    track.timedOut = false
  }

  #took(track: Track, end: ScriptEnd): void {
    // Ended by us, or no room for another child: this says nothing about what the script looks at.
    if (!end.ok && end.reason === 'terminated') return
    if (!end.ok && end.reason === 'too-many') {
      track.skipped++
      this.#ports.log.warn('script-skipped', { script: track.script.name, reason: end.detail })
      return
    }
    const before = track.state
    track.state = applyResult(before, end.ok)
    this.#logEnd(track, end, before.status)
    if (track.state.status !== before.status) this.#publish(track)
  }

  #logEnd(track: Track, end: ScriptEnd, before: ScriptStatus): void {
    const result = describeEnd(end)
    const fields = { script: track.script.name, result }
    if (track.state.status !== before) this.#ports.log.info(end.ok ? 'script-up' : 'script-down', fields)
    else if (track.lastEnd !== result) this.#ports.log.info('script-result', fields)
    track.lastEnd = result
  }

  #publish(track: Track): void {
    this.#ports.onStatus(track.script.name, track.state.status)
  }

  #fresh(script: VrrpScript): Track {
    const state = initialRiseFall(script.rise, script.fall, script.initFail)
    return {
      script,
      identity: this.#identityOf(script),
      state,
      running: undefined,
      timedOut: false,
      startedAt: undefined,
      timer: undefined,
      lastEnd: undefined,
      skipped: 0,
    }
  }

  #identityOf(script: VrrpScript): string {
    const { argv, shell, text } = script.command
    return JSON.stringify([argv, shell, text, this.#ports.runner.userOf(script.command)])
  }
}

function carriedOver(track: Track, script: VrrpScript): Track {
  track.script = script
  track.state = withLimits(track.state, script.rise, script.fall)
  return track
}

async function abandon(track: Track): Promise<void> {
  clearTimeout(track.timer)
  await track.running?.terminate(stopGraceMs)
}
