// Searches the bodies of one URL for its pattern, within a bounded time. Whatever a pattern does with what a server
// sends is a result of that server's check: one that backtracks for ever is stopped, one that exceeds the stack is
// caught. A server whose bodies keep a pattern busy gets less time at each check, so that it cannot hold up the checks
// of others.

import { createContext, Script } from 'node:vm'
import type { HttpRegex } from '../../../config/blocks/checker/model.ts'
import { messageOf } from '../../../lib/errors.ts'

/** Bytes of the body that are searched. */
export const matchBytesMax = 1 << 20

const matchMsMax = 250
/** A pattern that once took too long has at least this: honest ones need a few milliseconds for the largest body. */
const matchMsMin = 50

const script = new Script('expression.exec(text)?.index ?? -1')

export class BodyMatcher {
  readonly #regex: HttpRegex
  #limitMs = matchMsMax

  constructor(regex: HttpRegex) {
    this.#regex = regex
  }

  /** How long the next search may take, in milliseconds. */
  get limitMs(): number {
    return this.#limitMs
  }

  /** Why the body is not as wanted; undefined: it is. Never throws. */
  faultOf(body: Buffer): string | undefined {
    const { pattern, flags, minOffset, maxOffset, noMatch } = this.#regex
    try {
      const text = body.toString(flags.includes('u') ? 'utf8' : 'latin1')
      const expression = new RegExp(pattern, `${flags}g`)
      expression.lastIndex = minOffset
      const index = Number(script.runInContext(createContext({ expression, text }), { timeout: this.#limitMs }))
      this.#limitMs = Math.min(matchMsMax, this.#limitMs * 2)
      const found = index >= 0 && (maxOffset === undefined || index <= maxOffset)
      return found === noMatch ? 'the body does not match' : undefined
    } catch (thrown) {
      this.#limitMs = Math.max(matchMsMin, Math.round(this.#limitMs / 2))
      if ((thrown as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
        return 'the pattern takes too long on this body'
      return `the pattern cannot be applied to this body: ${messageOf(thrown)}`
    }
  }
}
