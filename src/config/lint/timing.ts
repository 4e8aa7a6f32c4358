// Intervals and time limits that do not fit together: track scripts and health checks that take longer than their turn.

import type { Finding, Site } from '../advice/finding.ts'
import { seconds } from '../advice/words.ts'
import { blocksOf, namedBlock } from '../advice/written.ts'
import { checkers, miscOwn, network } from '../blocks/checker/keywords.ts'
import { networkBlocks } from '../blocks/checker/kinds.ts'
import { topLevel } from '../blocks/keywords.ts'
import { virtualServer } from '../blocks/server/keywords.ts'
import { vrrpScript } from '../blocks/tracking/keywords.ts'
import type { VrrpScript } from '../blocks/tracking/model.ts'
import { entriesOf, is, isOneOf, lastOf, read, type Statement } from '../language/entry.ts'
import type { Row } from '../language/spec.ts'
import type { Values } from '../language/value.ts'
import type { WrittenConfig } from '../model.ts'
import type { LintRule } from './rule.ts'

export const timingRules: readonly LintRule[] = [
  {
    code: 'KA2020',
    title: 'A track script may run longer than its interval',
    severity: 'warning',
    check: config => config.scripts.flatMap(script => overlap(config, script)),
  },
  {
    code: 'KA2021',
    title: 'A health check may take longer than its interval',
    severity: 'warning',
    check: checkTimeouts,
  },
]

function overlap(config: WrittenConfig, { name, intervalUs, timeoutUs, place }: VrrpScript): readonly Finding[] {
  if (timeoutUs <= intervalUs) return []
  const timeout = lastOf(namedBlock(config, topLevel.vrrpScript, name), vrrpScript.timeout)
  return [
    {
      at: timeout?.at ?? place,
      message: `vrrp_script ${name} may run for ${seconds(timeoutUs)} but is due every ${seconds(intervalUs)}; while a run lasts the next ones are left out`,
      help: 'write a timeout that is not above the interval: a hanging check is then a failure in time',
    },
  ]
}

interface Limit {
  readonly timeoutUs: number
  readonly intervalUs: number
  /** Where the time limit, or else the interval is written. */
  readonly site: Site
}

function checkTimeouts(config: WrittenConfig): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const server of blocksOf(config, topLevel.virtualServer)) {
    for (const real of entriesOf(server, virtualServer.realServer)) {
      for (const check of real.children) {
        const limit = limitOf([check, real, server])
        if (limit === undefined || limit.timeoutUs <= limit.intervalUs) continue
        // A value that many servers inherit is one mistake.
        const { file, line } = limit.site
        const key = `${file}:${line} ${limit.intervalUs}`
        if (!found.has(key)) found.set(key, describe(check, limit))
      }
    }
  }
  return [...found.values()]
}

/** `levels`: checker, real server, virtual server; the first one that says something counts. */
function limitOf(levels: readonly [Statement, Statement, Statement]): Limit | undefined {
  const [check, , server] = levels
  const misc = is(check, checkers.miscCheck)
  if (!misc && !isOneOf(check, networkBlocks)) return undefined
  const interval = firstOf(levels, network.delayLoop)
  const timeout = misc ? lastOf(check, miscOwn.miscTimeout) : firstOf(levels, network.connectTimeout)
  const timeoutUs = timeout?.values[0] ?? (misc ? 0 : read(server, virtualServer.connectTimeout))
  return {
    timeoutUs,
    intervalUs: interval?.values[0] ?? read(server, virtualServer.delayLoop),
    site: (timeout ?? interval ?? check).at,
  }
}

function firstOf<V extends Values>(levels: readonly Statement[], row: Row<V>): Statement<V> | undefined {
  for (const level of levels) {
    const setting = lastOf(level, row)
    if (setting !== undefined) return setting
  }
  return undefined
}

function describe(check: Statement, { timeoutUs, intervalUs, site }: Limit): Finding {
  const { keyword } = is(check, checkers.miscCheck) ? miscOwn.miscTimeout : network.connectTimeout
  return {
    at: site,
    message: `${check.keyword} waits up to ${seconds(timeoutUs)} but is due every ${seconds(intervalUs)}, so a dead server is found late`,
    help: `write a ${keyword} below the delay_loop`,
  }
}
