// Priority, initial state and preemption of an instance, and which of these settings exclude each other (vrrp-behaviour
// sections 3.1 and 3.7).

import type { Entry } from '../../language/entry.ts'
import { is, isOneOf, isSet, lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import { vrrpInstance } from './keywords.ts'
import type { VrrpInstance } from './model.ts'

export type Role = Pick<
  VrrpInstance,
  'priority' | 'initialState' | 'preempt' | 'preemptDelayUs' | 'timerExpiredPriority'
>

const priorityDefault = 100
/** keepalived: the highest priority that another node can have without owning the addresses. */
const timerExpiredDefault = 254
/** RFC 5798 §5.2.4: the router that owns the addresses. */
const ownerPriority = 255

/** The priority of an instance, the state it starts in, and whether it takes over from a lower priority. */
export function buildRole(block: Entry, name: string, strict: boolean, context: BuildContext): Role {
  const priority = decidePriority(block, name, context)
  const initialState = decideState(block, name, priority, strict, context)
  const preempt = decidePreempt(block, name, priority, initialState, context)
  return {
    priority,
    initialState,
    preempt,
    preemptDelayUs: decideDelay(block, name, initialState, strict, context),
    ...given('timerExpiredPriority', decideTimerExpired(block, name, preempt, context)),
  }
}

function decidePriority(block: Entry, name: string, context: BuildContext): number {
  const written = read(block, vrrpInstance.priority)
  if (written !== undefined) return written
  if (read(block, vrrpInstance.state) !== 'MASTER') return priorityDefault
  const message = `${name} has state MASTER and no priority; as in keepalived that makes it the address owner, priority 255`
  complain(context, 'owner-by-default', lastOf(block, vrrpInstance.state), message, {
    help: 'write the priority; state MASTER by itself gives no head start',
  })
  return ownerPriority
}

function decideState(
  block: Entry,
  name: string,
  priority: number,
  strict: boolean,
  context: BuildContext,
): 'MASTER' | 'BACKUP' {
  const fitting = priority === ownerPriority ? 'MASTER' : 'BACKUP'
  const written = read(block, vrrpInstance.state)
  if (written === undefined) return fitting
  if (!strict || written === fitting) return written
  const message = `state ${written} of ${name} does not go with priority ${priority} in strict mode; ${fitting} is taken`
  complain(context, 'strict-mode', lastOf(block, vrrpInstance.state), message, {
    help: 'in strict mode only priority 255 goes with state MASTER; remove the state line',
  })
  return fitting
}

function decidePreempt(
  block: Entry,
  name: string,
  priority: number,
  initialState: 'MASTER' | 'BACKUP',
  context: BuildContext,
): boolean {
  const entry = block.children.findLast(child => isOneOf(child, [vrrpInstance.preempt, vrrpInstance.nopreempt]))
  if (entry === undefined || !is(entry, vrrpInstance.nopreempt)) return true
  if (priority !== ownerPriority && initialState === 'BACKUP') return false
  const cause = priority === ownerPriority ? 'priority 255' : 'state MASTER'
  const message = `nopreempt of ${name} does not go with ${cause}; it is ignored`
  complain(context, 'incompatible-settings', entry, message, {
    help: 'write state BACKUP and a priority below 255 on all nodes that use nopreempt',
  })
  return true
}

function decideDelay(
  block: Entry,
  name: string,
  initialState: 'MASTER' | 'BACKUP',
  strict: boolean,
  context: BuildContext,
): number {
  const delayUs = read(block, vrrpInstance.preemptDelay)
  if (delayUs === 0) return 0
  const cause = strict ? 'strict mode' : isSet(block, vrrpInstance.nopreempt) ? 'nopreempt' : 'state MASTER'
  if (!strict && !isSet(block, vrrpInstance.nopreempt) && initialState === 'BACKUP') return delayUs
  const message = `preempt_delay of ${name} does not go with ${cause}; it is ignored`
  complain(context, 'incompatible-settings', lastOf(block, vrrpInstance.preemptDelay), message, {
    help: `remove preempt_delay or ${cause}`,
  })
  return 0
}

/** timer_expired_backup needs nopreempt: an instance that preempts would take the role back at once. */
function decideTimerExpired(block: Entry, name: string, preempt: boolean, context: BuildContext): number | undefined {
  const entry = lastOf(block, vrrpInstance.timerExpiredBackup)
  if (entry === undefined) return undefined
  const [priority] = entry.values
  if (!preempt) return priority ?? timerExpiredDefault
  complain(context, 'incompatible-settings', entry, `timer_expired_backup of ${name} needs nopreempt; it is ignored`, {
    help: 'write nopreempt, or remove timer_expired_backup',
  })
  return undefined
}
