// Brings the kernel's IPVS table to the desired one, and keeps it there. core/desired.ts says what is desired,
// core/plan.ts plans the commands of one service; this file decides which service is planned when, and copes with a
// kernel that refuses, a supervisor that is restarted and other programs that change the table.
//
// It keeps an *image* of each of our services: the service as the kernel has it, for all we know. A service is in one or
// more of these sets, and each set says what is still to be done:
// - suspect: the image may be wrong. The service is read from the kernel (one dump at a time, of all suspects together)
//   before anything is planned for it. A service begins like this, because a predecessor may have left it.
// - asked: in the dump that is under way. A service that becomes suspect meanwhile is read again afterwards.
// - dirty: the desired state may differ from the image. The difference is planned and sent as commands.
// - audited: a suspect that is read without a reason. A difference found there was made by somebody else, and is told.
// - attempts: commands that the kernel refused, with the number of refusals in a row.
//
// One batch of commands, bounded in length, is in flight. Its results (one errno each) change the image by the
// commands that were done. Then #go() takes the next step: read the suspects if there are any, else send the next batch, else
// arm the retry timer and say that it is idle. A plan longer than a batch is kept (`#rest`), since planning it anew for each
// batch would cost the square of its length; touch() drops it when the desired state changes.
//
// A refusal first makes the service suspect: probably the image was wrong. If the same command is refused again, the
// refusal is reported and the command waits, 1 s at first and up to a minute, while all other commands go on. The same
// refusal of a later try is not reported again until the service has been as desired in between. If creating a
// service waits, so do its dests. Thus a kernel that refuses one server for ever costs a few commands a minute.
//
// A worker that dies between sending a command and its result loses nothing: `owned` was posted before the first command,
// so its successor adopts these services, and adopting begins with reading.

import { commandsMax } from '../../ipc/messages/ipvs.ts'
import { assert } from '../../lib/errors.ts'
import {
  commandName,
  destKey,
  type IpvsCommand,
  type IpvsDest,
  type IpvsEntry,
  type IpvsServiceId,
  serviceKey,
  serviceOf,
} from '../../lib/ipvs.ts'
import { foreignChange } from './core/foreign-change.ts'
import { afterCommand, planService, type ServiceImage } from './core/plan.ts'

interface ReconcilerPorts {
  /** What the service should be; undefined: it should not exist. */
  desired(key: string): ServiceImage | undefined
  dump(services: readonly IpvsServiceId[]): void
  commands(n: number, commands: readonly IpvsCommand[]): void
  refused(command: IpvsCommand, errno: number): void
  /** Somebody else has changed this service; `changes` says what was found, and as many commands make it right again. */
  drifted(service: IpvsServiceId, changes: readonly string[]): void
  /** A service of which a refusal was reported is as desired now. */
  accepted(service: IpvsServiceId): void
  /** What a dump has found, counters included. */
  found(entries: readonly IpvsEntry[]): void
  /** Everything that was wanted has been carried out or refused. */
  idle(): void
}

/** Only this class has it, so it is changed in place: a copy for each command would cost more than the command itself. */
interface KernelImage extends ServiceImage {
  readonly dests: Map<string, IpvsDest>
}

const attemptsBeforeWait = 2
const retryMinMs = 1_000
const retryMaxMs = 60_000
const retryDoublingsMax = 6

export class Reconciler {
  readonly #ports: ReconcilerPorts
  readonly #ids = new Map<string, IpvsServiceId>()
  readonly #images = new Map<string, KernelImage>()
  readonly #dirty = new Set<string>()
  /** Failures in a row by service and command. */
  readonly #attempts = new Map<string, Map<string, number>>()
  /** Refusals that were reported, by service and command, with their errno. Those of services that are as desired are gone. */
  readonly #told = new Map<string, Map<string, number>>()
  /** Services to be read from the kernel before they are planned. */
  readonly #suspect = new Set<string>()
  /** Services asked for in the dump that is under way. A service that became suspect after the request is not in it. */
  #asked: ReadonlySet<string> = new Set()
  /** What is left of a plan that is longer than a batch; planning it anew for each batch would cost the square of its length. */
  #rest: { readonly key: string; readonly commands: readonly IpvsCommand[] } | undefined
  /** The suspects that are read by the regular audit: their differences were made by somebody else. */
  readonly #audited = new Set<string>()
  #inFlight: readonly IpvsCommand[] = []
  #batches = 0
  #retries = 0
  #dumping = false
  #retryTimer: NodeJS.Timeout | undefined

