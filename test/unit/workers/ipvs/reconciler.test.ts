import assert from 'node:assert/strict'
import test, { mock } from 'node:test'
import {
  destKey,
  type IpvsCommand,
  type IpvsDest,
  type IpvsEntry,
  type IpvsService,
  type IpvsServiceId,
  serviceKey,
} from '../../../../src/lib/ipvs.ts'
import { afterCommand, planService, type ServiceImage } from '../../../../src/workers/ipvs/core/plan.ts'
import { Reconciler } from '../../../../src/workers/ipvs/reconciler.ts'

const id: IpvsServiceId = { family: 4, protocol: 6, address: '10.0.0.1', port: 80 }
const key = serviceKey(id)
const service: IpvsService = { id, scheduler: 'rr', flags: 0, timeoutSeconds: 0, netmask: 0xffffffff, engine: '' }

function dest(octet: number, weight = 1): IpvsDest {
  return {
    family: 4,
    address: `10.0.0.${octet}`,
    port: 80,
    method: 3,
    weight,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnelType: 0,
    tunnelPort: 0,
    tunnelFlags: 0,
  }
}

function image(...dests: readonly IpvsDest[]): ServiceImage {
  return { service, dests: new Map(dests.map(each => [destKey(each), each])) }
}

function names(commands: readonly IpvsCommand[]): string[] {
  return commands.map(command =>
    'dest' in command ? `${command.op} .${command.dest.address.split('.')[3]}` : command.op,
  )
}

test('a plan adds and changes before it deletes, and does nothing without need', () => {
  const plan = planService(id, image(dest(11), dest(12)), image(dest(12, 5), dest(99)))
  assert.deepEqual(names(plan), ['set-dest .12', 'new-dest .99', 'del-dest .11'])
  assert.deepEqual(planService(id, image(dest(11)), image(dest(11))), [])
  assert.deepEqual(names(planService(id, undefined, image(dest(11)))), ['new-service', 'new-dest .11'])
  assert.deepEqual(names(planService(id, image(dest(11)), undefined)), ['del-service'])
  assert.deepEqual(planService(id, undefined, undefined), [])
})

test('the flag that the kernel sets by itself is no difference', () => {
  const actual = { ...image(), service: { ...service, flags: 2 } }
  assert.deepEqual(planService(id, actual, image()), [])
})

test('carrying out a plan leads to what was planned', () => {
  const desired = image(dest(12, 5), dest(99))
  let actual: ServiceImage | undefined = image(dest(11), dest(12))
  for (const command of planService(id, actual, desired)) actual = afterCommand(actual, command)
  assert.deepEqual([...actual!.dests].sort(), [...desired.dests].sort())
})

/** Answers dumps and commands at once; `refuse` names commands that get EINVAL. */
class Kernel {
  actual: ServiceImage | undefined
  desired: ServiceImage | undefined
  refuse = ''
  errno = 22
  readonly seen: string[] = []
  readonly refused: string[] = []
  dumps = 0
  readonly drifts: (readonly string[])[] = []
  accepted = 0
  #jobs: (() => void)[] = []
  readonly reconciler: Reconciler

  constructor() {
    this.reconciler = new Reconciler({
      desired: () => this.desired,
      dump: () => {
        this.dumps++
        this.#jobs.push(() => this.reconciler.takeTable(this.#entries()))
      },
      commands: (n, commands) => {
        assert.ok(commands.length <= 128)
        this.seen.push(...names(commands))
        this.#jobs.push(() =>
          this.reconciler.takeResults(
            n,
            commands.map(command => this.#apply(command)),
          ),
        )
      },
      refused: command => this.refused.push(names([command])[0]!),
      accepted: () => this.accepted++,
      drifted: (_, changes) => this.drifts.push(changes),
      found: () => {},
      idle: () => {},
    })
  }

  settle(): void {
    for (let turns = 0; this.#jobs.length > 0; turns++) {
      assert.ok(turns < 100, 'comes to an end')
      const jobs = this.#jobs
      this.#jobs = []
      for (const job of jobs) job()
    }
  }

  #entries(): IpvsEntry[] {
    return this.actual === undefined ? [] : [{ service: this.actual.service, dests: [...this.actual.dests.values()] }]
  }

  #apply(command: IpvsCommand): number {
    const [name] = names([command])
    if (name === this.refuse) return this.errno
    if (command.op === 'new-dest' && this.actual?.dests.has(destKey(command.dest))) return 17
    if (command.op === 'set-dest' && !this.actual?.dests.has(destKey(command.dest))) return 2
    this.actual = afterCommand(this.actual, command)
    return 0
  }
}

test('thousands of dests go in bounded batches', () => {
  const kernel = new Kernel()
  kernel.desired = image(...Array.from({ length: 300 }, (_, i) => ({ ...dest(1), port: i + 1 })))
  kernel.reconciler.adopt([id])
  kernel.settle()
  assert.equal(kernel.actual?.dests.size, 300)
  assert.equal(kernel.dumps, 1)
})

