// A daemon under measurement: Debian's keepalived or ours with the same file, files of its own below one folder, and its output kept.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { cleanEnvironment, killTree } from '../lab/command.ts'
import { subjectMain } from '../lab/paths.ts'
import { type Cost, costOf } from './process-cost.ts'

export type SubjectName = 'keepalived' | 'keepalived-ts'

export interface SubjectOptions {
  readonly name: SubjectName
  /** Folder for pid files. */
  readonly folder: string
  readonly config: string
  /** Command line options besides those for files and the foreground. */
  readonly options: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A command that becomes the program at its end, such as `ip netns exec NAME`. */
  readonly wrapper?: readonly string[]
}

const OUTPUT_MAX = 1 << 20
const STOP_MS_MAX = 60_000

export class BenchSubject {
  readonly name: SubjectName
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #output = ''
  #ended = false

  constructor({ name, folder, config, options, environment, wrapper }: SubjectOptions) {
    this.name = name
    const program = name === 'keepalived' ? ['keepalived', '-G'] : [process.execPath, subjectMain]
    const pidFiles = ['-p', 'parent', '-r', 'vrrp', '-c', 'checkers'].map(word =>
      word.startsWith('-') ? word : join(folder, `${name}-${word}.pid`),
    )
    const [command, ...args] = [...(wrapper ?? []), ...program, '-n', '-l', '-f', config, ...pidFiles, ...options]
    this.#child = spawn(command!, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment({ TMPDIR: folder, ...environment }),
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_MAX)
      })
    }
    this.#gone = new Promise(resolve => this.#child.once('exit', () => resolve()))
    void this.#gone.then(() => {
      this.#ended = true
    })
  }

  /** What it has said, the newest part of it. */
  get output(): string {
    return this.#output
  }

  get ended(): boolean {
    return this.#ended
  }

  get pid(): number {
    return this.#child.pid!
  }

  cost(): Cost {
    return costOf(this.pid)
  }

  reload(): void {
    this.#child.kill('SIGHUP')
  }

  /** Asks it to end; `gone` tells when it has. */
  terminate(): void {
    this.#child.kill('SIGTERM')
  }

  /** Resolves at its end, which is forced after a minute. */
  async gone(): Promise<void> {
    const timer = setTimeout(() => !this.#ended && killTree(this.pid), STOP_MS_MAX)
    await this.#gone
    clearTimeout(timer)
  }

  async stop(): Promise<void> {
    if (!this.#ended) this.terminate()
    await this.gone()
  }
}