  constructor(ports: ReconcilerPorts) {
    this.#ports = ports
  }

  /** These services may be ours in the kernel: look first, then make them what they should be. */
  adopt(services: readonly IpvsServiceId[]): void {
    for (const id of services) {
      const key = serviceKey(id)
      this.#ids.set(key, id)
      this.#suspect.add(key)
    }
    this.#go()
  }

  /** What is desired of this service may have changed. */
  touch(id: IpvsServiceId): void {
    const key = serviceKey(id)
    if (!this.#ids.has(key)) {
      this.adopt([id])
      return
    }
    this.#dirty.add(key)
    if (this.#rest?.key === key) this.#rest = undefined
    this.#go()
  }

  /** Looks whether these services are still as they were made. */
  audit(services: readonly IpvsServiceId[]): void {
    for (const id of services) {
      const key = serviceKey(id)
      const isKnown = this.#ids.has(key)
      const isBusy = this.#dirty.has(key) || this.#attempts.has(key) || this.#suspect.has(key) || this.#asked.has(key)
      if (!isKnown || isBusy) continue
      this.#suspect.add(key)
      this.#audited.add(key)
    }
    this.#go()
  }

  /** The services that are ours, or are about to be. */
  owned(): readonly IpvsServiceId[] {
    return [...this.#ids.values()]
  }

  takeTable(entries: readonly IpvsEntry[]): void {
    assert(this.#dumping, 'a table that nobody asked for')
    this.#dumping = false
    this.#rest = undefined
    const found = new Map(entries.map(entry => [serviceKey(entry.service.id), entry]))
    for (const key of this.#asked) {
      const entry = found.get(key)
      if (entry === undefined) this.#images.delete(key)
      else this.#images.set(key, imageOf(entry))
      if (this.#audited.delete(key)) this.#compare(key)
      this.#dirty.add(key)
    }
    this.#asked = new Set()
    this.#ports.found(entries)
    this.#go()
  }

  takeResults(n: number, errnos: readonly number[]): void {
    assert(
      n === this.#batches && errnos.length === this.#inFlight.length,
      `results of batch ${n} are not the ones awaited`,
    )
    const commands = this.#inFlight
    this.#inFlight = []
    const reported = new Set<string>()
    for (const [i, command] of commands.entries()) {
      const key = keyOf(command)
      if (errnos[i] === 0) {
        this.#applied(key, command)
        continue
      }
      const gaveUp = this.#failed(key, command)
      // Without a service each of its dests fails too: the first failure says it all.
      if (gaveUp && !reported.has(key)) this.#tell(key, command, errnos[i]!)
      if (gaveUp) reported.add(key)
    }
    this.#go()
  }

  close(): void {
    clearTimeout(this.#retryTimer)
  }

  #applied(key: string, command: IpvsCommand): void {
    const image = this.#images.get(key)
    if (image !== undefined && 'dest' in command) {
      if (command.op === 'del-dest') image.dests.delete(destKey(command.dest))
      else image.dests.set(destKey(command.dest), command.dest)
      return
    }
    const after = afterCommand(image, command)
    if (after === undefined) this.#images.delete(key)
    else this.#images.set(key, { service: after.service, dests: new Map(after.dests) })
  }

  /**
   * Counts a command that the kernel refused. After the first refusal the image may be wrong, so the service is read
   * again at once; from the second on (returns true) the command waits for the retry timer.
   */
  #failed(key: string, command: IpvsCommand): boolean {
    this.#rest = undefined
    const failures = this.#attempts.get(key) ?? new Map<string, number>()
    this.#attempts.set(key, failures)
    const attempts = (failures.get(commandName(command)) ?? 0) + 1
    failures.set(commandName(command), attempts)
    if (attempts < attemptsBeforeWait) this.#suspect.add(key)
    return attempts >= attemptsBeforeWait
  }

  /** Reports a refusal, unless it was reported before with the same reason. */
  #tell(key: string, command: IpvsCommand, errno: number): void {
    const told = this.#told.get(key) ?? new Map<string, number>()
    this.#told.set(key, told)
    if (told.get(commandName(command)) === errno) return
    told.set(commandName(command), errno)
    this.#ports.refused(command, errno)
  }

  #compare(key: string): void {
    const id = this.#ids.get(key)
    if (id === undefined || this.#dirty.has(key)) return
    const image = this.#images.get(key)
    const plan = planService(id, image, this.#ports.desired(key))
    if (plan.length > 0)
      this.#ports.drifted(
        id,
        plan.map(command => foreignChange(image, command)),
      )
  }

  #go(): void {
    if (this.#inFlight.length > 0 || this.#dumping) return
    if (this.#suspect.size > 0) {
      this.#look()
      return
    }
    const commands = this.#nextBatch()
    if (commands.length > 0) {
      this.#inFlight = commands
      this.#ports.commands(++this.#batches, commands)
      return
    }
    if (this.#attempts.size === 0) this.#retries = 0
    this.#armRetry()
    this.#ports.idle()
  }

  #look(): void {
    this.#dumping = true
    this.#asked = new Set(this.#suspect)
    this.#suspect.clear()
    this.#ports.dump([...this.#asked].map(key => this.#ids.get(key)!))
  }

  #nextBatch(): readonly IpvsCommand[] {
    const commands: IpvsCommand[] = []
    for (const key of this.#dirty) {
      const rest = this.#rest?.key === key ? this.#rest.commands : this.#plan(key)
      const room = commandsMax - commands.length
      commands.push(...rest.slice(0, room))
      if (rest.length > room) this.#rest = { key, commands: rest.slice(room) }
      else if (this.#rest?.key === key) this.#rest = undefined
      if (commands.length === commandsMax) break
    }
    return commands
  }

  /** The commands for a service. None: it is as desired, or all of its commands were refused and wait. */
  #plan(key: string): readonly IpvsCommand[] {
    const id = this.#ids.get(key)
    const desired = this.#ports.desired(key)
    const plan = id === undefined ? [] : planService(id, this.#images.get(key), desired)
    const ready = this.#withoutRefused(key, plan)
    if (plan.length === 0) this.#settle(key, desired)
    else if (ready.length === 0) this.#dirty.delete(key)
    return ready
  }

  /** Leaves out commands that wait for the retry. If creating the service waits, so do all its dests. */
  #withoutRefused(key: string, plan: readonly IpvsCommand[]): readonly IpvsCommand[] {
    const failures = this.#attempts.get(key)
    if (failures === undefined) return plan
    const refused = (command: IpvsCommand) => (failures.get(commandName(command)) ?? 0) >= attemptsBeforeWait
    if (plan.some(command => command.op === 'new-service' && refused(command))) return []
    return plan.filter(command => !refused(command))
  }

  #settle(key: string, desired: ServiceImage | undefined): void {
    this.#dirty.delete(key)
    this.#attempts.delete(key)
    const id = this.#ids.get(key)
    // One that is not wanted any more was not accepted.
    if (this.#told.delete(key) && id !== undefined && desired !== undefined) this.#ports.accepted(id)
    if (desired === undefined) this.#ids.delete(key)
  }

  #armRetry(): void {
    if (this.#attempts.size === 0 || this.#retryTimer !== undefined) return
    const delayMs = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(this.#retries++, retryDoublingsMax))
    this.#retryTimer = setTimeout(() => this.#retry(), delayMs)
  }

  #retry(): void {
    this.#retryTimer = undefined
    for (const [key, failures] of this.#attempts) {
      this.#suspect.add(key)
      for (const [command] of failures) failures.set(command, attemptsBeforeWait - 1)
    }
    this.#go()
  }
}

function imageOf(entry: IpvsEntry): KernelImage {
  return { service: entry.service, dests: new Map(entry.dests.map(dest => [destKey(dest), dest])) }
}

function keyOf(command: IpvsCommand): string {
  const service = serviceOf(command)
  return service === undefined ? '' : serviceKey(service)
}
