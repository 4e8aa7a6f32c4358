// bfd_instance blocks to the model. What is wrong with single values was reported by the grammar; an instance without a
// neighbour is reported by completeness.ts. keepalived.conf(5) "BFD CONFIGURATION", RFC 5881 §5 for the hop limit.

import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { is, isSet, lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, nameOf, placeOf } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { bfdInstance } from '../tracking/keywords.ts'
import type { BfdInstance } from './model.ts'

/** max_hops -1 and 255: nothing is checked. */
const unchecked: readonly number[] = [-1, 255]
/** An interval above this is accepted, with a warning. */
const slowUs = 10_000_000

/** The usable sessions, in file order. */
export function buildBfd(root: Entry, context: BuildContext): readonly BfdInstance[] {
  const built: BfdInstance[] = []
  for (const block of root.children) {
    if (!is(block, topLevel.bfdInstance)) continue
    const instance = buildInstance(block, context)
    if (instance === undefined) continue
    const twin = built.find(other => isSameSession(other, instance))
    if (twin === undefined) built.push(instance)
    else complainOfTwin(block, instance, twin, context)
  }
  return built
}

function buildInstance(block: Entry, context: BuildContext): BfdInstance | undefined {
  const name = nameOf(block)
  const neighbor = canonicalOf(read(block, bfdInstance.neighborIp))
  if (name === '' || neighbor === undefined) return undefined
  const source = canonicalOf(read(block, bfdInstance.sourceIp))
  if (source !== undefined && familyOf(source) !== familyOf(neighbor)) {
    const message = `bfd_instance ${name} has source_ip ${source} and neighbor_ip ${neighbor}; it is left out`
    complain(context, 'other-family', lastOf(block, bfdInstance.sourceIp), message, {
      help: 'name addresses of one family',
    })
    return undefined
  }
  wonderAtSlowness(block, name, context)
  const limit = read(block, bfdInstance.ttl)
  const [vrrp, checker] = [isSet(block, bfdInstance.vrrp), isSet(block, bfdInstance.checker)]
  return {
    name,
    place: placeOf(block),
    family: familyOf(neighbor),
    neighbor,
    ...given('source', source),
    minRxUs: read(block, bfdInstance.minRx),
    minTxUs: read(block, bfdInstance.minTx),
    idleTxUs: read(block, bfdInstance.idleTx),
    multiplier: read(block, bfdInstance.multiplier),
    passive: isSet(block, bfdInstance.passive),
    hopLimit: limit,
    hopsMax: buildHopsMax(block, name, limit, context),
    multihop: read(block, bfdInstance.multihop) ?? false,
    tellsVrrp: vrrp || !checker,
    tellsChecker: checker || !vrrp,
  }
}

function buildHopsMax(block: Entry, name: string, hopLimit: number, context: BuildContext): number | null {
  const hops = read(block, bfdInstance.maxHops)
  if (unchecked.includes(hops)) return null
  if (hops <= hopLimit) return hops
  const message = `max_hops ${hops} of bfd_instance ${name} is more than its ttl; ${hopLimit} is taken`
  complain(context, 'incompatible-settings', lastOf(block, bfdInstance.maxHops), message, {
    help: `write max_hops -1 if packets may come from any distance`,
  })
  return hopLimit
}

function wonderAtSlowness(block: Entry, name: string, context: BuildContext): void {
  for (const row of [bfdInstance.minRx, bfdInstance.minTx, bfdInstance.idleTx]) {
    const us = read(block, row)
    if (us <= slowUs) continue
    const message = `${row.keyword} of bfd_instance ${name} is ${us / 1_000_000} seconds, longer than anybody waits for BFD`
    complain(context, 'unusual-interval', lastOf(block, row), message, { help: 'the unit is milliseconds' })
  }
}

/** While the neighbour does not know our discriminator, its packets are told apart by addresses and port only. */
function isSameSession(a: BfdInstance, b: BfdInstance): boolean {
  if (a.neighbor !== b.neighbor || a.multihop !== b.multihop) return false
  return a.source === undefined || b.source === undefined || a.source === b.source
}

function complainOfTwin(block: Entry, instance: BfdInstance, twin: BfdInstance, context: BuildContext): void {
  const message = `bfd_instance ${instance.name} has the same neighbour as ${twin.name}; it is left out`
  complain(context, 'incompatible-settings', block, message, {
    help: 'give both a source_ip of their own, or make one of them multihop',
  })
}

/** An address as the kernel and all messages write it. */
function canonicalOf(text: string | undefined): string | undefined {
  const bytes = text === undefined ? undefined : parseIp(text)
  return bytes === undefined ? undefined : formatIp(bytes)
}
