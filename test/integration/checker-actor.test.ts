// Real threads, real TCP connections, a kernel of our own: checker and ipvs actors wired as the daemon wires them.

import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import test from 'node:test'
import type { BfdChecker } from '../../src/config/blocks/checker/model.ts'
import type { LvsConfig } from '../../src/config/blocks/server/model.ts'
import { faultKinds } from '../../src/ipc/messages/common.ts'
import { destKey, type IpvsCommand, type IpvsEntry, type IpvsServiceId, serviceKey } from '../../src/lib/ipvs.ts'
import type { Log } from '../../src/lib/log.ts'
import { CheckerActor } from '../../src/supervisor/lvs/checker-actor.ts'
import { IpvsActor } from '../../src/supervisor/lvs/ipvs-actor.ts'
import type { IpvsKernel } from '../../src/supervisor/lvs/ipvs-kernel.ts'
import { notStarted } from '../../src/supervisor/scripts/script-process.ts'
import { afterCommand, type ServiceImage } from '../../src/workers/ipvs/core/plan.ts'
import { lvsConfig, probing, realServer, target, tcpChecker, virtualServer } from '../unit/workers/checker/fixture.ts'

const ENOENT = 2
const EEXIST = 17

/** Behaves as the kernel does, as far as these tests go. */
class FakeKernel {
  readonly available = true
  readonly images = new Map<string, ServiceImage>()
  readonly commands: IpvsCommand[] = []

  async open(): Promise<void> {}
  async setTimeouts(): Promise<void> {}
  async syncDaemons(): Promise<void> {}
  async flush(): Promise<void> {
    this.images.clear()
  }
  close(): void {}

  async apply(commands: readonly IpvsCommand[]): Promise<readonly number[]> {
    return commands.map(command => this.#applyOne(command))
  }

  async dump(services: readonly IpvsServiceId[]): Promise<readonly IpvsEntry[]> {
    return services.flatMap(id => {
      const image = this.images.get(serviceKey(id))
      return image === undefined ? [] : [{ service: image.service, dests: [...image.dests.values()] }]
    })
  }

  table(): string {
    return [...this.images.values()]
      .map(
        ({ service, dests }) =>
          `${serviceKey(service.id)} ${[...dests.values()].map(d => `${d.address}(${d.weight})`).join(' ')}`,
      )
      .join('; ')
  }

  #applyOne(command: IpvsCommand): number {
    this.commands.push(command)
    if (command.op === 'flush') return 0
    const id = 'service' in command && 'id' in command.service ? command.service.id : command.service
    const key = serviceKey(id as IpvsServiceId)
    const image = this.images.get(key)
    if (command.op === 'new-service' && image !== undefined) return EEXIST
    if (command.op !== 'new-service' && image === undefined) return 3
    if (command.op === 'new-dest' && image?.dests.has(destKey(command.dest))) return EEXIST
    if ((command.op === 'set-dest' || command.op === 'del-dest') && !image?.dests.has(destKey(command.dest)))
      return ENOENT
    const after = afterCommand(image, command)
    if (after === undefined) this.images.delete(key)
    else this.images.set(key, after)
    return 0
  }
}

function silentLog(lines: string[]): Log {
  const write = (event: string, fields?: object) => void lines.push(`${event} ${JSON.stringify(fields ?? {})}`)
  return { error: write, warn: write, info: write, debug: () => {} }
}

interface Stage {
  readonly kernel: FakeKernel
  readonly checker: CheckerActor
  readonly ipvs: IpvsActor
  readonly fifo: string[]
  readonly lines: string[]
  stop(): Promise<void>
}

async function stage(config: LvsConfig, kernel = new FakeKernel()): Promise<Stage> {
  const fifo: string[] = []
  const lines: string[] = []
  const log = silentLog(lines)
  const ipvs = new IpvsActor(
    {
      log,
      kernel: kernel as unknown as IpvsKernel,
      nft: { setNamespace: () => {}, use: async () => {}, remove: async () => {} },
      stepped: () => {},
      runScript: () => {},
      fifoLine: line => fifo.push(line),
      mail: () => {},
      gaveUp: () => {},
    },
    { keepOnStop: false },
  )
  const checker = new CheckerActor(
    {
      log,
      startScript: () => notStarted({ ok: true }),
      verdict: verdict => ipvs.verdict(verdict),
      gaveUp: () => {},
    },
    { addresses: [] },
  )
  await ipvs.start(config)
  checker.start(config)
  const stop = async () => {
    await checker.stop()
    await ipvs.stop()
  }
  return { kernel, checker, ipvs, fifo, lines, stop }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited in vain for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

function listenOn(port: number): Promise<Server> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.on('error', () => {}))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

