// Clusters out of short texts: each node a vrrp_instance VI_1 with VRID 51 on eth0, and what its text adds.

import type { ClusterReport } from '../../../../src/config/cluster/check.ts'
import { checkCluster } from '../../../../src/config/cluster/check.ts'
import { loadText } from '../load-text.ts'

export const scripts = 'vrrp_script chk {\n  script /usr/bin/true\n}\nvrrp_script gw {\n  script /usr/bin/true\n}\n'

/** A node with one instance; lines that the body has are not filled in. */
export function node(body: string, before = ''): string {
  const filled = [
    ['interface', '  interface eth0'],
    ['virtual_router_id', '  virtual_router_id 51'],
    ['virtual_ipaddress', '  virtual_ipaddress {\n    10.0.0.1/24\n  }'],
  ].flatMap(([keyword, line]) => (new RegExp(`^ *${keyword}\\b`, 'm').test(body) ? [] : line!))
  return `${before}vrrp_instance VI_1 {\n${filled.join('\n')}\n${body}\n}\n`
}

/** The report on nodes called a, b, c, … */
export function check(...texts: readonly string[]): ClusterReport {
  const loads = texts.map(text => loadText(text, { interfaceExists: () => true }))
  const nodes = loads.map(({ config, diagnostics }, i) => {
    if (config === undefined) throw new Error(diagnostics.map(each => each.message).join('; '))
    return { name: 'abcdefgh'[i]!, config }
  })
  return checkCluster(nodes, loads[0]!.sources)
}

/** Messages of one code. */
export function found(code: string, ...texts: readonly string[]): string[] {
  return check(...texts)
    .diagnostics.filter(diagnostic => diagnostic.code === code)
    .map(({ message }) => message)
}
