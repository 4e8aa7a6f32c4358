// The two nodes of the chaos soak: both run keepalived-ts with a slow and a fast virtual router, started again like by systemd
// when they end. Knows how to inflict each wound, and when the nodes cannot hear each other because of it.

import { join } from 'node:path'
import { askDaemon } from '../../src/supervisor/control/client.ts'
import { instancePaths } from '../../src/supervisor/process/instance-paths.ts'
import { epochNowUs, sleep } from '../lab/clock.ts'
import { attempt, processTree, signalIfAlive } from '../lab/command.ts'
import { configText, masterDownUs } from '../lab/config-text.ts'
import type { Lab } from '../lab/lab.ts'
import type { Router } from '../lab/router.ts'
import { OverlapRecord, type Span } from './overlap.ts'
import { ProcessRecord } from './process-record.ts'
import type { Stab } from './wound.ts'

export interface VirtualRouter {
  readonly vrid: number
  readonly vip: string
  readonly advertInt: number
  /** The longer one of the two nodes. */
  readonly masterDownUs: number
}

const PRIORITY_OF_A = 200
const PRIORITY_OF_B = 100
/** RestartSec of the unit file is about this. */
const RESTART_AFTER_MS = 500
const SAMPLE_EVERY_MS = 1_000

export const VIRTUAL_ROUTERS: readonly VirtualRouter[] = [
  virtualRouter(51, '10.77.0.101/24', 1),
  virtualRouter(52, '10.77.0.102/24', 0.1),
]

export class Ward {
  readonly overlaps = new OverlapRecord()
  readonly processes = new ProcessRecord()
  /** When the nodes could not hear each other, or one of them could not act. */
  readonly cuts: Span[] = []
  restarts = 0
  readonly #lab: Lab
  #priorityOfA = PRIORITY_OF_A
  #restarting = new Set<string>()

  constructor(lab: Lab) {
    this.#lab = lab
    lab.timeline.follow(event => {
      if (event.kind === 'address') this.overlaps.take(event.address, event.from, event.present, event.at)
    })
    const ticking = setInterval(() => this.#tick(), SAMPLE_EVERY_MS)
    lab.onClose(() => clearInterval(ticking))
  }

  start(): void {
    for (const router of this.#lab.routers) this.#start(router)
  }

  /** Does it, and undoes what lasts for a time. Resolves with what hindered it, if anything did. */
  async inflict({ node, wound }: Stab): Promise<string | undefined> {
    const router = this.#lab.router(node)
    switch (wound.kind) {
      case 'worker':
        return this.#faultWorker(router, wound.fault)
      case 'kill-daemon':
        return this.#signalProcess(router, 1, wound.signal)
      case 'kill-watchdog':
        return this.#signalProcess(router, 0, 'SIGKILL')
      case 'pause':
        return this.#pause(router, wound.forMs)
      case 'link-flap':
        return this.#cut(
          () => router.linkDown(),
          wound.forMs,
          () => router.linkUp(),
        )
      case 'partition':
        return this.#cut(
          async () => {
            for (const direction of wound.directions) await router.loseVrrp(direction)
          },
          wound.forMs,
          () => router.restoreVrrp(),
        )
      case 'delete-address':
        return this.#deleteAddress(router, VIRTUAL_ROUTERS[wound.vip]!.vip)
      case 'reload':
        this.#priorityOfA = wound.priorityOfA
        router.writeConfig(this.#config(router))
        return this.#signalProcess(router, 0, 'SIGHUP')
    }
  }

  /** a and nobody else has each address and has the last word on the wire. */
  get isWell(): boolean {
    return VIRTUAL_ROUTERS.every(({ vrid, vip }) => {
      const holders = this.overlaps.holders(vip)
      return holders.length === 1 && holders[0] === 'a' && this.lastAdvertOf(vrid) === 'a'
    })
  }

  lastAdvertOf(vrid: number): string | undefined {
    const last = this.#lab.events.findLast(event => event.kind === 'advert' && event.vrid === vrid)
    return last?.from
  }

  #start(router: Router): void {
    const environment = { KEEPALIVED_TS_FAULTS: '1' }
    router.start({ kind: 'keepalived-ts', config: this.#config(router), environment })
  }

  /** Starts what has ended, and looks at what runs. */
  #tick(): void {
    for (const router of this.#lab.routers) {
      if (!router.running) {
        void this.#restart(router)
        continue
      }
      const [watchdog, daemon] = processTree(router.pid)
      this.processes.sample(`${router.name} watchdog`, watchdog!)
      if (daemon !== undefined) this.processes.sample(`${router.name} daemon`, daemon)
    }
  }

  async #restart(router: Router): Promise<void> {
    if (this.#restarting.has(router.name)) return
    this.#restarting.add(router.name)
    await sleep(RESTART_AFTER_MS)
    this.#restarting.delete(router.name)
    if (router.running) return
    this.restarts++
    this.#start(router)
  }

  async #faultWorker(router: Router, kind: Extract<Stab['wound'], { kind: 'worker' }>['fault']) {
    const { socket } = instancePaths(router.pidFile, join(router.folder, 'run', 'keepalived-ts'))
    try {
      const response = await askDaemon(socket, { cmd: 'fault', worker: 'vrrp', kind })
      return response.ok ? undefined : response.error
    } catch (thrown) {
      // It is just being started again.
      return thrown instanceof Error ? thrown.message : String(thrown)
    }
  }

  /** Position 0 is the watchdog, 1 the daemon. */
  #signalProcess(router: Router, position: 0 | 1, signal: NodeJS.Signals): string | undefined {
    const pid = router.running ? processTree(router.pid)[position] : undefined
    return pid !== undefined && signalIfAlive(pid, signal) ? undefined : 'it does not run'
  }

  async #pause(router: Router, forMs: number): Promise<string | undefined> {
    const pid = router.running ? processTree(router.pid)[1] : undefined
    if (pid === undefined) return 'it does not run'
    return this.#cut(
      async () => void signalIfAlive(pid, 'SIGSTOP'),
      forMs,
      async () => void signalIfAlive(pid, 'SIGCONT'),
    )
  }

  async #cut(begin: () => Promise<void>, forMs: number, end: () => Promise<void>): Promise<undefined> {
    const from = epochNowUs()
    await begin()
    await sleep(forMs)
    await end()
    this.cuts.push({ from, to: epochNowUs() })
  }

  async #deleteAddress(router: Router, vip: string): Promise<string | undefined> {
    const { code } = await attempt('ip', ['-n', router.namespace, 'addr', 'del', vip, 'dev', router.interface])
    return code === 0 ? undefined : 'it does not have it'
  }

  #config(router: Router): string {
    const priority = router.name === 'a' ? this.#priorityOfA : PRIORITY_OF_B
    return configText(
      VIRTUAL_ROUTERS.map(({ vrid, vip, advertInt }) => ({
        name: `VI_${vrid}`,
        vrid,
        priority,
        version: 3,
        advertInt,
        vips: [vip],
      })),
    )
  }
}

function virtualRouter(vrid: number, vip: string, advertInt: number): VirtualRouter {
  return { vrid, vip, advertInt, masterDownUs: masterDownUs({ priority: PRIORITY_OF_B, version: 3, advertInt }) }
}
