// The asking end of the control socket, for the subcommands.

import { connect } from 'node:net'
import { KaError } from '../../lib/errors.ts'
import { type ControlResponse, readResponse, responseBytesMax } from './message.ts'
import type { ControlRequest } from './verbs.ts'

const answerWithinMs = 10_000

/** Asks the daemon behind a control socket. Rejects with KA_CONTROL if nobody listens, or there is no proper answer. */
export function askDaemon(
  socketPath: string,
  request: ControlRequest,
  withinMs = answerWithinMs,
): Promise<ControlResponse> {
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown) => {
      socket.destroy()
      reject(new KaError('KA_CONTROL', message, cause))
    }
    const socket = connect({ path: socketPath, allowHalfOpen: true }, () => socket.end(`${JSON.stringify(request)}\n`))
    const chunks: Buffer[] = []
    let length = 0
    socket.setTimeout(withinMs, () => fail(`${socketPath}: no answer within ${withinMs / 1000} s`))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length > responseBytesMax + 1) fail(`${socketPath}: the answer is too long`)
    })
    socket.on('error', error => fail(explain(socketPath, error), error))
    socket.on('end', () => {
      const response = readResponse(Buffer.concat(chunks).toString('utf8').trimEnd())
      if (response.ok) resolve(response.value)
      else fail(`${socketPath}: ${response.error}`)
    })
  })
}

function explain(socketPath: string, error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return `no daemon listens on ${socketPath}`
  if (code === 'EACCES') return `${socketPath}: only root may ask the daemon`
  return `${socketPath}: ${error.message}`
}
