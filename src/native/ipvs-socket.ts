// The generic netlink socket of IPVS: finds the family, applies commands, dumps services and dests, and sets timeouts and sync
// daemons. Main thread only. Not the bytes (ipvs-message.ts), not when to do what (src/supervisor/lvs/ipvs-actor.ts).

import { constants } from 'node:os'
import { KaError } from '../lib/errors.ts'
import type { IpvsCommand, IpvsDest, IpvsEntry, IpvsServiceId, IpvsStatistics } from '../lib/ipvs.ts'
import { serviceKey } from '../lib/ipvs.ts'
import { familyAttributes } from './ipvs-attribute.ts'
import {
  decodeDest,
  decodeService,
  decodeStatistics,
  encodeCommand,
  encodeMessage,
  encodeServiceId,
  type IpvsCounters,
} from './ipvs-message.ts'
import {
  decodeDaemon,
  decodeTimeouts,
  encodeDelDaemon,
  encodeNewDaemon,
  encodeTimeouts,
  type IpvsDaemon,
  type IpvsTimeouts,
} from './ipvs-setting-message.ts'
import { errnoName } from './libc.ts'
import { inNamespace } from './namespace.ts'
import { decodeAttributes, encodeAttributes, numberOf } from './netlink-attribute.ts'
import { FLAG } from './netlink-message.ts'
import { NetlinkRequester, type Reply } from './netlink-request.ts'

const NETLINK_GENERIC = 16
/** The controller, which knows the numbers of all families. */
const CONTROLLER = { type: 0x10, getFamily: 3, version: 1 } as const
const FAMILY_NAME = 'IPVS'
/** Commands in one datagram, some 170 bytes each. The kernel works through it without a pause. */
const BATCH_MAX = 64

/** An entry with its present connections. */
interface ConnectedEntry extends IpvsEntry {
  readonly dests: readonly (IpvsDest & IpvsCounters)[]
}

interface CountedDest extends IpvsDest, IpvsCounters {
  readonly statistics: IpvsStatistics
}

export interface CountedEntry extends IpvsEntry {
  readonly statistics: IpvsStatistics
  readonly dests: readonly CountedDest[]
}

interface FoundDest {
  readonly dest: IpvsDest & IpvsCounters
  readonly body: Uint8Array
}

export interface IpvsSocketOptions {
  /** File of the network namespace whose IPVS it is; undefined: that of this thread. */
  readonly namespace?: string
  readonly receiveBuffer?: { readonly bytes: number; readonly force: boolean }
}

export class IpvsSocket {
  readonly #requester: NetlinkRequester
  readonly #family: number

  private constructor(requester: NetlinkRequester, family: number) {
    this.#requester = requester
    this.#family = family
  }

  /** undefined: this kernel has no IPVS at present. Throws KA_SOCKET or KA_NOT_PERMITTED. */
  static async open(
    onError: (error: KaError) => void,
    options: IpvsSocketOptions = {},
  ): Promise<IpvsSocket | undefined> {
    const requester = inNamespace(options.namespace, () => new NetlinkRequester(NETLINK_GENERIC, onError))
    try {
      if (options.receiveBuffer !== undefined) {
        requester.setReceiveBuffer(options.receiveBuffer.bytes, options.receiveBuffer.force)
      }
      const family = await resolveFamily(requester)
      if (family !== undefined) return new IpvsSocket(requester, family)
    } catch (thrown) {
      requester.close()
      throw thrown
    }
    requester.close()
    return undefined
  }

