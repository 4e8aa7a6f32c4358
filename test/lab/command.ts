// Running the system's tools: one-shot commands, long-lived children whose output is read line by line, and killing
// a whole process tree at one instant (a SIGKILLed keepalived parent would otherwise let its children resign politely).

import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const OUTPUT_MAX = 64 * 1024 * 1024

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end; rejects with its stderr if it fails. */
export async function run(command: string, args: readonly string[], input?: string): Promise<string> {
  const finished = await attempt(command, args, input)
  if (finished.code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${finished.code}: ${finished.stderr}`)
  return finished.stdout
}

/** Runs a command to its end and returns how it ended; a command killed by a signal or not found has code -1. */
export function attempt(command: string, args: readonly string[], input?: string): Promise<Finished> {
  return new Promise(resolve => {
    const child = execFile(
      command,
      [...args],
      { env: cleanEnvironment(), maxBuffer: OUTPUT_MAX },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr })
      },
    )
    if (input !== undefined) child.stdin?.end(input)
  })
}

/** The environment without what the test runner or systemd put there for this process alone. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...extra }
  for (const name of ['NODE_TEST_CONTEXT', 'NODE_OPTIONS', 'NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) {
    if (extra[name] === undefined) delete environment[name]
  }
  return environment
}

/** Starts a long-lived child in a namespace; stdout and stderr are pipes, stdin as asked. */
export function spawnIn(namespace: string, argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
    ...options,
  })
}

/** Calls `take` for each line that the stream delivers, without its end. */
export function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
  stream?.on('end', () => {
    if (rest !== '') take(rest)
  })
}

/** The process and all its descendants, ancestors first. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    const child = Number(entry)
    const parent = Number.isInteger(child) ? parentOf(child) : undefined
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const tree = [pid]
  for (const member of tree) tree.push(...(children.get(member) ?? []))
  return tree
}

/** Freezes the tree, then kills it, so that no member acts on another's death. */
export function killTree(pid: number): void {
  const tree = processTree(pid)
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const member of tree) signalIfAlive(member, signal)
}

export function signalIfAlive(pid: number, signal: NodeJS.Signals | 0 | number): boolean {
  try {
    return process.kill(pid, signal)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') return false
    throw thrown
  }
}

/** Synchronous, for exit handlers: kills what still runs in the namespace and deletes it. Missing ones are no error. */
export function removeNamespaceNow(namespace: string): void {
  const pids = quietly('ip', ['netns', 'pids', namespace])
  for (const pid of pids.split('\n').map(Number).filter(Boolean)) signalIfAlive(pid, 'SIGKILL')
  quietly('ip', ['netns', 'del', namespace])
}

function quietly(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (thrown) {
    if (thrown instanceof Error && 'status' in thrown) return ''
    throw thrown
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch (thrown) {
    // It ended while we looked.
    if (thrown instanceof Error && 'code' in thrown) return undefined
    throw thrown
  }
}
