// Failed operations (EPERM, a netlink NACK, a refused connection) as one class with stable codes.

export type ErrorCode =
  | 'KA_CONFIG'
  | 'KA_CONTROL'
  | 'KA_MAIL'
  | 'KA_NETLINK_NACK'
  | 'KA_NOT_PERMITTED'
  | 'KA_FILE'
  | 'KA_PID_FILE'
  | 'KA_SCRIPT'
  | 'KA_SOCKET'
  | 'KA_WORKER'

/** An operation that failed; `code` is stable and safe to test for, `cause` holds the lower-level error if there is one. */
export class KaError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'KaError'
    this.code = code
  }
}

/** The message of a thrown value, whatever its type. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Our own bug: an impossible state or an unknown message. Throws, the worker dies, the supervisor restarts it. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
