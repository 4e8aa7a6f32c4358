// struct msghdr of sendmsg(2) and recvmsg(2) with its address, one buffer and control data, all in one piece of memory that
// is made once and used for every call, so that a call costs no allocation. One per thread and purpose; not re-entrant.
//
//   | msghdr | iovec | name (28) | control | payload |

import { addressOf, allocate, LITTLE_ENDIAN, POINTER_SIZE } from './libc.ts'
import { setPointer } from './socket-option.ts'

const NAME_MAX = 28
const P = POINTER_SIZE
/** Offsets of the members; `int` members are padded to a pointer except the last. */
const MSGHDR = {
  name: 0,
  nameLength: P,
  iov: 2 * P,
  iovLength: 3 * P,
  control: 4 * P,
  controlLength: 5 * P,
  size: 7 * P,
}

/** Where the low 32 bits of a size_t are. */
const LOW = LITTLE_ENDIAN ? 0 : P - 4

/** Bytes before the data of a control message: struct cmsghdr. */
export const CMSG_HEADER = P + 8

/** What a control message takes, padding included (CMSG_SPACE). */
export function controlSpace(dataLength: number): number {
  return align(CMSG_HEADER + dataLength)
}

export class MessageHeader {
  /** Address of the struct msghdr, for sendmsg and recvmsg. */
  readonly address: number
  /** The struct sockaddr. */
  readonly name: Uint8Array
  readonly control: Uint8Array
  readonly payload: Uint8Array
  readonly #view: DataView
  readonly #controlOffset: number

  constructor(sizes: { readonly controlMax: number; readonly payloadMax: number }) {
    const iov = MSGHDR.size
    const name = iov + 2 * P
    const control = align(name + NAME_MAX)
    const payload = align(control + sizes.controlMax)
    const bytes = allocate(payload + sizes.payloadMax)
    const base = addressOf(bytes)
    const part = (start: number, length: number) => new Uint8Array(bytes.buffer, start, length)
    this.address = base
    this.name = part(name, NAME_MAX)
    this.control = part(control, sizes.controlMax)
    this.payload = part(payload, sizes.payloadMax)
    this.#view = new DataView(bytes.buffer)
    this.#controlOffset = control
    setPointer(this.#view, MSGHDR.name, base + name)
    setPointer(this.#view, MSGHDR.iov, base + iov)
    setPointer(this.#view, MSGHDR.iovLength, 1)
    setPointer(this.#view, MSGHDR.control, base + control)
    setPointer(this.#view, iov, base + payload)
  }

  /** Before each call: how much of name, control and payload the kernel may read or write. */
  setLengths(name: number, control: number, payload: number): void {
    this.#view.setUint32(MSGHDR.nameLength, name, LITTLE_ENDIAN)
    this.#view.setUint32(MSGHDR.controlLength + LOW, control, LITTLE_ENDIAN)
    this.#view.setUint32(MSGHDR.size + P + LOW, payload, LITTLE_ENDIAN)
  }

  /** Writes the head of a control message `at` bytes into the control data; its payload follows CMSG_HEADER bytes later. */
  setControlHeader(level: number, type: number, dataLength: number, at = 0): void {
    const start = this.#controlOffset + at
    this.#view.setUint32(start + LOW, CMSG_HEADER + dataLength, LITTLE_ENDIAN)
    this.#view.setInt32(start + P, level, LITTLE_ENDIAN)
    this.#view.setInt32(start + P + 4, type, LITTLE_ENDIAN)
  }

  /** After recvmsg: the int that a control message of this kind carries; undefined if there is none. */
  controlInt(level: number, type: number): number | undefined {
    const at = this.#findControl(level, type, 4)
    return at === undefined ? undefined : this.#view.getInt32(at, LITTLE_ENDIAN)
  }

  /** The same for data of `length` bytes, as a copy. */
  controlBytes(level: number, type: number, length: number): Uint8Array | undefined {
    const at = this.#findControl(level, type, length)
    return at === undefined ? undefined : new Uint8Array(this.#view.buffer, at, length).slice()
  }

  /** Offset of the data of a control message of this kind that has at least this much. */
  #findControl(level: number, type: number, dataLength: number): number | undefined {
    const end = this.#controlOffset + this.#view.getUint32(MSGHDR.controlLength + LOW, LITTLE_ENDIAN)
    let at = this.#controlOffset
    while (at + CMSG_HEADER + dataLength <= end) {
      const length = this.#view.getUint32(at + LOW, LITTLE_ENDIAN)
      const matches =
        this.#view.getInt32(at + P, LITTLE_ENDIAN) === level && this.#view.getInt32(at + P + 4, LITTLE_ENDIAN) === type
      if (matches && length >= CMSG_HEADER + dataLength) return at + CMSG_HEADER
      if (length < CMSG_HEADER) return undefined
      at += align(length)
    }
    return undefined
  }
}

function align(length: number): number {
  return Math.ceil(length / P) * P
}
