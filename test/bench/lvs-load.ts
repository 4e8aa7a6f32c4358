// Loading, changing and emptying a large IPVS table, timed from outside: the table is read from /proc/net/ip_vs, which costs little,
// and ipvsadm confirms it at each end. Runs inside a kernel with IPVS (scripts/uml.sh).

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { sleep } from '../lab/clock.ts'
import { BenchSubject, type SubjectName } from './bench-subject.ts'
import type { Cost } from './process-cost.ts'

export interface LvsPlan {
  readonly services: number
  readonly serversEach: number
  /** With a TCP_CHECK for each real server, all to one listener on 127.0.0.1. */
  readonly checkPort?: number
  /** Text before the virtual servers. */
  readonly head?: string
}

export interface LvsRun {
  readonly loadMs: number
  /** The part of it from the first entry on. */
  readonly fillMs: number
  readonly reloadMs: number
  readonly stopMs: number
  /** CPU until the table was loaded, and of everything. */
  readonly loadCpuMs: number
  readonly reloadCpuMs: number
  readonly cpuMs: number
  /** With the table loaded, before and after the reload. */
  readonly rssKb: number
  readonly rssReloadedKb: number
  /** Lines of `ipvsadm -Sn` that the reload changed. */
  readonly changedLines: number
}

const POLL_MS = 20
const WAIT_MS_MAX = 60_000
const WEIGHT = 10
const CHANGED_WEIGHT = 77
const FOLDER = '/run'

/** Starts the program, reloads it with one changed weight, stops it. Rejects if the table does not follow within a minute each. */
export async function measureLvs(name: SubjectName, plan: LvsPlan): Promise<LvsRun> {
  const config = `${FOLDER}/${name}.conf`
  const wanted = plan.services * plan.serversEach
  writeFileSync(config, lvsConfig(plan, WEIGHT))
  const cpuBefore = childrenCpuMs()
  const startedAt = performance.now()
  const subject = new BenchSubject({ name, folder: FOLDER, config, options: plan.head === undefined ? ['-C'] : [] })
  try {
    const firstMs = await until(subject, startedAt, 'entries', () => destinations().length > 0)
    const loadMs = await until(subject, startedAt, `${wanted} entries`, () => destinations().length === wanted)
    const loaded = await settled(subject)
    const before = savedLines()
    if (before.length !== wanted + plan.services) throw new Error(`ipvsadm shows ${before.length} lines`)
    writeFileSync(config, lvsConfig(plan, CHANGED_WEIGHT))
    const reloadedAt = performance.now()
    subject.reload()
    const changed = () => destinations().some(line => Number(line.split(/\s+/)[3]) === CHANGED_WEIGHT)
    const reloadMs = await until(subject, reloadedAt, 'the changed weight', changed)
    const reloaded = await settled(subject)
    const kept = new Set(before)
    const changedLines = savedLines().filter(line => !kept.has(line)).length
    const stoppedAt = performance.now()
    subject.terminate()
    const stopMs = await until(subject, stoppedAt, 'an empty table', () => services().length === 0)
    await subject.gone()
    return {
      loadMs,
      fillMs: loadMs - firstMs,
      reloadMs,
      stopMs,
      loadCpuMs: loaded.cpuMs,
      reloadCpuMs: reloaded.cpuMs - loaded.cpuMs,
      cpuMs: childrenCpuMs() - cpuBefore,
      rssKb: loaded.rssKb,
      rssReloadedKb: reloaded.rssKb,
      changedLines,
    }
  } finally {
    await subject.stop()
    execFileSync('ipvsadm', ['-C'])
  }
}

/** Virtual servers 10.1.0.1 and following; the first real server of all has this weight, the others always the same. */
export function lvsConfig(plan: LvsPlan, firstWeight: number): string {
  const { services, serversEach, checkPort, head } = plan
  const check =
    checkPort === undefined
      ? ''
      : `    TCP_CHECK {\n      connect_ip 127.0.0.1\n      connect_port ${checkPort}\n    }\n`
  const real = (
    service: number,
    i: number,
  ) => `  real_server 10.${2 + Math.floor(i / 250)}.${service}.${(i % 250) + 1} 80 {
    weight ${service + i === 0 ? firstWeight : WEIGHT}
${check}  }
`
  const virtual = (service: number) => `virtual_server 10.1.0.${service + 1} 80 {
  delay_loop 60
  lb_algo rr
  lb_kind NAT
  protocol TCP
${Array.from({ length: serversEach }, (_, i) => real(service, i)).join('')}}
`
  return (head ?? '') + Array.from({ length: services }, (_, service) => virtual(service)).join('')
}

/** Milliseconds since `from` until the condition holds. */
export async function until(
  subject: BenchSubject,
  from: number,
  what: string,
  condition: () => boolean,
): Promise<number> {
  while (!condition()) {
    const elapsedMs = performance.now() - from
    if (elapsedMs > WAIT_MS_MAX) throw new Error(`${subject.name}: no ${what} in time\n${subject.output.slice(-4_000)}`)
    await sleep(POLL_MS)
  }
  return performance.now() - from
}

/** Lines of destinations in the kernel's table. */
export function destinations(): readonly string[] {
  return tableLines()
    .filter(line => line.startsWith('  ->'))
    .slice(1)
    .map(line => line.trim())
}

function services(): readonly string[] {
  return tableLines().filter(line => /^(TCP|UDP|SCTP|FWM) /.test(line))
}

function tableLines(): readonly string[] {
  return readFileSync('/proc/net/ip_vs', 'ascii').split('\n')
}

function savedLines(): readonly string[] {
  return execFileSync('ipvsadm', ['-Sn'], { encoding: 'ascii', maxBuffer: 1 << 24 })
    .trim()
    .split('\n')
}

/** What it has cost when it has become quiet. */
async function settled(subject: BenchSubject): Promise<Cost> {
  let cost = subject.cost()
  for (let round = 0; round < 10; round++) {
    await sleep(300)
    const next = subject.cost()
    if (next.cpuMs - cost.cpuMs < 30) return next
    cost = next
  }
  return cost
}

/** CPU time of all children of this process that have ended; ipvsadm's share is the same for both programs. */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'ascii')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
  return (Number(user) + Number(system)) * 10
}
