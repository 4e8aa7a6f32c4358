// The faults of the matrix: what is done to the subject, to which of the programs it can be done, and for how long its
// consequences are watched.

import type { FaultKind } from '../../../src/ipc/messages/common.ts'
import { askDaemon } from '../../../src/supervisor/control/client.ts'
import { instancePaths } from '../../../src/supervisor/process/instance-paths.ts'
import { epochNowUs, sleep } from '../../lab/clock.ts'
import { signalIfAlive } from '../../lab/command.ts'
import type { Kind } from '../../lab/router.ts'
import { type Bench, runFolder } from './bench.ts'
import type { Period } from './cell.ts'

/** What must hold afterwards depends on this, see expectation.ts. */
export type FaultClass = 'worker' | 'restart' | 'short-pause' | 'long-pause' | 'end'

export interface Fault {
  readonly name: string
  readonly class: FaultClass
  readonly subjects: readonly Kind[]
  /** The subject has to be started anew before it. */
  readonly fresh: boolean
  cause(bench: Bench): Promise<Pick<Period, 'resumedAt'>>
  /** How long to watch, milliseconds. */
  watchMs(bench: Bench): number
}

const OURS: readonly Kind[] = ['keepalived-ts']
const BOTH: readonly Kind[] = ['keepalived-ts', 'keepalived']
const SHORT_PAUSE_MS = 500
/** A hanging worker is noticed after 0.4 s, one out of memory after about as long; silence after that shows as a late advert. */
const WORKER_WATCH_MS = 1_000
/** keepalived starts its VRRP child again after a second, and that waits for its master-down time. */
const RESTART_WATCH_MS = 3_000

export const FAULTS: readonly Fault[] = [
  workerFault('throw'),
  workerFault('reject'),
  workerFault('exit'),
  workerFault('hang'),
  workerFault('oom'),
  daemonFault('SIGKILL'),
  pause('daemon SIGSTOP 0.5 s', () => SHORT_PAUSE_MS),
  pause('daemon SIGSTOP > master-down', bench => bench.peerDownUs / 1_000 + Math.max(300, bench.intervalMs)),
  // A second death within a minute would be answered with a pause of a second.
  { ...daemonFault('SIGSEGV'), fresh: true },
  {
    name: 'watchdog SIGKILL',
    class: 'end',
    fresh: false,
    subjects: BOTH,
    cause: async bench => {
      process.kill(bench.subject.pid, 'SIGKILL')
      return {}
    },
    watchMs: bench => 1_500 + bench.peerDownUs / 1_000,
  },
]

function workerFault(kind: FaultKind): Fault {
  return {
    name: `vrrp worker ${kind}`,
    class: 'worker',
    fresh: false,
    subjects: OURS,
    cause: async bench => {
      const { socket } = instancePaths(bench.subject.pidFile, runFolder(bench.subject))
      const response = await askDaemon(socket, { cmd: 'fault', worker: 'vrrp', kind })
      if (!response.ok) throw new Error(`fault vrrp ${kind}: ${response.error}`)
      return {}
    },
    watchMs: bench => WORKER_WATCH_MS + 2 * bench.intervalMs,
  }
}

function daemonFault(signal: 'SIGKILL' | 'SIGSEGV'): Fault {
  return {
    name: `daemon ${signal}`,
    class: 'restart',
    fresh: false,
    subjects: BOTH,
    cause: async bench => {
      process.kill(bench.workhorse(), signal)
      return {}
    },
    watchMs: bench => RESTART_WATCH_MS + (bench.kind === 'keepalived' ? 2 : 1) * (bench.peerDownUs / 1_000),
  }
}

function pause(name: string, forMs: (bench: Bench) => number): Fault {
  const lengthOf = (bench: Bench) => forMs(bench)
  return {
    name,
    class: name.includes('>') ? 'long-pause' : 'short-pause',
    fresh: false,
    subjects: BOTH,
    cause: async bench => {
      const pid = bench.workhorse()
      process.kill(pid, 'SIGSTOP')
      await sleep(lengthOf(bench))
      const resumedAt = epochNowUs()
      signalIfAlive(pid, 'SIGCONT')
      return { resumedAt }
    },
    watchMs: bench => 1_000 + bench.peerDownUs / 1_000,
  }
}