test('when somebody else has changed the table, it is looked at again and put right', () => {
  const kernel = new Kernel()
  kernel.desired = image(dest(11), dest(12))
  kernel.reconciler.adopt([id])
  kernel.settle()
  kernel.actual = image(dest(12), dest(13))
  kernel.desired = image(dest(11, 7), dest(12))
  kernel.reconciler.touch(id)
  kernel.settle()
  assert.deepEqual([...kernel.actual.dests.keys()].sort(), ['10.0.0.11/80', '10.0.0.12/80'])
  assert.equal(kernel.dumps, 2)
  assert.deepEqual(kernel.refused, [])
})

test('one refused dest is told once, does not hold up the others, and is tried again later', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const kernel = new Kernel()
    kernel.refuse = 'new-dest .12'
    kernel.desired = image(dest(11), dest(12), dest(13))
    kernel.reconciler.adopt([id])
    kernel.settle()
    assert.deepEqual([...kernel.actual!.dests.keys()].sort(), ['10.0.0.11/80', '10.0.0.13/80'])
    assert.deepEqual(kernel.refused, ['new-dest .12'])
    assert.equal(kernel.seen.filter(name => name === 'new-dest .12').length, 2)
    kernel.refuse = ''
    mock.timers.tick(1_000)
    kernel.settle()
    assert.equal(kernel.actual?.dests.size, 3)
    kernel.reconciler.close()
  } finally {
    mock.timers.reset()
  }
})

test('a refusal that lasts is told once, the same command is told again for another reason, and its end is told', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const kernel = new Kernel()
    kernel.refuse = 'new-dest .12'
    kernel.desired = image(dest(11), dest(12))
    kernel.reconciler.adopt([id])
    kernel.settle()
    for (let tries = 0; tries < 5; tries++) {
      mock.timers.tick(60_000)
      kernel.settle()
    }
    assert.deepEqual(kernel.refused, ['new-dest .12'])
    assert.equal(kernel.seen.filter(name => name === 'new-dest .12').length, 7)
    kernel.errno = 12
    mock.timers.tick(60_000)
    kernel.settle()
    assert.deepEqual(kernel.refused, ['new-dest .12', 'new-dest .12'])
    assert.equal(kernel.accepted, 0)
    kernel.refuse = ''
    mock.timers.tick(60_000)
    kernel.settle()
    assert.equal(kernel.accepted, 1)
    kernel.reconciler.close()
  } finally {
    mock.timers.reset()
  }
})

test('a service that the kernel refuses is told once, not once for each of its dests', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const kernel = new Kernel()
    kernel.refuse = 'new-service'
    kernel.desired = image(dest(11), dest(12))
    kernel.reconciler.adopt([id])
    kernel.settle()
    assert.deepEqual(kernel.refused, ['new-service'])
    kernel.reconciler.close()
  } finally {
    mock.timers.reset()
  }
})

test('a service that is not wanted any more goes, and is forgotten', () => {
  const kernel = new Kernel()
  kernel.desired = image(dest(11))
  kernel.reconciler.adopt([id])
  kernel.settle()
  kernel.desired = undefined
  kernel.reconciler.touch(id)
  kernel.settle()
  assert.equal(kernel.actual, undefined)
  assert.deepEqual(kernel.reconciler.owned(), [])
  assert.equal(key, '6/10.0.0.1/80')
})

test('a service that somebody else has changed is made right again and told of; an untouched one is not written to', () => {
  const kernel = new Kernel()
  kernel.desired = image(dest(11), dest(12))
  kernel.reconciler.adopt([id])
  kernel.settle()
  kernel.seen.length = 0
  kernel.reconciler.audit([id])
  kernel.settle()
  assert.deepEqual([kernel.seen, kernel.drifts], [[], []])
  kernel.actual = image(dest(12), dest(13))
  kernel.reconciler.audit([id])
  kernel.settle()
  assert.deepEqual([...kernel.actual.dests.keys()].sort(), ['10.0.0.11/80', '10.0.0.12/80'])
  assert.deepEqual(kernel.drifts, [['[10.0.0.11]:80 deleted', '[10.0.0.13]:80 added']])
})

test('a service that is audited while a dump of another is on its way is not taken for deleted', () => {
  const other: IpvsServiceId = { ...id, port: 81 }
  const services = [id, other].map(each => ({ service: { ...service, id: each }, dests: [dest(11)] }))
  const asked: IpvsServiceId[][] = []
  const [drifts, commands]: [number[], string[]] = [[], []]
  const reconciler = new Reconciler({
    desired: wanted => {
      const found = services.find(each => serviceKey(each.service.id) === wanted)!
      return { service: found.service, dests: new Map(found.dests.map(each => [destKey(each), each])) }
    },
    dump: ids => asked.push([...ids]),
    commands: (_, batch) => commands.push(...names(batch)),
    refused: () => {},
    accepted: () => {},
    drifted: (_, changes) => drifts.push(changes.length),
    found: () => {},
    idle: () => {},
  })
  const answer = () => {
    const ids = asked.shift()!.map(serviceKey)
    reconciler.takeTable(services.filter(each => ids.includes(serviceKey(each.service.id))))
  }
  reconciler.adopt([id, other])
  answer()
  reconciler.audit([id])
  reconciler.audit([other])
  answer()
  assert.deepEqual(asked, [[other]])
  answer()
  assert.deepEqual([drifts, commands, asked], [[], [], []])
})
