// A director under test: real servers that can be switched on and off on addresses of a dummy link, and a daemon, ours or Debian's
// keepalived, that is given a configuration. Both are asked the same and must leave the same table.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { savedTable } from './ipvsadm.ts'

export type Daemon = 'keepalived' | 'keepalived-ts'

const CONFIG = '/run/director.conf'
const main = join(import.meta.dirname, '../../../src/main.js')

/** Adds the link with the addresses 10.0.0.1, .11 to .13 and .99. */
export function makeLink(): void {
  execFileSync('ip', ['link', 'add', 'rs0', 'type', 'dummy'])
  for (const octet of [1, 11, 12, 13, 99]) execFileSync('ip', ['addr', 'add', `10.0.0.${octet}/32`, 'dev', 'rs0'])
  execFileSync('ip', ['link', 'set', 'rs0', 'up'])
}

export class RealServers {
  readonly #listening = new Map<number, Server>()

  /** Exactly these last octets listen on port 80 from now on. */
  async only(...octets: readonly number[]): Promise<void> {
    for (const [octet, server] of this.#listening) {
      if (octets.includes(octet)) continue
      this.#listening.delete(octet)
      await new Promise(resolve => server.close(resolve))
    }
    for (const octet of octets) if (!this.#listening.has(octet)) this.#listening.set(octet, await listenOn(octet))
  }
}

export class Director {
  readonly output: string[] = []
  readonly #child: ChildProcess
  readonly #gone: Promise<void>

  constructor(daemon: Daemon, config: string, ...options: readonly string[]) {
    writeFileSync(CONFIG, config)
    // Load balancing alone, unless everything is asked for.
    const half = options.includes('--all') ? [] : ['-C']
    const [command, args] =
      daemon === 'keepalived'
        ? ['keepalived', ['-n', '-l', ...half, '-f', CONFIG]]
        : [process.execPath, [main, '-n', '-l', ...half, '-f', CONFIG]]
    this.#child = spawn(command as string, [...(args as string[]), ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.output.push(chunk.toString()))
    }
    this.#gone = new Promise(resolve => this.#child.once('exit', () => resolve()))
  }

  reload(config: string): void {
    writeFileSync(CONFIG, config)
    this.#child.kill('SIGHUP')
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#gone
  }

  /** Waits until the table is as wanted; fails with what it is and what the daemon said. */
  async reaches(what: string, wanted: string): Promise<void> {
    const deadline = Date.now() + 90_000
    while (summary() !== wanted) {
      if (Date.now() > deadline) {
        throw new Error(`${what}: wanted ${wanted}, is ${summary()}\n${this.output.join('').slice(-4_000)}`)
      }
      await pause(50)
    }
  }

  /** The table stays as it is for a while. */
  async keeps(what: string, wanted: string, ms: number): Promise<void> {
    const deadline = Date.now() + ms
    while (Date.now() < deadline) {
      if (summary() !== wanted) throw new Error(`${what}: wanted ${wanted}, is ${summary()}\n${this.output.join('')}`)
      await pause(50)
    }
  }
}

/** Dests of all services as `.11(2) .12(1)`, sorted; `none` without services. */
export function summary(): string {
  const table = savedTable()
  if (table.length === 0) return 'none'
  return table
    .flatMap(line => {
      const found = /^-a .* -r \S+?\.(\d+):\d+ .*-w (\d+)/.exec(line)
      return found === null ? [] : [`.${found[1]}(${found[2]})`]
    })
    .sort()
    .join(' ')
}

function listenOn(octet: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.end()
    })
    server.once('error', reject)
    server.listen(80, `10.0.0.${octet}`, () => resolve(server))
  })
}