function oneServer(port: number, quickly = {}): LvsConfig {
  const checker = tcpChecker('tcp-11', { target: target(port), ...quickly })
  return lvsConfig([virtualServer('10.0.0.1', [realServer('10.0.0.11', [checker]), realServer('10.0.0.12')])])
}

/** Two servers with a checker each: `server` answers the one, nobody the other. */
/** Outside the range that the kernel gives out: one that was just closed may be another test's a moment later. */
const nobodysPort = 1

async function oneAliveOneDead(): Promise<{ readonly server: Server; readonly config: LvsConfig }> {
  const server = await listenOn(0)
  const config = lvsConfig([
    virtualServer('10.0.0.1', [
      realServer('10.0.0.11', [tcpChecker('alive', { target: target(portOf(server)), alpha: true })]),
      realServer('10.0.0.12', [tcpChecker('dead', { target: target(nobodysPort) })]),
    ]),
  ])
  return { server, config }
}

test('a TCP server that dies leaves the table and comes back with it', async () => {
  let server = await listenOn(0)
  const port = portOf(server)
  const { kernel, fifo, stop } = await stage(oneServer(port))
  try {
    await until('both servers in the table', () => kernel.table() === '6/10.0.0.1/80 10.0.0.11(1) 10.0.0.12(1)')
    server.close()
    await until('dead server out', () => kernel.table() === '6/10.0.0.1/80 10.0.0.12(1)')
    server = await listenOn(port)
    await until('server back', () => kernel.table() === '6/10.0.0.1/80 10.0.0.12(1) 10.0.0.11(1)')
    assert.deepEqual(fifo, [
      'VS [10.0.0.1]:tcp:80 UP',
      'RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
      'RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 UP',
    ])
  } finally {
    server.close()
    await stop()
  }
  assert.equal(kernel.table(), '')
})

for (const kind of faultKinds) {
  test(`a checker worker that dies of '${kind}' flaps no server, and what it knew survives`, async () => {
    const { server, config } = await oneAliveOneDead()
    const { kernel, checker, fifo, lines, stop } = await stage(config)
    try {
      await until('one up, one down', () => fifo.length === 3 && kernel.table() === '6/10.0.0.1/80 10.0.0.11(1)')
      const before = { told: [...fifo], commands: kernel.commands.length }
      checker.worker.fault(kind)
      await until('a successor', () => checker.worker.restarts === 1 && checker.worker.thread !== undefined)
      assert.deepEqual(
        [...checker.memory().states].map(([id, { up, hasRun }]) => [id, up, hasRun]).sort(),
        [
          ['alive', true, true],
          ['dead', false, true],
        ],
        lines.join('\n'),
      )
      // The successor makes its first checks within a second.
      await new Promise(resolve => setTimeout(resolve, 1_500))
      assert.deepEqual(fifo, before.told)
      assert.equal(kernel.commands.length, before.commands)
      assert.equal(kernel.table(), '6/10.0.0.1/80 10.0.0.11(1)')
    } finally {
      server.close()
      await stop()
    }
  })
}

test('crashes of either worker change nothing in the table and tell nobody', async () => {
  const { server, config } = await oneAliveOneDead()
  const { kernel, checker, ipvs, fifo, stop } = await stage(config)
  try {
    const down = 'RS [10.0.0.12]:tcp:80 [10.0.0.1]:tcp:80 DOWN'
    await until('one up, one down', () => fifo.includes(down) && kernel.table() === '6/10.0.0.1/80 10.0.0.11(1)')
    await until('quorum there', () => fifo.at(-1)?.endsWith('UP') === true || fifo.length === 3)
    const before = { told: [...fifo], commands: kernel.commands.length }
    checker.worker.fault('throw')
    ipvs.worker.fault('reject')
    await until('both back', () => checker.worker.restarts === 1 && ipvs.worker.restarts === 1)
    await new Promise(resolve => setTimeout(resolve, 2_000))
    assert.deepEqual(fifo, before.told)
    assert.equal(kernel.commands.length, before.commands)
    assert.equal(kernel.table(), '6/10.0.0.1/80 10.0.0.11(1)')
  } finally {
    server.close()
    await stop()
  }
})

test('a verdict that comes while the ipvs worker is away is not lost', async () => {
  const server = await listenOn(0)
  const { kernel, ipvs, fifo, stop } = await stage(oneServer(portOf(server)))
  try {
    await until('both in', () => kernel.table().includes('10.0.0.11(1)') && fifo.length === 1)
    ipvs.worker.fault('exit')
    await new Promise(resolve => setTimeout(resolve, 5))
    server.close()
    await until('dead server out', () => kernel.table() === '6/10.0.0.1/80 10.0.0.12(1)')
  } finally {
    server.close()
    await stop()
  }
})

