// The nodes of one cluster against each other: what they must agree on, and which node is MASTER in which case. Each
// node's own faults are not looked at here: that is what loading says.

import { toDiagnostic } from '../advice/finding.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Sources } from '../report/diagnostic-text.ts'
import { addressRules } from './address-rules.ts'
import { electionRules } from './election-rules.ts'
import { outcomesOf } from './outcomes.ts'
import { peerRules } from './peer-rules.ts'
import type { ClusterNode } from './router.ts'
import { routersOf } from './router.ts'
import type { Cluster, ClusterRule } from './rule.ts'
import { wireRules } from './wire-rules.ts'

/** All cluster rules, in the order in which their findings are told. */
export const clusterRules: readonly ClusterRule[] = [...addressRules, ...wireRules, ...peerRules, ...electionRules]

export interface ClusterReport extends Cluster {
  readonly diagnostics: readonly Diagnostic[]
}

/** `sources` are the lines of all files of all nodes. */
export function checkCluster(nodes: readonly ClusterNode[], sources: Sources): ClusterReport {
  const routers = routersOf(nodes)
  const outcomes = new Map(routers.map(router => [router, outcomesOf(router)]))
  const cluster = { nodes, routers, outcomes }
  const diagnostics = clusterRules.flatMap(rule =>
    rule.check(cluster).map(finding => toDiagnostic(rule, finding, sources)),
  )
  return { ...cluster, diagnostics }
}

/** Whether the nodes fit together; notes do not count. */
export function isConsistent({ diagnostics }: ClusterReport): boolean {
  return diagnostics.every(diagnostic => diagnostic.severity === 'note')
}
