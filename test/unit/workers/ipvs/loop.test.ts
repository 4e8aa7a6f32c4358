import assert from 'node:assert/strict'
import test from 'node:test'
import type { FromIpvs } from '../../../../src/ipc/messages/ipvs.ts'
import type { IpvsEntry, IpvsService } from '../../../../src/lib/ipvs.ts'
import { serviceKey } from '../../../../src/lib/ipvs.ts'
import { IpvsLoop } from '../../../../src/workers/ipvs/loop.ts'
import { realServer, tcpChecker, virtualServer } from '../checker/fixture.ts'

const settings = { noCheckerEmails: false, rsInitNotifies: false }

/** Answers dumps with what the commands before have made, and counts the commands by service. */
class Bench {
  readonly shell: IpvsLoop
  readonly seen: string[] = []
  readonly #table = new Map<string, { service: IpvsService; dests: Map<string, IpvsEntry['dests'][number]> }>()

  constructor() {
    this.shell = new IpvsLoop({ send: message => queueMicrotask(() => this.#take(message)) })
  }

  #take(message: FromIpvs): void {
    if (message.t === 'dump') {
      const entries = [...this.#table.values()].map(({ service, dests }) => ({ service, dests: [...dests.values()] }))
      this.shell.table(entries)
    } else if (message.t === 'commands') {
      for (const command of message.commands) {
        const id = 'service' in command ? ('id' in command.service ? command.service.id : command.service) : undefined
        this.seen.push(`${command.op} ${id === undefined ? '' : serviceKey(id)}`)
        if (command.op === 'new-service')
          this.#table.set(serviceKey(command.service.id), { service: command.service, dests: new Map() })
        if (command.op === 'new-dest' || command.op === 'set-dest')
          this.#table.get(serviceKey(command.service))?.dests.set(command.dest.address, command.dest)
      }
      this.shell.results(
        message.n,
        message.commands.map(() => 0),
      )
    }
  }
}

function virtual(address: string, weight: number) {
  return virtualServer(address, [realServer('10.0.0.11', [tcpChecker(`c${address}`)], { weight })])
}

test('a reload sends nothing for what has not changed', async context => {
  const bench = new Bench()
  context.after(() => bench.shell.stop(false, false))
  const before = [virtual('10.0.0.1', 1), virtual('10.0.0.2', 1)]
  bench.shell.start({ t: 'start', virtualServers: before, settings, resume: {}, owned: [], verdicts: [], audit: true })
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(bench.seen.length, 4)
  bench.seen.length = 0
  bench.shell.reload(before, settings)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(bench.seen, [])
  bench.shell.reload([virtual('10.0.0.1', 1), virtual('10.0.0.2', 5)], settings)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(bench.seen, ['set-dest 6/10.0.0.2/80'])
})
