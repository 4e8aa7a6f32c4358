// msgpack messages over a MessagePort between the supervisor and one worker. Both ends check the shape of what arrives:
// a malformed message between our own threads is a bug, so it throws. Worker threads that run an event loop use
// `listen`; the vrrp worker, which must not depend on one, polls with `receive` and sleeps on the wake word.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { Packr } from 'msgpackr'
import { assert } from '../lib/errors.ts'

type FieldKind = 'string' | 'number' | 'boolean' | 'bytes' | 'array' | 'object' | 'nullable-object' | 'any'

/** For each message kind of a direction, the fields that must be there and what they must be. */
export type Shapes<M extends { readonly t: string }> = {
  readonly [K in M['t']]: Readonly<Record<string, FieldKind>>
}

// Shared records could not be decoded by a restarted peer, so every message carries its own field names.
const packr = new Packr({ useRecords: false, moreTypes: false, encodeUndefinedAsNil: false })

/** Sends a message; it is copied to its exact size and transferred, so nothing of msgpackr's pool travels along. */
export function post<M extends { readonly t: string }>(port: MessagePort, message: M): void {
  const exact = new Uint8Array(packr.pack(message))
  port.postMessage(exact, [exact.buffer])
}

/** The next waiting message without an event loop, or undefined. Throws if it is malformed. */
export function receive<M extends { readonly t: string }>(port: MessagePort, shapes: Shapes<M>): M | undefined {
  const waiting = receiveMessageOnPort(port)
  return waiting === undefined ? undefined : decode(waiting.message, shapes)
}

/** Calls `onMessage` for each message from now on; a malformed one goes to `onMalformed` instead. */
export function listen<M extends { readonly t: string }>(
  port: MessagePort,
  shapes: Shapes<M>,
  onMessage: (message: M) => void,
  onMalformed: (reason: Error) => void,
): void {
  port.on('message', (raw: unknown) => {
    let message: M
    try {
      message = decode(raw, shapes)
    } catch (thrown) {
      onMalformed(thrown instanceof Error ? thrown : new Error(String(thrown)))
      return
    }
    onMessage(message)
  })
}

/** Bytes to a checked message. Throws on anything that is not a message of this direction. */
export function decode<M extends { readonly t: string }>(raw: unknown, shapes: Shapes<M>): M {
  assert(raw instanceof Uint8Array, 'a message is bytes')
  const message: unknown = packr.unpack(raw)
  assert(typeof message === 'object' && message !== null && 't' in message, 'a message is an object with a kind')
  const kind = message.t
  assert(typeof kind === 'string' && Object.hasOwn(shapes, kind), `unknown message kind ${String(kind)}`)
  const shape = (shapes as Record<string, Readonly<Record<string, FieldKind>>>)[kind]!
  for (const [field, expected] of Object.entries(shape)) {
    const value = (message as Record<string, unknown>)[field]
    assert(isOfKind(value, expected), `message ${kind}: field ${field} is not ${expected}`)
  }
  return message as unknown as M
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === kind
    case 'bytes':
      return value instanceof Uint8Array
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null
    case 'nullable-object':
      return typeof value === 'object'
    case 'any':
      return value !== undefined
  }
}
