// A router of the lab: a node that runs keepalived or keepalived-ts with a configuration of its own. /etc/keepalived,
// /run and $TMPDIR are private folders, so two routers on one host do not meet in files.

import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epochNowUs } from './clock.ts'
import { attempt, cleanEnvironment, eachLine, type Finished, killTree, signalIfAlive, spawnIn } from './command.ts'
import type { LogEvent } from './event.ts'
import { LabNode, type NodeOptions } from './node.ts'
import { projectRoot, subjectMain } from './paths.ts'

/** Which program plays the router. */
export type Kind = 'keepalived' | 'keepalived-ts'

export interface StartOptions {
  readonly kind: Kind
  readonly config: string
  /** Further files of /etc/keepalived, by name; those ending in .sh become executable. */
  readonly files?: Readonly<Record<string, string>>
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A command that becomes the program at its end, such as setpriv with its options. */
  readonly wrapper?: readonly string[]
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const STOP_BOUND_MS = 10_000
const PID_FILES = ['parent.pid', 'vrrp.pid', 'checkers.pid', 'bfd.pid']

export class Router extends LabNode {
  readonly folder: string
  readonly #record: (event: LogEvent) => void
  readonly #changed: () => void
  #process: ChildProcess | undefined
  #endWanted = false
  exit: Exit | undefined
  kind: Kind = 'keepalived'

  constructor(options: NodeOptions, folder: string, record: (event: LogEvent) => void, changed: () => void) {
    super(options)
    this.folder = folder
    this.#record = record
    this.#changed = changed
    for (const name of ['etc', 'run', 'tmp']) mkdirSync(join(folder, name), { recursive: true })
  }

  get pidFile(): string {
    return join(this.folder, 'run', 'parent.pid')
  }

  get running(): boolean {
    return this.#process !== undefined && this.exit === undefined
  }

  /** The program ended although nobody asked it to. */
  get diedAlone(): boolean {
    return this.exit !== undefined && !this.#endWanted
  }

  /** Starts the program; whether it came up is to be seen on the wire. */
  start(options: StartOptions): void {
    if (this.running) throw new Error(`${this.name} runs already`)
    // keepalived takes a killed predecessor that nobody has reaped yet for a running one.
    if (options.kind === 'keepalived') {
      for (const name of PID_FILES) rmSync(join(this.folder, 'run', name), { force: true })
    }
    this.kind = options.kind
    this.writeConfig(options.config)
    for (const [name, text] of Object.entries(options.files ?? {})) this.writeFile(name, text)
    const child = spawnIn(this.namespace, ['sh', '-c', this.#script(options)], {
      detached: true,
      cwd: '/',
      env: cleanEnvironment({ TMPDIR: join(this.folder, 'tmp'), ...options.environment }),
    })
    this.#process = child
    this.exit = undefined
    this.#endWanted = false
    for (const stream of [child.stdout, child.stderr]) {
      eachLine(stream, line => this.#record({ kind: 'log', at: epochNowUs(), from: this.name, line }))
    }
    child.once('exit', (code, signal) => {
      if (this.#process !== child) return
      this.exit = { code, signal }
      this.#changed()
    })
  }

  /** Replaces keepalived.conf; a running program reads it at the next SIGHUP. */
  writeConfig(text: string): void {
    this.writeFile('keepalived.conf', text)
  }

  /** A file of /etc/keepalived as the router sees it. */
  writeFile(name: string, text: string): void {
    writeFileSync(join(this.folder, 'etc', name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 })
  }

  readTmp(name: string): string {
    return readFileSync(join(this.folder, 'tmp', name), 'utf8')
  }

  /** Signals the parent process, as an operator would with the pid file. */
  signal(signal: NodeJS.Signals | number): void {
    signalIfAlive(this.pid, signal)
  }

  /** Pid of the parent process (every wrapper on the way has exec'ed). */
  get pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined || this.exit !== undefined) throw new Error(`${this.name} does not run`)
    return pid
  }

  /** Runs a command that sees the router's own /run and /etc/keepalived; how it ended. */
  inside(...argv: readonly string[]): Promise<Finished> {
    return attempt('nsenter', ['-t', String(this.pid), '-m', '-n', ...argv])
  }

  /** The whole program dies at once: keepalived's parent and children, or our watchdog and daemon. Returns the time. */
  kill(): number {
    const at = epochNowUs()
    this.#endWanted = true
    killTree(this.pid)
    return at
  }

  /** Orderly stop, SIGKILL if that takes too long; true if it was orderly. No error if it does not run. */
  async stop(): Promise<boolean> {
    const child = this.#process
    if (child === undefined || this.exit !== undefined) return true
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
    this.#endWanted = true
    this.signal('SIGTERM')
    let orderly = true
    const timer = setTimeout(() => {
      orderly = false
      this.kill()
    }, STOP_BOUND_MS)
    await ended
    clearTimeout(timer)
    return orderly
  }

  #script(options: StartOptions): string {
    const bind = (part: string, target: string) => `mount --bind '${join(this.folder, part)}' ${target}`
    const pidFiles = `-p ${this.pidFile} -r ${join(this.folder, 'run', 'vrrp.pid')} -c ${join(this.folder, 'run', 'checkers.pid')}`
    const program = options.kind === 'keepalived' ? 'keepalived -G' : `'${process.execPath}' '${subjectMain}'`
    const bfd = `-b ${join(this.folder, 'run', 'bfd.pid')}`
    const more = (options.arguments ?? []).join(' ')
    const wrapper = (options.wrapper ?? []).join(' ')
    return `set -e
      mkdir -p /etc/keepalived
      ${bind('etc', '/etc/keepalived')}
      ${bind('run', '/run')}
      cd '${projectRoot}'
      exec ${wrapper} ${program} -n -l -D ${pidFiles} ${bfd} ${more}`
  }
}
