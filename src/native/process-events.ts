// What the kernel tells of processes through its connector (NETLINK_CONNECTOR, Documentation/driver-api/connector.rst,
// linux/cn_proc.h). A filter in the kernel keeps threads and what nobody asked for away. Main thread only. Only the first network
// and PID namespace of a host hears anything: elsewhere the kernel does not even answer.
//
//   0           16                      36     40    44          52
//   | nlmsghdr | idx val seq ack len fl | what | cpu | timestamp | event data (process ids, 4 bytes each)

import { KaError } from '../lib/errors.ts'
import { LITTLE_ENDIAN, sendto } from './libc.ts'
import { encodeMessage, MESSAGE_TYPE } from './netlink-message.ts'
import { NetlinkSocket } from './netlink-socket.ts'
import { attachFilter, BPF, type BpfInstruction } from './socket-option.ts'

export type ProcessEvent =
  | { readonly type: 'fork'; readonly parent: number; readonly pid: number }
  /** Another program, or another name: look again. */
  | { readonly type: 'changed'; readonly pid: number }
  | { readonly type: 'exit'; readonly pid: number }

interface ProcessEventsPorts {
  /** Called outside of the socket's own callbacks. */
  event(event: ProcessEvent): void
  /** Events were lost: nobody knows which. */
  overrun(): void
  failed(error: KaError): void
}

const NETLINK_CONNECTOR = 11
const CN_IDX_PROC = 1
const CN_VAL_PROC = 1
const PROC_CN_MCAST_LISTEN = 1
const PROC_CN_MCAST_IGNORE = 2

const WHAT = { none: 0, fork: 0x1, exec: 0x2, comm: 0x200, exit: 0x80000000 } as const
const WHAT_AT = 36
const ACK_ERROR_AT = 52
const [PID_AT, GROUP_AT] = [52, 56]
const [PARENT_GROUP_AT, CHILD_AT, CHILD_GROUP_AT] = [56, 60, 64]
const EVENT_LENGTH_MIN = 60
/** As long as the kernel may take for its answer before we say that there will be none. */
const ACK_WITHIN_MS = 1_000

export class ProcessEvents {
  readonly #ports: ProcessEventsPorts
  readonly #socket: NetlinkSocket
  #ack: ((error: KaError | undefined) => void) | undefined

  /** Throws KA_SOCKET or KA_NOT_PERMITTED. */
  constructor(ports: ProcessEventsPorts) {
    this.#ports = ports
    this.#socket = new NetlinkSocket(
      { protocol: NETLINK_CONNECTOR, groups: [CN_IDX_PROC] },
      {
        onDatagram: datagram => this.#take(datagram),
        onOverrun: () => ports.overrun(),
        onError: error => ports.failed(error),
      },
    )
    try {
      attachFilter(this.#socket.fd, processesOnly)
    } catch (thrown) {
      this.#socket.close()
      throw thrown
    }
  }

  /** Resolves when the kernel has said that it will tell us; rejects with its error, or KA_NOT_PERMITTED if it stays silent. */
  async listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#ack?.(new KaError('KA_NOT_PERMITTED', notHere)), ACK_WITHIN_MS)
      this.#ack = error => {
        clearTimeout(timer)
        this.#ack = undefined
        if (error === undefined) resolve()
        else reject(error)
      }
      this.#ask(PROC_CN_MCAST_LISTEN)
    })
  }

  /** With `deaf` nothing is queued any more: what happens is lost, and costs nothing. */
  setDeaf(deaf: boolean): void {
    attachFilter(this.#socket.fd, deaf ? nothing : processesOnly)
  }

  close(): void {
    this.#ack?.(new KaError('KA_SOCKET', 'closed'))
    this.#ask(PROC_CN_MCAST_IGNORE)
    this.#socket.close()
  }

  #ask(operation: number): void {
    const bytes = encodeRequest(operation, this.#socket.port)
    // At once: the socket may be closed next. To a kernel that does not listen it is an error like any other silence.
    sendto(this.#socket.fd, bytes, bytes.length, 0, null, 0)
  }

  #take(datagram: Uint8Array): void {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length)
    if (datagram.length >= EVENT_LENGTH_MIN && view.getUint32(WHAT_AT, LITTLE_ENDIAN) === WHAT.none) {
      const errno = view.getUint32(ACK_ERROR_AT, LITTLE_ENDIAN)
      this.#ack?.(errno === 0 ? undefined : new KaError('KA_NOT_PERMITTED', `the kernel refuses, error ${errno}`))
      return
    }
    const event = decodeProcessEvent(datagram)
    if (event !== undefined) this.#ports.event(event)
  }
}

