// The shape of a cluster rule: a pure function over all nodes and the virtual routers they form.

import type { Finding } from '../advice/finding.ts'
import type { Severity } from '../report/diagnostic.ts'
import type { Outcomes } from './outcomes.ts'
import type { ClusterNode, VirtualRouter } from './router.ts'

export interface Cluster {
  readonly nodes: readonly ClusterNode[]
  readonly routers: readonly VirtualRouter[]
  readonly outcomes: ReadonlyMap<VirtualRouter, Outcomes>
}

export interface ClusterRule {
  /** Stable; `docs/lint/CODE.md` explains it. */
  readonly code: string
  readonly title: string
  readonly severity: Severity
  check(cluster: Cluster): readonly Finding[]
}
