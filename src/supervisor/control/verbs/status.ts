// `status`: what the running daemon does.

import { ok } from '../../../lib/result.ts'
import { verb } from './verb.ts'

export const status = verb({
  summary: 'what the running daemon does, as JSON',
  args: {},
  answer: daemon => ok(daemon.status()),
})
