// The C library calls that the kernel ports and the vrrp worker need, declared once with koffi. Nothing here keeps state, so
// every thread may import it. A failed call returns a negative number and leaves its reason in lastErrno(); see errno(3).

import { constants } from 'node:os'
import koffi from 'koffi'
import { KaError } from '../lib/errors.ts'

/** What a C function takes as `void *`: the memory of a typed array, or an address. */
type Pointer = Uint8Array | number | null

const libc = koffi.load(null)

export const socket: (domain: number, type: number, protocol: number) => number = libc.func('int socket(int, int, int)')

export const setns: (fd: number, type: number) => number = libc.func('int setns(int, int)')

export const close: (fd: number) => number = libc.func('int close(int)')

export const bind: (fd: number, address: Pointer, length: number) => number = libc.func(
  'int bind(int, const void *, uint32_t)',
)

export const setsockopt: (fd: number, level: number, option: number, value: Pointer, length: number) => number =
  libc.func('int setsockopt(int, int, int, const void *, uint32_t)')

export const getsockopt: (fd: number, level: number, option: number, value: Pointer, length: Pointer) => number =
  libc.func('int getsockopt(int, int, int, void *, void *)')

export const getsockname: (fd: number, address: Pointer, length: Pointer) => number = libc.func(
  'int getsockname(int, void *, void *)',
)

type SendTo = (fd: number, bytes: Pointer, length: number, flags: number, to: Pointer, toLength: number) => number
export const sendto: SendTo = libc.func('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)')

export const sendmsg: (fd: number, header: Pointer, flags: number) => number = libc.func(
  'intptr_t sendmsg(int, const void *, int)',
)

export const recvmsg: (fd: number, header: Pointer, flags: number) => number = libc.func(
  'intptr_t recvmsg(int, void *, int)',
)

export const clockGettime: (clock: number, time: Pointer) => number = libc.func('int clock_gettime(int, void *)')

export const eventfd: (initial: number, flags: number) => number = libc.func('int eventfd(unsigned int, int)')

export const read: (fd: number, bytes: Pointer, length: number) => number = libc.func(
  'intptr_t read(int, void *, size_t)',
)

export const inotifyInit1: (flags: number) => number = libc.func('int inotify_init1(int)')

export const inotifyAddWatch: (fd: number, path: string, mask: number) => number = libc.func(
  'int inotify_add_watch(int, const char *, uint32_t)',
)

export const inotifyRmWatch: (fd: number, watch: number) => number = libc.func('int inotify_rm_watch(int, int)')

export const write: (fd: number, bytes: Pointer, length: number) => number = libc.func(
  'intptr_t write(int, const void *, size_t)',
)

type Ppoll = (descriptors: Pointer, count: number, timeout: Pointer, signals: Pointer) => number
export const ppoll: Ppoll = libc.func('int ppoll(void *, unsigned long, const void *, const void *)')

const variadicFcntl = libc.func('int fcntl(int, int, ...)')

/** fcntl(2) with an integer argument. */
export function fcntlInt(fd: number, command: number, argument: number): number {
  return variadicFcntl(fd, command, 'int', argument)
}

/** fcntl(2) with a pointer argument, which the kernel may write to. */
export function fcntlPointer(fd: number, command: number, argument: Uint8Array): number {
  return variadicFcntl(fd, command, 'void *', argument)
}

export const schedSetscheduler: (pid: number, policy: number, parameters: Pointer) => number = libc.func(
  'int sched_setscheduler(int, int, const void *)',
)

export const schedSetaffinity: (tid: number, bytes: number, mask: Pointer) => number = libc.func(
  'int sched_setaffinity(int, size_t, const void *)',
)

export const setpriority: (which: number, who: number, nice: number) => number = libc.func(
  'int setpriority(int, int, int)',
)

export const setrlimit: (resource: number, limits: Pointer) => number = libc.func('int setrlimit(int, const void *)')

export const getrlimit: (resource: number, limits: Pointer) => number = libc.func('int getrlimit(int, void *)')

/** Bytes of a pointer, size_t and long on this machine. */
export const POINTER_SIZE = koffi.sizeof('void *')

/** Byte order of this machine, as DataView wants it. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Where the bytes are in memory. They must outlive the use, and must not be a small on-heap array: see allocate(). */
export function addressOf(bytes: Uint8Array): number {
  return Number(koffi.address(bytes))
}

/** Zeroed memory that the garbage collector does not move: V8 keeps small typed arrays inside its heap, ArrayBuffers never. */
export function allocate(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length))
}

/** The reason of the last failed call on this thread. */
export function lastErrno(): number {
  return koffi.errno()
}

const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, errno]) => [errno, name]),
)

/** `ENODEV` for 19; `errno 4711` for a number that has no name here. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`
}

/** What the `cause` of an error made by callError() holds. */
export interface CallFailure {
  readonly call: string
  readonly errno: number
  readonly name: string
}

/** The error for a call that failed: KA_NOT_PERMITTED when a capability is missing, otherwise KA_SOCKET. */
export function callError(call: string, errno: number): KaError {
  const name = errnoName(errno)
  const { EPERM, EACCES } = constants.errno
  const code = errno === EPERM || errno === EACCES ? 'KA_NOT_PERMITTED' : 'KA_SOCKET'
  return new KaError(code, `${call}: ${name}`, { call, errno, name } satisfies CallFailure)
}

/** Passes a non-negative result through and throws callError() for a negative one. */
export function check(call: string, result: number): number {
  if (result < 0) throw callError(call, lastErrno())
  return result
}
