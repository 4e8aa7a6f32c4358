// TCP_CHECK: the server is up if a connection can be made. Nothing is sent or read. keepalived.conf(5) `TCP_CHECK`.

import type { Target } from '../../../config/blocks/checker/model.ts'
import type { CheckResult } from '../core/check-state.ts'
import { connectTcp } from './connection.ts'

export async function checkTcp(target: Target): Promise<CheckResult> {
  const attempt = await connectTcp(target)
  if (!attempt.ok) return attempt.error
  attempt.value.destroy()
  return { kind: 'passed' }
}
