// Family, version and advert interval of an instance. The family is that of the first address of the block; the
// version follows from it, and the interval is rounded to what the version can express.

import type { Family } from '../../../lib/ip.ts'
import { familyOf } from '../../../lib/ip.ts'
import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isOneOf, lastOf, read } from '../../language/entry.ts'
import { hostOf } from '../address/build.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import type { GlobalDefs } from '../global/model.ts'
import { vrrpInstance } from './keywords.ts'
import type { VrrpInstance } from './model.ts'

export type Protocol = Pick<VrrpInstance, 'family' | 'version' | 'advertIntervalUs'>

/** RFC 3768: whole seconds in 8 bits. RFC 5798: centiseconds in 12 bits. */
const v2IntervalMaxUs = 255 * usPerSecond
const v3IntervalStepUs = 10_000
const v3IntervalMaxUs = 4095 * v3IntervalStepUs

/** Family, version and interval; strict mode allows IPv6 with version 3 only. */
export function buildProtocol(
  block: Entry,
  name: string,
  strict: boolean,
  global: GlobalDefs,
  context: BuildContext,
): Protocol {
  const decided = decideFamily(block)
  checkFamilies(block, name, decided.family, context)
  const version = decideVersion(block, name, decided, strict, global, context)
  return {
    family: decided.family,
    version,
    advertIntervalUs: roundInterval(block, name, version, context),
  }
}

interface FamilyDecision {
  readonly family: Family
  /** Position in the block of what decided it; undefined: nothing did. */
  readonly at: number | undefined
}

function decideFamily(block: Entry): FamilyDecision {
  for (const [at, entry] of block.children.entries()) {
    const family = familyFrom(entry)
    if (family !== undefined) return { family, at }
  }
  return { family: 4, at: undefined }
}

const familyLists = [vrrpInstance.virtualIpaddress, vrrpInstance.unicastPeer]
const familyAddresses = [vrrpInstance.mcastSrcIp, vrrpInstance.unicastSrcIp, vrrpInstance.mcastDstIp]

/** The family that a statement of the block stands for. */
function familyFrom(entry: Entry): Family | undefined {
  if (isOneOf(entry, familyLists))
    return entry.children[0] === undefined ? undefined : familyOf(hostOf(entry.children[0]))
  if (isOneOf(entry, familyAddresses)) return familyOf(entry.values[0])
  return is(entry, vrrpInstance.nativeIpv6) ? 6 : undefined
}

function checkFamilies(block: Entry, name: string, family: Family, context: BuildContext): void {
  for (const entry of block.children) {
    const own = entry.spec.kind === 'list' ? undefined : familyFrom(entry)
    if (own === undefined || own === family) continue
    const message = `${entry.spec.keyword} is for IPv${own} but ${name} is IPv${family}; it is ignored`
    complain(context, 'other-family', entry, message, { help: 'the first address of the block decides the family' })
  }
}

function decideVersion(
  block: Entry,
  name: string,
  decided: FamilyDecision,
  strict: boolean,
  global: GlobalDefs,
  context: BuildContext,
): 2 | 3 {
  const [first, ...others] = entriesOf(block, vrrpInstance.version)
  for (const other of others) {
    if (other.values[0] !== first?.values[0]) {
      const message = `${name} has version ${first?.values[0]} already; this one is ignored`
      complain(context, 'incompatible-settings', other, message, { help: 'keep one of them' })
    }
  }
  if (first === undefined) return decided.family === 6 || global.vrrpVersion === 3 ? 3 : 2
  if (first.values[0] === 3) return 3
  if (decided.family === 4) return 2
  const isLate = decided.at !== undefined && block.children.indexOf(first) > decided.at
  // keepalived: version 2 with IPv6 is let through when it stands above the first address.
  if (!strict && !isLate) return 2
  const message = `${name} is IPv6, which needs VRRP version 3; version 2 is ignored`
  complain(context, 'incompatible-settings', first, message, { help: 'remove the version line' })
  return 3
}

function roundInterval(block: Entry, name: string, version: 2 | 3, context: BuildContext): number {
  const entry = lastOf(block, vrrpInstance.advertInt)
  const writtenUs = read(block, vrrpInstance.advertInt)
  const [stepUs, maxUs] = version === 2 ? [usPerSecond, v2IntervalMaxUs] : [v3IntervalStepUs, v3IntervalMaxUs]
  const roundedUs = Math.round(writtenUs / stepUs) * stepUs
  // The limits hold for the rounded value: 40.958 s would round to 40.96 and go on the wire as 0.
  const takenUs = Math.min(maxUs, Math.max(stepUs, roundedUs))
  if (takenUs !== writtenUs) {
    const unit = version === 2 ? 'whole seconds from 1 to 255' : 'steps of 0.01 s up to 40.95 s'
    const message = `${name}: VRRP version ${version} cannot express an advert interval of ${writtenUs / usPerSecond} s; ${takenUs / usPerSecond} s is taken`
    complain(context, 'rounded-advert-interval', entry, message, { help: `version ${version} takes ${unit}` })
  }
  return takenUs
}
