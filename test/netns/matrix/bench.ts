// A pair of routers that share three virtual routers: the subject `a` is MASTER of the first, BACKUP of the second and in
// FAULT in the third, so that one fault of its processes shows what it does to each role. The peer `b` is keepalived.

import { join } from 'node:path'
import { epochNowUs, sleep } from '../../lab/clock.ts'
import { attempt, processTree, run, signalIfAlive } from '../../lab/command.ts'
import { configText, type InstanceText, masterDownUs } from '../../lab/config-text.ts'
import { Lab } from '../../lab/lab.ts'
import { startEcho } from '../../lab/prober.ts'
import type { Kind, Router } from '../../lab/router.ts'
import { type Cell, measure, PEER, type Period, SUBJECT } from './cell.ts'
import { ECHO_PORT, Witness } from './witness.ts'

export const ROLES = ['MASTER', 'BACKUP', 'FAULT'] as const
export type RoleName = (typeof ROLES)[number]

const VRID: Readonly<Record<RoleName, number>> = { MASTER: 51, BACKUP: 52, FAULT: 53 }
const PEER_PRIORITY = 100
const PRIORITY: Readonly<Record<RoleName, number>> = { MASTER: 200, BACKUP: 50, FAULT: 200 }
/** A bridge without ports in the subject's namespace: never up, and tracked by the third. */
const DOWN_INTERFACE = 'down0'
const SETTLED_WITHIN_MS = 20_000
const POLL_MS = 50

export class Bench {
  readonly lab: Lab
  readonly kind: Kind
  readonly intervalMs: number
  readonly #witness: Witness

  /** Sets the pair up and hands it over, settled; removes it whatever happened. */
  static with<T>(kind: Kind, intervalMs: number, use: (bench: Bench) => Promise<T>): Promise<T> {
    return Lab.with({}, async lab => {
      const bench = new Bench(lab, kind, intervalMs)
      await bench.#open()
      return use(bench)
    })
  }

  private constructor(lab: Lab, kind: Kind, intervalMs: number) {
    this.lab = lab
    this.kind = kind
    this.intervalMs = intervalMs
    this.#witness = new Witness(
      lab,
      ROLES.map(role => ({ vrid: VRID[role], vip: vipOf(role) })),
    )
  }

  get subject(): Router {
    return this.lab.router(SUBJECT)
  }

  /** How long the peer waits after the last advert of the first virtual router. */
  get peerDownUs(): number {
    return masterDownUs({ priority: PEER_PRIORITY, version: 3, advertInt: this.intervalMs / 1_000 })
  }

  /** Pid of the process that does VRRP: our daemon, keepalived's VRRP child. */
  workhorse(): number {
    const child = processTree(this.subject.pid)[1]
    if (child === undefined) throw new Error('the parent has no child')
    return child
  }

  startSubject(): void {
    const environment = { KEEPALIVED_TS_FAULTS: '1' }
    this.subject.start({ kind: this.kind, config: this.#config(role => PRIORITY[role], true), environment })
  }

  /** Plays a fault and watches for so long afterwards. */
  async observe(
    cause: () => Promise<Pick<Period, 'resumedAt'>>,
    durationMs: number,
  ): Promise<Readonly<Record<RoleName, Cell>>> {
    this.#witness.forget()
    const causedAt = epochNowUs()
    const caused = await cause()
    await sleep(durationMs)
    // Requests that left lately are not decided yet.
    const until = epochNowUs()
    await sleep(150)
    const cell = (role: RoleName) =>
      measure(this.#witness.sight(VRID[role]), { causedAt, until, ...caused }, this.intervalMs * 1_000)
    return { MASTER: cell('MASTER'), BACKUP: cell('BACKUP'), FAULT: cell('FAULT') }
  }

  /** Waits until each virtual router is where it belongs, starting the subject if it does not run. */
  async settle(): Promise<void> {
    if (!this.subject.running) {
      await this.#buryOrphans()
      this.startSubject()
    }
    const boundAt = epochNowUs() + SETTLED_WITHIN_MS * 1_000
    for (let steady = 0; steady < 6; ) {
      if (epochNowUs() > boundAt) throw new Error(`the pair does not settle:\n${this.lab.timeline.tail()}`)
      await sleep(Math.max(POLL_MS, this.intervalMs / 2))
      steady = this.#isSettled() ? steady + 1 : 0
    }
  }

  /** A subject of which nothing is known any more is replaced by a new one. */
  async renew(): Promise<void> {
    await this.subject.stop()
    await this.settle()
  }

  async #open(): Promise<void> {
    await run('ip', ['-n', this.subject.namespace, 'link', 'add', DOWN_INTERFACE, 'type', 'bridge'])
    for (const name of [SUBJECT, PEER]) startEcho(this.lab, name, ECHO_PORT)
    this.lab.router(PEER).start({ kind: 'keepalived', config: this.#config(() => PEER_PRIORITY, false) })
    this.startSubject()
    await this.settle()
    this.#witness.probe(this.lab)
    await sleep(700)
  }

  #isSettled(): boolean {
    return ROLES.every(role => {
      const sight = this.#witness.sight(VRID[role])
      const owner = role === 'MASTER' ? SUBJECT : PEER
      return sight.holders.size === 1 && sight.holders.has(owner) && sight.adverts.at(-1)?.from === owner
    })
  }

  /** Children that outlived their parent, and what they left on the interface. */
  async #buryOrphans(): Promise<void> {
    const { stdout } = await attempt('ip', ['netns', 'pids', this.subject.namespace])
    for (const pid of stdout.split('\n').map(Number).filter(Boolean)) {
      const { stdout: name } = await attempt('ps', ['-o', 'comm=', '-p', String(pid)])
      if (name.startsWith('keepalived')) signalIfAlive(pid, 'SIGKILL')
    }
  }

  #config(priority: (role: RoleName) => number, isSubject: boolean): string {
    const instances = ROLES.map((role): InstanceText => {
      const tracks = isSubject && role === 'FAULT' ? ['track_interface {', `  ${DOWN_INTERFACE}`, '}'] : []
      return {
        name: `VI_${role}`,
        vrid: VRID[role],
        priority: priority(role),
        version: 3,
        advertInt: this.intervalMs / 1_000,
        vips: [vipOf(role)],
        lines: tracks,
      }
    })
    return configText(instances)
  }
}

function vipOf(role: RoleName): string {
  return `10.77.0.${50 + VRID[role]}/24`
}

/** Where a router of the lab keeps its runtime files, as seen from the host. */
export function runFolder(router: Router): string {
  return join(router.folder, 'run', 'keepalived-ts')
}
