// The ipvs worker as a real thread: reloads that it does not live to see, and reloads that come one upon the other.

import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { LvsConfig } from '../../src/config/blocks/server/model.ts'
import type { IpvsCommand } from '../../src/lib/ipvs.ts'
import { IpvsActor } from '../../src/supervisor/lvs/ipvs-actor.ts'
import type { Verdict } from '../../src/workers/checker/core/check-state.ts'
import { lvsConfig, realServer, tcpChecker, virtualServer } from '../unit/workers/checker/fixture.ts'

const PATIENCE_MS = 10_000

interface Stage {
  readonly actor: IpvsActor
  readonly commands: readonly IpvsCommand[]
  readonly fifo: readonly string[]
  /** Called at each log event. */
  onLog: (event: string) => void
  /** What nft.use() waits for. */
  nftDone: Promise<void>
  /** What kernel.open() waits for. */
  opened: Promise<void>
}

function stage(t: TestContext): Stage {
  const commands: IpvsCommand[] = []
  const fifo: string[] = []
  const note = (event: string) => made.onLog(event)
  const actor = new IpvsActor(
    {
      log: { error: note, warn: note, info: note, debug: note },
      kernel: {
        available: true,
        open: () => made.opened,
        setTimeouts: async () => {},
        syncDaemons: async daemon => {
          if (daemon !== undefined) made.onLog('daemons')
        },
        flush: async () => {},
        dump: async () => [],
        close: () => {},
        apply: async some => {
          commands.push(...some)
          return some.map(() => 0)
        },
      },
      nft: { setNamespace: () => {}, use: () => made.nftDone, remove: async () => {} },
      runScript: () => {},
      fifoLine: line => fifo.push(line),
      mail: () => {},
      stepped: () => {},
      gaveUp: () => {},
    },
    { keepOnStop: false },
  )
  const made: Stage = { actor, commands, fifo, onLog: () => {}, nftDone: Promise.resolve(), opened: Promise.resolve() }
  t.after(() => actor.stop())
  return made
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !holds(); await wait(10)) assert.ok(Date.now() < end, what)
}

function config(checker: string, weight = 1, more: Partial<LvsConfig> = {}): LvsConfig {
  const servers = [realServer('10.0.0.11', [tcpChecker(checker)], { weight }), realServer('10.0.0.12')]
  return { ...lvsConfig([virtualServer('10.0.0.1', servers)]), ...more }
}

function failing(checker: string): Verdict {
  return { checker, up: false, changed: true, weight: 0, reason: 'refused' }
}

test('a server whose failed checker a reload removes while the worker is away comes back', async t => {
  const made = stage(t)
  const { actor, fifo } = made
  const failed = () => Object.values([...actor.states().values()][0]?.real ?? {}).flatMap(real => real.failed)
  await actor.start(config('old'))
  await until(() => actor.states().size === 1, 'the worker has begun')
  actor.verdict(failing('old'))
  await until(() => failed().includes('old'), 'the server is down')
  let reloads = 0
  made.onLog = event => {
    if (event === 'worker-restart' && reloads++ === 0) void actor.reload(config('new'))
  }
  actor.worker.fault('throw')
  await until(() => reloads > 0 && failed().length === 0, 'the server is up again')
  assert.deepEqual(
    fifo.filter(line => line.startsWith('RS [10.0.0.11]')).map(line => line.split(' ').at(-1)),
    ['DOWN', 'UP'],
  )
})

test('a reload that waits for nft is not carried out after the next one', async t => {
  const made = stage(t)
  const { actor, commands } = made
  // The kernel says that it has nothing, so each reload makes everything anew.
  const weights = () =>
    commands.flatMap(command => (command.op === 'new-dest' && command.dest.weight > 1 ? [command.dest.weight] : []))
  await actor.start(config('c'))
  await until(() => commands.some(({ op }) => op === 'new-dest'), 'the table is made')
  let finish = () => {}
  made.nftDone = new Promise(resolve => {
    finish = resolve
  })
  const nft = { table: 't', counters: false, priority: 0, rows: [] } as unknown as NonNullable<LvsConfig['nft']>
  const both = [actor.reload(config('c', 5, { nft })), actor.reload(config('c', 9, { nft }))]
  await wait(50)
  finish()
  await Promise.all(both)
  await until(() => weights().length > 0, 'the weight has changed')
  await wait(100)
  assert.equal(weights().at(-1), 9)
})

test('a stop while the kernel module is being loaded leaves no thread and no sync daemon behind', async t => {
  const made = stage(t)
  let open = () => {}
  made.opened = new Promise(resolve => {
    open = resolve
  })
  const events: string[] = []
  made.onLog = event => events.push(event)
  const started = made.actor.start({ ...config('c'), syncDaemon: { interface: 'lo', syncId: 1 } })
  const stopped = made.actor.stop()
  open()
  await Promise.all([started, stopped])
  await wait(300)
  assert.deepEqual([events, made.actor.worker.thread, made.actor.states().size], [[], undefined, 0])
})
