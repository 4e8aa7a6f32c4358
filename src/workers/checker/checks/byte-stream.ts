// A connection read piece by piece, each wait bounded in time. Errors of a connection that is in use are its end: what has come
// until then is judged. At most one piece waits in memory; the peer is held back by TCP.

import type { Duplex } from 'node:stream'

export type Piece = Uint8Array | 'end' | 'timeout'

export class ByteStream {
  readonly #stream: Duplex
  readonly #timeoutMs: number
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
    for (const event of ['end', 'close', 'error']) stream.on(event, end)
  }

  write(text: string): void {
    if (!this.#ended) this.#stream.write(text, 'latin1')
  }

  /** The next bytes, or why there are none. */
  async read(): Promise<Piece> {
    const deadline = performance.now() + this.#timeoutMs
    for (;;) {
      const bytes: unknown = this.#stream.read()
      if (bytes instanceof Uint8Array) return bytes
      if (this.#ended) return 'end'
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) return 'timeout'
      await this.#woken(leftMs)
    }
  }

  #woken(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(done, withinMs)
      this.#wake = done
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
