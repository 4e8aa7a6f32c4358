// The nftables tables of nftables_ipvs in the kernel: made by the program nft in one transaction, in the network
// namespace of IPVS. Why by a program: docs/adr/0008-nft.md. Not their text (nft-script.ts), not the services (the ipvs
// worker).

import { spawn } from 'node:child_process'
import type { NftMarks } from '../../config/blocks/server/model.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { inNamespace } from '../../native/namespace.ts'
import { nftScript, removal } from './nft-script.ts'

const nftMsMax = 10_000
const outputMax = 2_000

export class NftTables {
  readonly #log: Log
  #namespace: string | undefined
  /** The name of the table that we made; undefined: none. */
  #table: string | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Must be called before the first use(). */
  setNamespace(path: string | undefined): void {
    this.#namespace = path
  }

  /**
   * Makes the table hold exactly these marks; undefined: removes it. A table that a predecessor left is replaced. Never
   * rejects.
   */
  async use(marks: NftMarks | undefined): Promise<void> {
    if (marks === undefined) {
      await this.remove()
      return
    }
    this.#table = marks.table
    await this.#run(nftScript(marks), marks.table)
  }

  async remove(): Promise<void> {
    if (this.#table === undefined) return
    await this.#run(removal(this.#table), this.#table)
    this.#table = undefined
  }

  async #run(script: string, table: string): Promise<void> {
    const failure = await this.#feed(script)
    if (failure === undefined) return
    const help = 'install nftables (the program nft) and a kernel with nf_tables, or remove nftables_ipvs'
    this.#log.error('nft-failed', { table, reason: failure, help })
  }

  /** What went wrong, or undefined. */
  #feed(script: string): Promise<string | undefined> {
    return new Promise(resolve => {
      try {
        const limits = { timeout: nftMsMax, killSignal: 'SIGKILL' } as const
        const child = inNamespace(this.#namespace, () =>
          spawn('nft', ['-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'], ...limits }),
        )
        let said = ''
        child.stderr.on('data', (chunk: Buffer) => {
          if (said.length < outputMax) said += chunk.toString()
        })
        child.on('error', error => resolve(messageOf(error)))
        child.on('close', (status, signal) => {
          resolve(status === 0 ? undefined : (said.split('\n')[0] || `nft ended with ${signal ?? status}`).trim())
        })
        child.stdin.on('error', () => {})
        child.stdin.end(script)
      } catch (thrown) {
        resolve(messageOf(thrown))
      }
    })
  }
}