const notHere = 'the kernel does not tell of processes in this namespace'

function encodeRequest(operation: number, port: number): Uint8Array {
  const body = new Uint8Array(24)
  const view = new DataView(body.buffer)
  view.setUint32(0, CN_IDX_PROC, LITTLE_ENDIAN)
  view.setUint32(4, CN_VAL_PROC, LITTLE_ENDIAN)
  view.setUint16(16, 4, LITTLE_ENDIAN)
  view.setUint32(20, operation, LITTLE_ENDIAN)
  return encodeMessage({ type: MESSAGE_TYPE.done, flags: 0, sequence: 0, port, body })
}

/** undefined for what is no event of a process as a whole. */
export function decodeProcessEvent(datagram: Uint8Array): ProcessEvent | undefined {
  if (datagram.length < EVENT_LENGTH_MIN) return undefined
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length)
  const word = (at: number) => view.getUint32(at, LITTLE_ENDIAN)
  switch (word(WHAT_AT)) {
    case WHAT.fork:
      if (datagram.length < CHILD_GROUP_AT + 4 || word(CHILD_AT) !== word(CHILD_GROUP_AT)) return undefined
      return { type: 'fork', parent: word(PARENT_GROUP_AT), pid: word(CHILD_AT) }
    case WHAT.exec:
      return { type: 'changed', pid: word(GROUP_AT) }
    case WHAT.comm:
      return word(PID_AT) === word(GROUP_AT) ? { type: 'changed', pid: word(PID_AT) } : undefined
    case WHAT.exit:
      return word(PID_AT) === word(GROUP_AT) ? { type: 'exit', pid: word(PID_AT) } : undefined
    default:
      return undefined
  }
}

/** A filter loads words as if they came from the network. */
function inNetworkOrder(value: number): number {
  const bytes = new DataView(new ArrayBuffer(4))
  bytes.setUint32(0, value, LITTLE_ENDIAN)
  return bytes.getUint32(0)
}

const QUEUE: BpfInstruction = [BPF.return, 0, 0, 0xffffffff]
const DROP: BpfInstruction = [BPF.return, 0, 0, 0]
const is = (what: number, ifTrue: number): BpfInstruction => [BPF.jumpIfEqual, ifTrue, 0, inNetworkOrder(what)]

/** Answers, new programs, and of the rest what concerns a process and not one of its threads. The numbers are lines to skip. */
const processesOnly: readonly BpfInstruction[] = [
  [BPF.loadWord, 0, 0, WHAT_AT],
  is(WHAT.none, 13),
  is(WHAT.exec, 12),
  is(WHAT.comm, 3),
  is(WHAT.exit, 2),
  is(WHAT.fork, 5),
  DROP,
  [BPF.loadWord, 0, 0, PID_AT],
  [BPF.toX, 0, 0, 0],
  [BPF.loadWord, 0, 0, GROUP_AT],
  [BPF.jumpIfEqualX, 4, 5, 0],
  [BPF.loadWord, 0, 0, CHILD_AT],
  [BPF.toX, 0, 0, 0],
  [BPF.loadWord, 0, 0, CHILD_GROUP_AT],
  [BPF.jumpIfEqualX, 0, 1, 0],
  QUEUE,
  DROP,
]

const nothing: readonly BpfInstruction[] = [DROP]
