// Can this host run the namespace tests at all? Where it cannot they count as skipped, except in CI, where they fail.

import { spawnSync } from 'node:child_process'

const TOOLS = ['ip', 'tcpdump', 'keepalived', 'nft', 'sysctl'] as const

/** Reason to skip, or false: fits the `skip` option of node:test. */
export function whyNot(...moreTools: readonly string[]): string | false {
  const reason = findReason(moreTools)
  if (reason !== false && process.env.CI) throw new Error(`in CI nothing may be skipped: ${reason}`)
  return reason
}

function findReason(moreTools: readonly string[]): string | false {
  if (process.getuid?.() !== 0) return 'needs root'
  for (const tool of [...TOOLS, ...moreTools]) {
    if (spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) return `needs ${tool}`
  }
  const name = `kl${process.pid}-try`
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'needs network namespaces'
  spawnSync('ip', ['netns', 'del', name])
  return false
}
