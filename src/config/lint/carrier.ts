// How an instance is set up to take part in the election: priority left to the default, VMAC beside unicast.

import { ownerPriority } from '../../lib/priority.ts'
import type { Finding } from '../advice/finding.ts'
import { namedBlock } from '../advice/written.ts'
import { vrrpInstance } from '../blocks/instance/keywords.ts'
import type { VrrpInstance } from '../blocks/instance/model.ts'
import { topLevel } from '../blocks/keywords.ts'
import { isSet, lastOf } from '../language/entry.ts'
import type { WrittenConfig } from '../model.ts'
import type { LintRule } from './rule.ts'

export const carrierRules: readonly LintRule[] = [
  {
    code: 'KA2010',
    title: 'No priority written',
    severity: 'note',
    check: config => config.instances.flatMap(instance => defaultPriority(config, instance)),
  },
  {
    code: 'KA2030',
    title: 'VMAC together with unicast',
    severity: 'warning',
    check: config => config.instances.flatMap(instance => vmacWithUnicast(config, instance)),
  },
]

/** An owner by default was told of by the loader. */
function defaultPriority(config: WrittenConfig, { name, priority }: VrrpInstance): readonly Finding[] {
  const block = namedBlock(config, topLevel.vrrpInstance, name)
  if (block === undefined || isSet(block, vrrpInstance.priority) || priority === ownerPriority) return []
  return [
    {
      at: block.at,
      message: `${name} has no priority, so it is ${priority}; between nodes of one priority the higher address wins`,
      help: 'write a different priority on each node',
    },
  ]
}

function vmacWithUnicast(config: WrittenConfig, { name }: VrrpInstance): readonly Finding[] {
  const block = namedBlock(config, topLevel.vrrpInstance, name)
  const vmac = lastOf(block, vrrpInstance.useVmac)
  const peers = lastOf(block, vrrpInstance.unicastPeer)
  if (vmac === undefined || peers === undefined || peers.children.length === 0) return []
  return [
    {
      at: vmac.at,
      message: `${name} has use_vmac and unicast_peer: adverts leave from the interface below, so switches do not learn the virtual MAC from them`,
      help: 'remove use_vmac, or use multicast; where unicast is needed, networks that filter multicast often refuse foreign MAC addresses too',
      related: [{ at: peers.at, message: 'unicast_peer is here' }],
    },
  ]
}
