// One HTTP exchange on a connection of its own, plain or TLS: sends the request, reads the header and the body within bounds, and
// digests the body on the way. Used by HTTP_GET, SSL_GET and genhash. Not the verdict (http.ts).

import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import type { HttpUrl, Target } from '../../../config/blocks/checker/model.ts'
import { err, ok, type Result } from '../../../lib/result.ts'
import { usPerMs } from '../../../lib/time.ts'
import { ChunkEnd } from '../core/chunk-end.ts'
import { hasBody, headerBytesMax, isInterim, type ResponseHead, readHead, requestText } from '../core/http-response.ts'
import { matchBytesMax } from './body-match.ts'
import { ByteStream } from './byte-stream.ts'
import { connectTcp, type Refusal } from './connection.ts'
import { waitAtMost } from './patience.ts'

export interface Exchange {
  readonly head: ResponseHead
  /** MD5 of the body as it came, cut at the announced length; hex. */
  readonly digest: string
  readonly bodyBytes: number
  /** The beginning of the body, at most matchBytesMax. */
  readonly body: Buffer
}

export interface FetchOptions {
  readonly target: Target
  readonly url: Pick<HttpUrl, 'path' | 'host' | 'serverName' | 'verifiedName' | 'tlsCompliant'>
  readonly protocol: '1.0' | '1.0C' | '1.1'
  /** undefined: plain HTTP. */
  readonly tls: SecureContext | undefined
}

/** Beyond this a body is taken for endless. */
const bodyBytesMax = 64 << 20
/** So many answers of status 1xx may come before the answer. */
const interimMax = 16
/** The header may take this many times the timeout of a single read, and the body this many. */
const headerTimeoutsMax = 3
const bodyTimeoutsMax = 20

/** Fetches one URL, or says why not. Every wait is bounded by the connect timeout. */
export async function fetchUrl(options: FetchOptions): Promise<Result<Exchange, Refusal>> {
  const started = performance.now()
  const attempt = await connectTcp(options.target)
  if (!attempt.ok) return attempt
  const timeoutMs = options.target.connectTimeoutUs / usPerMs
  const secured = await secure(attempt.value, options, timeoutMs - (performance.now() - started))
  if (!secured.ok) {
    attempt.value.destroy()
    return secured
  }
  const stream = new ByteStream(secured.value, timeoutMs)
  stream.write(requestText(options.url, options.protocol))
  const exchange = await receive(stream, timeoutMs)
  // A destroyed TLS socket says nothing; an ended one sends close_notify first.
  if (options.tls !== undefined && options.url.tlsCompliant) secured.value.end()
  setImmediate(() => secured.value.destroy())
  return exchange
}

/**
 * TLS shares the time limit of the connection. Every handshake is a full one: no session is resumed. As in keepalived nobody's
 * certificate is verified, unless verify_certificate asks for it.
 */
async function secure(
  socket: Socket,
  options: FetchOptions,
  leftMs: number,
): Promise<Result<Socket | TLSSocket, Refusal>> {
  if (options.tls === undefined) return ok(socket)
  const { serverName, verifiedName } = options.url
  const tls = connectTls({
    socket,
    secureContext: options.tls,
    rejectUnauthorized: verifiedName !== undefined,
    checkServerIdentity: (_, certificate) =>
      verifiedName === undefined ? undefined : checkServerIdentity(verifiedName, certificate),
    ...(serverName === undefined ? {} : { servername: serverName }),
  })
  return new Promise(resolve => {
    const fail = (reason: string) => {
      limit.cancel()
      tls.destroy()
      resolve(err({ kind: 'failed', reason }))
    }
    const limit = waitAtMost(Math.max(1, leftMs), () => fail('TLS handshake timed out'))
    tls.once('secureConnect', () => {
      limit.cancel()
      tls.removeAllListeners('error')
      tls.on('error', () => {})
      resolve(ok(tls))
    })
    tls.once('error', thrown => fail(`TLS handshake: ${thrown.message}`))
    tls.once('close', () => fail('TLS handshake: connection closed'))
  })
}