  /** Carries the commands out in order, whatever becomes of one of them. One errno each; 0 is done, EIO is not known. */
  async apply(commands: readonly IpvsCommand[]): Promise<readonly number[]> {
    const errnos: number[] = []
    for (let at = 0; at < commands.length; at += BATCH_MAX) {
      const bodies = commands.slice(at, at + BATCH_MAX).map(encodeCommand)
      errnos.push(...(await this.#batch(bodies)))
    }
    return errnos
  }

  async #batch(bodies: readonly Uint8Array[]): Promise<readonly number[]> {
    try {
      return await this.#requester.batch(this.#family, bodies)
    } catch (thrown) {
      if (thrown instanceof KaError) return bodies.map(() => constants.errno.EIO)
      throw thrown
    }
  }

  /** All services, or those named, with their dests. Throws KA_NETLINK_NACK or KA_SOCKET. */
  async dump(only?: readonly IpvsServiceId[]): Promise<readonly ConnectedEntry[]> {
    const wanted = only === undefined ? undefined : new Set(only.map(serviceKey))
    const reply = await this.#expect('dump of services', encodeMessage('get-service'), FLAG.dump)
    const entries: ConnectedEntry[] = []
    for (const message of reply.messages) {
      const service = decodeService(message.body)
      if (service === undefined || wanted?.has(serviceKey(service.id)) === false) continue
      entries.push({ service, dests: (await this.#dests(service.id)).map(({ dest }) => dest) })
    }
    return entries
  }

  /** All services with their dests, and what went through them. Throws KA_NETLINK_NACK or KA_SOCKET. */
  async counted(): Promise<readonly CountedEntry[]> {
    const reply = await this.#expect('dump of services', encodeMessage('get-service'), FLAG.dump)
    const entries: CountedEntry[] = []
    for (const { body } of reply.messages) {
      const service = decodeService(body)
      if (service === undefined) continue
      const dests = await this.#dests(service.id)
      entries.push({
        service,
        statistics: decodeStatistics(body),
        dests: dests.map(({ dest, body: counted }) => ({ ...dest, statistics: decodeStatistics(counted) })),
      })
    }
    return entries
  }

  async timeouts(): Promise<IpvsTimeouts> {
    const reply = await this.#expect('get timeouts', encodeMessage('get-config'))
    const [message] = reply.messages
    if (message === undefined) throw new KaError('KA_SOCKET', 'IPVS answered get-config without timeouts')
    return decodeTimeouts(message.body)
  }

  async setTimeouts(timeouts: IpvsTimeouts): Promise<void> {
    await this.#expect('set timeouts', encodeTimeouts(timeouts))
  }

  /** Throws KA_NETLINK_NACK, among others if a daemon of this role runs already. */
  async startDaemon(daemon: IpvsDaemon): Promise<void> {
    await this.#expect(`start ${daemon.role} sync daemon`, encodeNewDaemon(daemon))
  }

  /** Returns the errno; ESRCH if none runs. */
  async stopDaemon(role: 'master' | 'backup'): Promise<number> {
    return (await this.#request(encodeDelDaemon(role))).errno
  }

  async daemons(): Promise<readonly IpvsDaemon[]> {
    const reply = await this.#expect('dump of sync daemons', encodeMessage('get-daemon'), FLAG.dump)
    return reply.messages.map(message => decodeDaemon(message.body)).filter(daemon => daemon !== undefined)
  }

  close(): void {
    this.#requester.close()
  }

  async #dests(service: IpvsServiceId): Promise<readonly FoundDest[]> {
    const { ESRCH, ENOENT } = constants.errno
    const reply = await this.#request(encodeMessage('get-dest', encodeServiceId(service).slice()), FLAG.dump)
    // Gone since the dump of services.
    if (reply.errno === ESRCH || reply.errno === ENOENT) return []
    if (reply.errno !== 0) throw nack('dump of dests', reply.errno)
    return reply.messages.flatMap(({ body }) => {
      const dest = decodeDest(body, service.family)
      return dest === undefined ? [] : [{ dest, body }]
    })
  }

  #request(body: Uint8Array, flags = 0): Promise<Reply> {
    return this.#requester.request(this.#family, flags, body)
  }

  async #expect(what: string, body: Uint8Array, flags = 0): Promise<Reply> {
    const reply = await this.#request(body, flags)
    if (reply.errno !== 0) throw nack(what, reply.errno)
    return reply
  }
}

/** The number that the kernel gave the family, or undefined if there is no such family. */
async function resolveFamily(requester: NetlinkRequester): Promise<number | undefined> {
  const header = Uint8Array.of(CONTROLLER.getFamily, CONTROLLER.version, 0, 0)
  const name = encodeAttributes(familyAttributes, { name: FAMILY_NAME })
  const body = new Uint8Array(header.length + name.length)
  body.set(header)
  body.set(name, header.length)
  const reply = await requester.request(CONTROLLER.type, 0, body)
  if (reply.errno === constants.errno.ENOENT) return undefined
  if (reply.errno !== 0) throw nack('find family IPVS', reply.errno)
  const [message] = reply.messages
  if (message === undefined) return undefined
  const id = numberOf(decodeAttributes(familyAttributes, message.body.subarray(4)).id, 0)
  return id === 0 ? undefined : id
}

function nack(what: string, errno: number): KaError {
  const code = errno === constants.errno.EPERM ? 'KA_NOT_PERMITTED' : 'KA_NETLINK_NACK'
  return new KaError(code, `IPVS: ${what}: ${errnoName(errno)}`, { errno })
}
