// What is asked and answered through the control socket: one JSON object a line, one request a connection. Shapes and bounds only.

import { FAULT_KINDS, type FaultKind } from '../../ipc/messages/common.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { signalTable } from '../process/signals.ts'
import type { Order } from '../watchdog/watchdog-channel.ts'

export type WorkerName = 'vrrp' | 'checker' | 'ipvs' | 'bfd'

export type ControlRequest =
  | { readonly cmd: 'fault'; readonly worker: WorkerName; readonly kind: FaultKind }
  | { readonly cmd: 'status' }
  /** The running configuration with masked secrets, see config-answer.ts. */
  | { readonly cmd: 'config' }
  /** What a signal would ask for, for machines where Node.js hears no real-time signals. */
  | { readonly cmd: 'order'; readonly order: Exclude<Order, 'stop'> }

export type ControlResponse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string }

export const requestBytesMax = 64 * 1024
export const responseBytesMax = 16 * 1024 * 1024

export const workerNames: readonly WorkerName[] = ['vrrp', 'checker', 'ipvs', 'bfd']

/** A request line without its newline. */
export function readRequest(line: string): Result<ControlRequest, string> {
  const parsed = parseJson(line)
  if (!isRecord(parsed)) return err('a request is one JSON object on one line')
  const { cmd, worker, kind, order } = parsed
  switch (cmd) {
    case 'status':
    case 'config':
      return ok({ cmd })
    case 'fault':
      if (!isWorkerName(worker)) return err(`worker must be one of ${workerNames.join(', ')}`)
      if (!isFaultKind(kind)) return err(`kind must be one of ${FAULT_KINDS.join(', ')}`)
      return ok({ cmd, worker, kind })
    case 'order':
      return isOrder(order) ? ok({ cmd, order }) : err('this order is unknown')
    default:
      return err('this command is unknown')
  }
}

/** A response line without its newline. */
export function readResponse(line: string): Result<ControlResponse, string> {
  const parsed = parseJson(line)
  if (isRecord(parsed) && parsed.ok === true) return ok({ ok: true, value: parsed.value })
  if (isRecord(parsed) && parsed.ok === false && typeof parsed.error === 'string') {
    return ok({ ok: false, error: parsed.error })
  }
  return err('the daemon gave an answer that is not understood')
}

export function isWorkerName(value: unknown): value is WorkerName {
  return workerNames.some(name => name === value)
}

export function isFaultKind(value: unknown): value is FaultKind {
  return FAULT_KINDS.some(kind => kind === value)
}

function isOrder(value: unknown): value is Exclude<Order, 'stop'> {
  return value !== 'stop' && signalTable.some(row => row.order === value)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (thrown) {
    // What is no JSON is reported by whoever looks at the shape.
    return thrown
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
