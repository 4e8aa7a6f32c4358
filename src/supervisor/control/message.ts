// Requests and responses of the control socket: one JSON object a line, one request a connection. Shapes and bounds
// only; what can be asked is in verbs.ts.

import { isRecord } from '../../lib/record.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { type ControlRequest, isVerbName, verbs } from './verbs.ts'

export type ControlResponse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string }

export const requestBytesMax = 64 * 1024
export const responseBytesMax = 16 * 1024 * 1024

/** A request line without its newline. */
export function readRequest(line: string): Result<ControlRequest, string> {
  const parsed = parseJson(line)
  return isRecord(parsed) ? requestOf(parsed) : err('a request is one JSON object on one line')
}

/** The request that these fields are, `cmd` being the verb. */
export function requestOf(fields: Readonly<Record<string, unknown>>): Result<ControlRequest, string> {
  const { cmd, ...said } = fields
  if (!isVerbName(cmd)) return err('this command is unknown')
  const asked = verbs[cmd].read(said)
  return asked.ok ? ok({ cmd, ...asked.value } as ControlRequest) : asked
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

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (thrown) {
    // The error takes the place of a request: the check of its shape, which follows, refuses it.
    return thrown
  }
}
