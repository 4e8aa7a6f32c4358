// A connection read piece by piece, each wait bounded in time, and all of them together, so that a peer that drips
// bytes cannot hold a check for ever. At most one piece waits in memory; the peer is held back by TCP.

import type { Duplex } from 'node:stream'
import { pendingError } from '../../../native/socket-option.ts'
import { waitAtMost } from './patience.ts'

/** `overdue`: all reads together took too long. `broken`: the connection failed, see `fault`. */
type Piece = Uint8Array | 'end' | 'timeout' | 'overdue' | 'broken'

export class ByteStream {
  readonly #stream: Duplex
  readonly #timeoutMs: number
  #overdueAt = Number.POSITIVE_INFINITY
  #fault: string | undefined
  #ended = false
  #wake: (() => void) | undefined

  /** `timeoutMs` bounds each single wait. */
  constructor(stream: Duplex, timeoutMs: number) {
    this.#stream = stream
    this.#timeoutMs = timeoutMs
    const end = () => {
      this.#ended = true
      this.#wake?.()
    }
    stream.on('readable', () => this.#wake?.())
    stream.on('error', (thrown: NodeJS.ErrnoException) => {
      this.#fault ??= thrown.code ?? thrown.message
      end()
    })
    stream.on('close', end)
    stream.on('end', () => {
      this.#fault ??= resetBehind(stream)
      end()
    })
  }

  /** Why the connection broke, like `ECONNRESET`. */
  get fault(): string {
    return this.#fault ?? 'closed'
  }

  /** Reads are `overdue` from so many milliseconds after now. */
  limit(totalMs: number): void {
    this.#overdueAt = performance.now() + totalMs
  }

  write(text: string): void {
    if (!this.#ended) this.#stream.write(text, 'latin1')
  }

  /** The next bytes, or why there are none. */
  async read(): Promise<Piece> {
    const leftMs = this.#overdueAt - performance.now()
    if (leftMs <= 0) return 'overdue'
    const isLast = leftMs < this.#timeoutMs
    let expired = false
    const limit = waitAtMost(Math.min(leftMs, this.#timeoutMs), () => {
      expired = true
      this.#wake?.()
    })
    for (;;) {
      const piece = this.#piece()
      if (piece !== undefined || expired) {
        limit.cancel()
        return piece ?? (isLast ? 'overdue' : 'timeout')
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #piece(): Piece | undefined {
    const bytes: unknown = this.#stream.read()
    if (bytes instanceof Uint8Array) return bytes
    if (this.#fault !== undefined) return 'broken'
    return this.#ended ? 'end' : undefined
  }
}

/**
 * A reset that arrives together with the last bytes is told as an end: libuv sees both at once and never reads the
 * error, which the kernel keeps.
 */
function resetBehind(stream: Duplex): string | undefined {
  const handle = '_handle' in stream ? stream._handle : undefined
  const fd = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined
  return typeof fd === 'number' && fd >= 0 ? pendingError(fd) : undefined
}
