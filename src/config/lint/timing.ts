// Intervals and time limits that do not fit together: track scripts and health checks that take longer than their turn.

import type { Finding, Site } from '../advice/finding.ts'
import { siteOf } from '../advice/finding.ts'
import { seconds } from '../advice/words.ts'
import { blocks, last, namedBlock, numberValue } from '../advice/written.ts'
import type { VrrpScript } from '../blocks/tracking/model.ts'
import type { Setting, WrittenConfig } from '../model.ts'
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
  const timeout = last(namedBlock(config, 'vrrp_script', name), 'timeout')
  return [
    {
      at: timeout === undefined ? { place } : siteOf(timeout),
      message: `vrrp_script ${name} may run for ${seconds(timeoutUs)} but is due every ${seconds(intervalUs)}; while a run lasts the next ones are left out`,
      help: 'write a timeout that is not above the interval: a hanging check is then a failure in time',
    },
  ]
}

const networkChecks: ReadonlySet<string> = new Set([
  'TCP_CHECK',
  'HTTP_GET',
  'SSL_GET',
  'SMTP_CHECK',
  'DNS_CHECK',
  'UDP_CHECK',
  'PING_CHECK',
])
const usPerSecond = 1_000_000
const delayLoopDefaultUs = 60 * usPerSecond
const connectTimeoutDefaultUs = 5 * usPerSecond

interface Limit {
  readonly timeoutUs: number
  readonly intervalUs: number
  /** Where the time limit, or else the interval is written. */
  readonly site: Site
}

function checkTimeouts(config: WrittenConfig): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const server of blocks(config, 'virtual_server')) {
    for (const real of server.children.filter(child => child.keyword === 'real_server')) {
      for (const check of real.children) {
        const limit = limitOf([check, real, server])
        if (limit === undefined || limit.timeoutUs <= limit.intervalUs) continue
        // A value that many servers inherit is one mistake.
        const { file, line } = limit.site.place
        const key = `${file}:${line} ${limit.intervalUs}`
        if (!found.has(key)) found.set(key, describe(check, limit))
      }
    }
  }
  return [...found.values()]
}

/** `levels`: checker, real server, virtual server; the first one that says something counts. */
function limitOf(levels: readonly [Setting, Setting, Setting]): Limit | undefined {
  const [check] = levels
  const misc = check.keyword === 'MISC_CHECK'
  if (!misc && !networkChecks.has(check.keyword)) return undefined
  const interval = firstOf(levels, 'delay_loop')
  const timeout = misc ? last(check, 'misc_timeout') : firstOf(levels, 'connect_timeout')
  const timeoutUs = numberValue(timeout) ?? (misc ? 0 : connectTimeoutDefaultUs)
  return {
    timeoutUs,
    intervalUs: numberValue(interval) ?? delayLoopDefaultUs,
    site: siteOf(timeout ?? interval ?? check),
  }
}

function firstOf(levels: readonly Setting[], keyword: string): Setting | undefined {
  return levels.map(level => last(level, keyword)).find(setting => setting !== undefined)
}

function describe(check: Setting, { timeoutUs, intervalUs, site }: Limit): Finding {
  const keyword = check.keyword === 'MISC_CHECK' ? 'misc_timeout' : 'connect_timeout'
  return {
    at: site,
    message: `${check.keyword} waits up to ${seconds(timeoutUs)} but is due every ${seconds(intervalUs)}, so a dead server is found late`,
    help: `write a ${keyword} below the delay_loop`,
  }
}
