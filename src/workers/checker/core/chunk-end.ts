// Finds where a chunked HTTP body ends, without decoding it. Pure. RFC 9112 section 7.1.

const lineBytesMax = 4_096

/** Follows the bytes of a chunked body. What breaks the rules has no end, so that the connection's end counts. */
export class ChunkEnd {
  #state: 'size' | 'data' | 'trailer' | 'ended' | 'broken' = 'size'
  #line = ''
  /** Bytes of this chunk that are still to come, with its CRLF. */
  #left = 0

  /** The last chunk and its trailers have been seen. */
  get reached(): boolean {
    return this.#state === 'ended'
  }

  add(piece: Uint8Array): void {
    let at = 0
    while (at < piece.length && this.#state !== 'ended' && this.#state !== 'broken') {
      if (this.#state === 'data') {
        const taken = Math.min(this.#left, piece.length - at)
        this.#left -= taken
        at += taken
        if (this.#left === 0) this.#state = 'size'
      } else this.#byte(piece[at++]!)
    }
  }

  #byte(byte: number): void {
    if (byte !== 0x0a) {
      this.#line += String.fromCharCode(byte)
      if (this.#line.length > lineBytesMax) this.#state = 'broken'
      return
    }
    const line = this.#line.replace(/\r$/, '')
    this.#line = ''
    if (this.#state === 'trailer') this.#state = line === '' ? 'ended' : 'trailer'
    else this.#size(line)
  }

  #size(line: string): void {
    const digits = /^([0-9a-f]{1,12})[ \t]*(;|$)/i.exec(line)?.[1]
    if (digits === undefined) {
      this.#state = 'broken'
      return
    }
    const size = Number.parseInt(digits, 16)
    this.#left = size + 2
    this.#state = size === 0 ? 'trailer' : 'data'
  }
}
