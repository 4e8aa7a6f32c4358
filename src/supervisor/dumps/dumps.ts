// The dumps that signals ask for: gathers what there is to tell and writes the files. Their text is made by dump-text.ts and
// dump-json.ts.

import type { Config } from '../../config/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { monotonicNowUs } from '../../lib/time.ts'
import type { BfdStack } from '../bfd/bfd-stack.ts'
import type { LvsStack } from '../lvs/lvs-stack.ts'
import type { TrackFiles } from '../tracking/track-files.ts'
import type { VrrpStack } from '../vrrp/stack.ts'
import { checkDataText } from './check-data.ts'
import { bfdText } from './dump-bfd.ts'
import { dumpDirectory, writeDump } from './dump-file.ts'
import { jsonText } from './dump-json.ts'
import { dataText, globalText, statsText } from './dump-text.ts'

interface DumpsPorts {
  readonly log: Log
  config(): Config | undefined
  /** undefined: this part does not run. */
  readonly parts: {
    readonly vrrp: VrrpStack | undefined
    readonly lvs: LvsStack | undefined
    readonly bfd: BfdStack | undefined
    restarts(): Readonly<Record<string, number>>
  }
  trackFiles(): ReturnType<TrackFiles['followed']>
}

export class Dumps {
  readonly #ports: DumpsPorts

  constructor(ports: DumpsPorts) {
    this.#ports = ports
  }

  /** SIGUSR1 */
  async data(): Promise<void> {
    const config = this.#ports.config()
    const { vrrp, lvs, bfd } = this.#ports.parts
    if (config === undefined) return
    const text = dataText({
      global: config.global,
      views: vrrp?.views() ?? [],
      scripts: config.scripts,
      trackFiles: this.#ports.trackFiles(),
      staticAddresses: config.staticAddresses,
      trackProcesses: vrrp?.processStatuses() ?? [],
      scriptStatus: new Map(Object.entries(vrrp?.scriptStatuses() ?? {})),
      workers: Object.entries({ vrrp: 0, ...this.#ports.parts.restarts() }).map(([id, restarts]) => ({ id, restarts })),
      framesDropped: vrrp?.framesDropped ?? 0,
      now: monotonicNowUs(),
    })
    await this.#write('keepalived.data', text)
    if (bfd !== undefined) await this.#write('keepalived_bfd.data', bfdText(bfd.views(), monotonicNowUs(), Date.now()))
    const servers = lvs?.views()
    if (servers !== undefined)
      await this.#write('keepalived_check.data', globalText(config.global) + checkDataText(servers))
  }

  /** SIGUSR2, and with `clear` SIGRTMAX-1. */
  async stats(clear: boolean): Promise<void> {
    const counters = (await this.#ports.parts.vrrp?.counters(clear)) ?? {}
    await this.#write('keepalived.stats', statsText(counters))
  }

  /** SIGRTMIN+2 */
  async json(): Promise<void> {
    const vrrp = this.#ports.parts.vrrp
    const counters = (await vrrp?.counters(false)) ?? {}
    const text = jsonText({
      views: vrrp?.views() ?? [],
      counters,
      scripts: this.#ports.config()?.scripts ?? [],
      processes: this.#ports.config()?.trackProcesses ?? [],
      now: monotonicNowUs(),
      epochMs: Date.now(),
    })
    if (text !== undefined) await this.#write('keepalived.json', text)
  }

  async #write(name: string, text: string): Promise<void> {
    try {
      this.#ports.log.info('dump-written', { path: await writeDump(dumpDirectory(process.env), name, text) })
    } catch (thrown) {
      this.#ports.log.error('dump-failed', { file: name, reason: messageOf(thrown) })
    }
  }
}
