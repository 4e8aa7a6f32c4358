// keepalived.json of a running daemon: keepalived or keepalived-ts started on a host with a configuration, left to settle, asked by its
// signal, and stopped. Pid files and $TMPDIR are private; load balancing is left out (-P), because it needs IPVS in the kernel.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { attempt, cleanEnvironment, eachLine, killTree, spawnIn } from '../lab/command.ts'
import { subjectMain } from '../lab/paths.ts'
import type { Host } from './host.ts'

export type Program = 'keepalived' | 'keepalived-ts'

export interface Dump {
  /** Undefined: the daemon ended by itself. */
  readonly json: readonly InstanceDump[] | undefined
  readonly log: string
}

export interface InstanceDump {
  readonly data: Readonly<Record<string, unknown>>
  readonly stats: Readonly<Record<string, unknown>>
}

/** SIGRTMIN + 2 of glibc. */
const JSON_SIGNAL = 36
const STOP_WITHIN_MS = 10_000
const FILE_WITHIN_MS = 5_000

export interface DumpOptions {
  /** Time to become MASTER in. */
  readonly settleMs: number
  /** Further options of the command line. */
  readonly arguments?: readonly string[]
}

/** What `program` writes into keepalived.json when it has run `text` for a while. */
export async function dumpOf(program: Program, host: Host, text: string, options: DumpOptions): Promise<Dump> {
  const folder = mkdtempSync(join(tmpdir(), `kdf${process.pid}-`))
  mkdirSync(join(folder, 'tmp'))
  const config = join(folder, 'keepalived.conf')
  writeFileSync(config, text, 'latin1')
  const pids = ['-p', 'parent.pid', '-r', 'vrrp.pid', '-c', 'checkers.pid']
  const paths = pids.map((word, i) => (i % 2 === 0 ? word : join(folder, word)))
  const command =
    program === 'keepalived' ? ['keepalived', '-b', join(folder, 'bfd.pid')] : [process.execPath, subjectMain]
  const child = spawnIn(
    host.namespace,
    [...command, '-P', '-n', '-l', '-f', config, ...paths, ...(options.arguments ?? [])],
    {
      detached: true,
      cwd: folder,
      env: cleanEnvironment({ TMPDIR: join(folder, 'tmp') }),
    },
  )
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, line => log.push(line))
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  try {
    await Promise.race([pause(options.settleMs), ended])
    if (child.exitCode !== null || child.pid === undefined) return { json: undefined, log: log.join('\n') }
    await askForJson(program, child.pid, join(folder, 'parent.pid'))
    return { json: await readJson(join(folder, 'tmp', 'keepalived.json')), log: log.join('\n') }
  } finally {
    if (child.exitCode === null && child.pid !== undefined) {
      process.kill(child.pid, 'SIGTERM')
      await Promise.race([ended, pause(STOP_WITHIN_MS, undefined, { ref: false })])
      if (child.exitCode === null) killTree(child.pid)
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `ip netns exec` and the shell have become the program itself by now, so the child's pid is the daemon's. */
async function askForJson(program: Program, pid: number, pidFile: string): Promise<void> {
  if (program === 'keepalived') {
    process.kill(pid, JSON_SIGNAL)
    return
  }
  const { code, stderr } = await attempt(process.execPath, [subjectMain, 'signal', 'JSON', '-p', pidFile])
  if (code !== 0) throw new Error(`signal JSON: ${stderr}`)
}

async function readJson(path: string): Promise<readonly InstanceDump[] | undefined> {
  for (let waited = 0; waited < FILE_WITHIN_MS; waited += 50) {
    const parsed = existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined
    if (parsed !== undefined) return parsed
    await pause(50)
  }
  return undefined
}

/** Undefined while the file is being written. */
function parse(text: string): readonly InstanceDump[] | undefined {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