test('what somebody else left in our service is put right, and foreign services are left alone', async () => {
  const kernel = new FakeKernel()
  const id = { family: 4, protocol: 6, address: '10.0.0.1', port: 80 } as const
  const foreign = { family: 4, protocol: 6, address: '10.9.9.9', port: 80 } as const
  const service = { id, scheduler: 'rr', flags: 2, timeoutSeconds: 0, netmask: 0xffffffff, engine: '' }
  kernel.images.set(serviceKey(id), { service, dests: new Map() })
  kernel.images.set(serviceKey(foreign), { service: { ...service, id: foreign }, dests: new Map() })
  const config = lvsConfig([virtualServer('10.0.0.1', [realServer('10.0.0.12')])])
  const { stop } = await stage(config, kernel)
  try {
    await until('scheduler and dest set', () => kernel.table().includes('10.0.0.12(1)'))
    assert.equal(kernel.images.get(serviceKey(id))?.service.scheduler, 'wlc')
  } finally {
    await stop()
  }
  assert.equal(kernel.table(), '6/10.9.9.9/80 ')
})

test('a reload adds, changes and removes services in place', async () => {
  const { kernel, checker, ipvs, stop } = await stage(
    lvsConfig([
      virtualServer('10.0.0.1', [realServer('10.0.0.11')]),
      virtualServer('10.0.0.2', [realServer('10.0.0.11')]),
    ]),
  )
  try {
    await until('two services', () => kernel.images.size === 2 && kernel.table().split('(1)').length === 3)
    const next = lvsConfig([
      virtualServer('10.0.0.1', [realServer('10.0.0.11', [], { weight: 5 }), realServer('10.0.0.12')]),
      virtualServer('10.0.0.3', [realServer('10.0.0.13')]),
    ])
    checker.reload(next)
    await ipvs.reload(next)
    await until(
      'new table',
      () => kernel.table() === '6/10.0.0.1/80 10.0.0.11(5) 10.0.0.12(1); 6/10.0.0.3/80 10.0.0.13(1)',
    )
  } finally {
    await stop()
  }
})

test('a BFD session takes its server out and puts it back; a crash and a reload change nothing', async () => {
  const follows = (id: string): BfdChecker => ({
    ...probing,
    id,
    type: 'BFD_CHECK',
    session: 'peer',
    server: '[10.0.0.11]:tcp:80',
  })
  const config = lvsConfig([
    virtualServer('10.0.0.1', [realServer('10.0.0.11', [follows('one')]), realServer('10.0.0.12')]),
  ])
  const { kernel, checker, fifo, stop } = await stage(config)
  const without = '6/10.0.0.1/80 10.0.0.12(1)'
  try {
    checker.session('peer', false)
    await until('the server is out', () => kernel.table() === without)
    checker.session('peer', true)
    await until('the server is back', () => kernel.table() === '6/10.0.0.1/80 10.0.0.12(1) 10.0.0.11(1)')
    checker.worker.fault('throw')
    await until('another worker', () => checker.worker.restarts === 1)
    checker.session('peer', false)
    await until('news while it was away are not lost', () => kernel.table() === without)
    checker.reload(config)
    await new Promise(resolve => setTimeout(resolve, 300))
    assert.equal(kernel.table(), without)
    const told = fifo.filter(line => line.startsWith('RS [10.0.0.11]')).map(line => line.split(' ').at(-1))
    assert.deepEqual(told, ['DOWN', 'UP', 'DOWN'])
  } finally {
    await stop()
  }
})

test('without checkers there is no checker thread; a reload that brings one starts it', async () => {
  const gone = await listenOn(0)
  const port = portOf(gone)
  gone.close()
  const unchecked = lvsConfig([virtualServer('10.0.0.1', [realServer('10.0.0.11', []), realServer('10.0.0.12')])])
  const { kernel, checker, ipvs, stop } = await stage(unchecked)
  try {
    await until('both servers in the table', () => kernel.table() === '6/10.0.0.1/80 10.0.0.11(1) 10.0.0.12(1)')
    assert.equal(checker.worker.thread, undefined)
    await ipvs.reload(oneServer(port))
    checker.reload(oneServer(port))
    await until('the dead server out', () => kernel.table() === '6/10.0.0.1/80 10.0.0.12(1)')
  } finally {
    await stop()
  }
  assert.equal(kernel.table(), '')
})
