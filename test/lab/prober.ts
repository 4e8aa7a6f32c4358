// The customer of the virtual address: asks it at a steady pace who is there, and sums up how long nobody answered.

import type { ChildProcess } from 'node:child_process'
import { eachLine, spawnIn } from './command.ts'
import type { AnswerEvent } from './event.ts'
import type { Lab } from './lab.ts'
import { childProgram } from './paths.ts'

export interface ProberOptions {
  /** udp: an echo of the lab; http: GET / of whatever serves there, which names itself in `x-node` or in the body. */
  readonly protocol: 'udp' | 'http'
  readonly address: string
  readonly port: number
  readonly intervalMs: number
  readonly timeoutMs: number
}

export interface Outage {
  /** Last answered request before and first after, microseconds since the epoch of their departure. */
  readonly from: number
  readonly to: number
}

/** Starts asking from the lab's client; answers appear on the lab's timeline, or go to `take`. Ends with the lab. */
export function startProber(
  lab: Lab,
  options: ProberOptions,
  take: (answer: AnswerEvent) => void = answer => lab.timeline.record(answer),
): void {
  const child = spawnIn(lab.client.namespace, [process.execPath, childProgram('prober'), JSON.stringify(options)])
  eachLine(child.stdout, line => take({ kind: 'answer', from: 'client', ...JSON.parse(line) }))
  failLoudly(child, 'prober')
  lab.onClose(() => child.kill('SIGKILL'))
}

/** A UDP echo on a router that answers with the router's name. Ends with the lab. */
export function startEcho(lab: Lab, routerName: string, port: number): void {
  const router = lab.router(routerName)
  const child = spawnIn(router.namespace, [process.execPath, childProgram('echo'), routerName, String(port)])
  failLoudly(child, 'echo')
  lab.onClose(() => child.kill('SIGKILL'))
}

export function answers(lab: Lab, since = 0): AnswerEvent[] {
  return lab.events.filter((event): event is AnswerEvent => event.kind === 'answer' && event.sentAt > since)
}

/** Longest time between the departures of two answered requests since `since` with unanswered ones between them. */
export function longestOutage(lab: Lab, since: number): Outage | undefined {
  return longestOutageIn(answers(lab), since)
}

/** The same of answers that were kept elsewhere. */
export function longestOutageIn(seen: readonly AnswerEvent[], since: number): Outage | undefined {
  const ordered = [...seen].sort((one, other) => one.sentAt - other.sentAt)
  let longest: Outage | undefined
  let lastAnswered: number | undefined
  let failed = false
  for (const answer of ordered) {
    if (answer.by === null) {
      failed = true
      continue
    }
    if (failed && lastAnswered !== undefined && answer.sentAt > since) {
      const outage = { from: lastAnswered, to: answer.sentAt }
      if (longest === undefined || outage.to - outage.from > longest.to - longest.from) longest = outage
    }
    lastAnswered = answer.sentAt
    failed = false
  }
  return longest
}

function failLoudly(child: ChildProcess, what: string): void {
  eachLine(child.stderr, line => console.error(`${what}: ${line}`))
}
