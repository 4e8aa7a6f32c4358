// The part of the raw-socket package that this project uses; the package has no types of its own.

declare module 'raw-socket' {
  import { EventEmitter } from 'node:events'

  export const AddressFamily: { readonly IPv4: 1; readonly IPv6: 2 }

  export interface SocketOptions {
    readonly addressFamily: 1 | 2
    readonly protocol: number
    readonly bufferSize: number
  }

  export class Socket extends EventEmitter {
    constructor(options: SocketOptions)
    /** The poll watcher found the socket readable: receives one packet and emits `message` or `error`. */
    onRecvReady(): void
    /** The poll watcher failed: emits `error` and closes the socket. */
    onError(error: unknown): void
    getOption(level: number, option: number, value: Buffer, length: number): number
    setOption(level: number, option: number, value: Buffer, length: number): void
    pauseRecv(): this
    close(): this
  }
}