async function receive(stream: ByteStream, timeoutMs: number): Promise<Result<Exchange, Refusal>> {
  stream.limit(timeoutMs * headerTimeoutsMax)
  const opened = await receiveHead(stream)
  if (!opened.ok) return opened
  const { head, rest } = opened.value
  const body = new BodyDigest(head)
  body.add(rest)
  stream.limit(timeoutMs * bodyTimeoutsMax)
  while (!body.complete) {
    const piece = await stream.read()
    if (piece === 'end') break
    if (typeof piece === 'string') return failed(readFault(piece, stream))
    body.add(piece)
    if (body.bytes > bodyBytesMax) return failed(`the body is longer than ${bodyBytesMax} bytes`)
  }
  return ok({ head, ...body.finish() })
}

async function receiveHead(
  stream: ByteStream,
): Promise<Result<{ readonly head: ResponseHead; readonly rest: Uint8Array }, Refusal>> {
  let bytes: Buffer = Buffer.alloc(0)
  let interim = 0
  while (bytes.length <= 2 * headerBytesMax) {
    const piece = await stream.read()
    if (piece === 'end') return failed('no data received')
    if (typeof piece === 'string') return failed(readFault(piece, stream))
    // What is beyond the header is kept: a piece may be much longer than a header.
    bytes = Buffer.concat([bytes, piece])
    let reading = readHead(bytes)
    while (reading.kind === 'head' && isInterim(reading.head)) {
      bytes = bytes.subarray(reading.bodyStart)
      if (++interim > interimMax) return failed(`more than ${interimMax} answers of status 1xx`)
      reading = readHead(bytes)
    }
    if (reading.kind === 'too-long') break
    if (reading.kind === 'head') return ok({ head: reading.head, rest: bytes.subarray(reading.bodyStart) })
  }
  return failed(`the header is longer than ${headerBytesMax} bytes`)
}

function readFault(piece: 'timeout' | 'overdue' | 'broken', stream: ByteStream): string {
  switch (piece) {
    case 'timeout':
      return 'read timed out'
    case 'overdue':
      return 'the response takes too long'
    case 'broken':
      return `read failed: ${stream.fault}`
  }
}

/**
 * keepalived: digests the body up to the announced length; what comes behind is ignored. We also stop reading there, and where
 * the answer is complete without a length. As in keepalived a connection that ends earlier is no fault.
 */
class BodyDigest {
  bytes = 0
  readonly #hash = createHash('md5')
  readonly #length: number | undefined
  readonly #chunks: ChunkEnd | undefined
  readonly #kept: Uint8Array[] = []
  #keptBytes = 0

  constructor(head: ResponseHead) {
    this.#length = hasBody(head) ? head.contentLength : 0
    this.#chunks = head.chunked && this.#length === undefined ? new ChunkEnd() : undefined
  }

  get complete(): boolean {
    return this.#chunks?.reached === true || (this.#length !== undefined && this.bytes >= this.#length)
  }

  add(piece: Uint8Array): void {
    const room = this.#length === undefined ? piece.length : Math.max(0, this.#length - this.bytes)
    const taken = piece.subarray(0, room)
    this.bytes += taken.length
    this.#hash.update(taken)
    this.#chunks?.add(taken)
    const kept = taken.subarray(0, matchBytesMax - this.#keptBytes)
    if (kept.length > 0) this.#kept.push(kept)
    this.#keptBytes += kept.length
  }

  finish(): { readonly digest: string; readonly bodyBytes: number; readonly body: Buffer } {
    return { digest: this.#hash.digest('hex'), bodyBytes: this.bytes, body: Buffer.concat(this.#kept) }
  }
}

function failed(reason: string): { readonly ok: false; readonly error: Refusal } {
  return err({ kind: 'failed', reason })
}
