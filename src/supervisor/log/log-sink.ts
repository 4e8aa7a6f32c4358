// Where log lines go, without ever making the caller wait: a descriptor or file written by pino's asynchronous SonicBoom, or a
// `logger` process that speaks to syslog (Node.js has no datagram sockets of the unix family). Each has a bound; what does not
// fit is dropped and counted. Nothing here decides what a line looks like.

import { type ChildProcess, spawn } from 'node:child_process'
import { pino } from 'pino'
import { openToAppend } from '../files/careful.ts'

/** Bytes that may wait in one sink. */
export const waitingBytesMax = 1024 * 1024
/** A `logger` process that ended is not replaced earlier than this. */
const loggerRestartMs = 1000

export interface LogSink {
  readonly name: string
  /** Takes one line with its newline. Never blocks, never throws. */
  write(line: string): void
  /** Lines dropped since the last call; 0 as long as lines are still being dropped. */
  takeLost(): number
  /** Waits until all is written, but no longer than `withinMs`. Afterwards nothing is written any more. */
  close(withinMs: number): Promise<void>
}

/** Writes to an open descriptor, or appends to a file of ours (created 0644 less umask); throws if that cannot be had. */
export function fileSink(name: string, target: { readonly fd: number } | { readonly path: string }): LogSink {
  const fd = 'fd' in target ? target.fd : openToAppend(target.path, 0o644)
  const stream = pino.destination({ fd, sync: false, minLength: 0, maxLength: waitingBytesMax })
  let waitingBytes = 0
  let lost = 0
  let broken = false
  stream.on('drop', (line: string) => {
    lost++
    waitingBytes -= Buffer.byteLength(line)
  })
  stream.on('write', (bytes: number) => {
    waitingBytes -= bytes
  })
  // A closed terminal or a full disk: there is nobody to tell, and the next line tries again.
  stream.on('error', () => {
    broken = true
  })
  return {
    name,
    write: line => {
      waitingBytes += Buffer.byteLength(line)
      try {
        stream.write(line)
      } catch {
        lost++
        broken = true
      }
    },
    takeLost: () => {
      if (waitingBytes > waitingBytesMax / 2) return 0
      const count = lost
      lost = 0
      return count
    },
    close: async withinMs => {
      await until(() => waitingBytes <= 0 || broken, withinMs)
      stream.destroy()
    },
  }
}

/** Feeds `logger(1)`, which turns `<PRI>` at the beginning of each line into the priority of the syslog message. */
export function syslogSink(tag: string, pid: number): LogSink {
  let child: ChildProcess | undefined
  let startedAt = 0
  let lost = 0
  let closed = false

  function running(): ChildProcess | undefined {
    if (child !== undefined || closed || Date.now() - startedAt < loggerRestartMs) return child
    startedAt = Date.now()
    const started = spawn('logger', [`--id=${pid}`, '--tag', tag, '--prio-prefix'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // It must outlive a Ctrl-C long enough to take the last lines.
      detached: true,
    })
    const gone = () => {
      if (child === started) child = undefined
    }
    started.on('error', gone)
    started.on('exit', gone)
    started.stdin.on('error', gone)
    started.unref()
    const pipe: unknown = started.stdin
    if (hasUnref(pipe)) pipe.unref()
    child = started
    return child
  }

  return {
    name: 'syslog',
    write: line => {
      const input = running()?.stdin
      if (input === null || input === undefined || input.destroyed || input.writableLength > waitingBytesMax) lost++
      else input.write(line)
    },
    takeLost: () => {
      const input = child?.stdin
      if (input === null || input === undefined || input.writableLength > waitingBytesMax / 2) return 0
      const count = lost
      lost = 0
      return count
    },
    close: async withinMs => {
      closed = true
      const leaving = child
      if (leaving?.stdin === null || leaving === undefined) return
      let over = false
      leaving.once('exit', () => {
        over = true
      })
      leaving.stdin.end()
      await until(() => over, withinMs)
      if (!over) leaving.kill('SIGKILL')
    },
  }
}

async function until(done: () => boolean, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs
  while (!done() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 5))
}

function hasUnref(pipe: unknown): pipe is { unref(): void } {
  return typeof pipe === 'object' && pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function'
}
