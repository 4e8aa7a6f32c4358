// The daemon's control socket: a unix socket that only root can reach (directory 0700, socket 0600), one request and
// one response a connection. It carries requests and responses; the handler answers them. See message.ts for the
// shapes.

import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { KaError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { ensurePrivateDirectory, type InstancePaths } from '../process/instance-paths.ts'
import { type ControlResponse, readRequest, requestBytesMax, responseBytesMax } from './message.ts'
import type { ControlRequest } from './verbs.ts'

export type ControlHandler = (request: ControlRequest) => ControlResponse | Promise<ControlResponse>

const clientsMax = 8
/** For the whole request, however it comes, and again for taking the answer: one octet a second holds no place for long. */
const requestWithinMs = 10_000
const answerTakenWithinMs = 10_000
const probeWithinMs = 1000

export class ControlSocket {
  readonly #paths: InstancePaths
  readonly #handler: ControlHandler
  readonly #log: Log
  readonly #clients = new Set<Socket>()
  /** For a whole request, in milliseconds. */
  readonly #withinMs: number
  #server: Server | undefined

  constructor(paths: InstancePaths, handler: ControlHandler, log: Log, withinMs = requestWithinMs) {
    this.#paths = paths
    this.#handler = handler
    this.#log = log
    this.#withinMs = withinMs
  }

  /** Listens; a socket that nobody listens to any more is replaced. Rejects with KA_CONTROL if another daemon has it. */
  async start(): Promise<void> {
    const { directory, socket: path } = this.#paths
    ensurePrivateDirectory(directory, 'KA_CONTROL')
    await removeStale(path)
    // Half-open, because a client may end its side as soon as it has asked.
    const server = createServer({ allowHalfOpen: true }, client => this.#accept(client))
    server.maxConnections = clientsMax
    await listen(server, path)
    chmodSync(path, 0o600)
    server.on('error', error => this.#log.warn('control-failed', { path, reason: error.message }))
    this.#server = server
  }

  /** Ends all connections; closing the server removes the socket file. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const client of this.#clients) client.destroy()
    if (server !== undefined) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  #accept(client: Socket): void {
    this.#clients.add(client)
    client.on('close', () => this.#clients.delete(client))
    client.on('error', error => this.#log.debug('control-client-failed', { reason: error.message }))
    const requested = endAfter(client, this.#withinMs)
    let received = ''
    let isAsked = false
    const ask = (line: string) => {
      isAsked = true
      // From here on the verb itself bounds the time.
      clearTimeout(requested)
      client.pause()
      void this.#answer(client, line)
    }
    client.setEncoding('utf8')
    client.on('data', (text: string) => {
      if (isAsked) return
      received += text
      const end = received.indexOf('\n')
      const length = end < 0 ? received.length : end
      if (Buffer.byteLength(received.slice(0, length)) > requestBytesMax) {
        isAsked = true
        refuse(client, `a request has at most ${requestBytesMax} bytes`)
      } else if (end >= 0) ask(received.slice(0, end))
    })
    client.on('end', () => {
      if (!isAsked) ask(received)
    })
  }

  async #answer(client: Socket, line: string): Promise<void> {
    const request = readRequest(line)
    if (!request.ok) {
      this.#log.debug('control-refused', { reason: request.error })
      refuse(client, request.error)
      return
    }
    try {
      respond(client, await this.#handler(request.value))
    } catch (thrown) {
      refuse(client, messageOf(thrown))
    }
  }
}

/** Ends the connection then, whatever it does meanwhile. */
function endAfter(client: Socket, withinMs: number): NodeJS.Timeout {
  const timer = setTimeout(() => client.destroy(), withinMs)
  client.once('close', () => clearTimeout(timer))
  return timer
}

function refuse(client: Socket, error: string): void {
  respond(client, { ok: false, error })
}

function respond(client: Socket, response: ControlResponse): void {
  if (client.destroyed) return
  const line = JSON.stringify(response)
  const fits = Buffer.byteLength(line) <= responseBytesMax
  client.end(fits ? `${line}\n` : `${JSON.stringify({ ok: false, error: 'the answer is too long' })}\n`)
  endAfter(client, answerTakenWithinMs)
  // Reads the rest, if any, so that the answer is not lost by a reset.
  client.resume()
}

/** bind(2) makes the file with this mode at once; the directory keeps others out in any case. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new KaError('KA_CONTROL', `${path}: ${error.message}`, error))
    server.once('error', failed)
    server.listen(path, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

async function removeStale(path: string): Promise<void> {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isSocket()) throw new KaError('KA_CONTROL', `${path} is in the way: it is not a socket`)
  if (await isListenedTo(path)) throw new KaError('KA_CONTROL', `${path} is in use by a running daemon`)
  unlinkSync(path)
}

/** Only a refused connection proves that nobody is there; a daemon that is too busy to answer counts as running. */
function isListenedTo(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(path)
    const done = (answer: boolean) => {
      probe.destroy()
      resolve(answer)
    }
    probe.setTimeout(probeWithinMs, () => done(true))
    probe.once('connect', () => done(true))
    probe.once('error', error => done(!('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT'))))
  })
}
