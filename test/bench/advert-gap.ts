// How late adverts get while a large IPVS table loads: ours is MASTER on one end of a veth pair, tcpdump in another namespace on the
// other end writes down when each advert arrives. Runs inside a kernel with IPVS (scripts/uml.sh).

import { type ChildProcess, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { sleep } from '../lab/clock.ts'
import { eachLine, spawnIn } from '../lab/command.ts'
import { PcapReader } from '../lab/pcap.ts'
import { BenchSubject } from './bench-subject.ts'
import { destinations, type LvsPlan, lvsConfig, until } from './lvs-load.ts'

export interface AdvertGaps {
  readonly loadMs: number
  readonly adverts: number
  /** How much later than an interval after the one before it the worst advert came: from the first advert until the table was loaded. */
  readonly worstLateMs: number
  /** The same while a reload changed every weight. */
  readonly reloadLateMs: number
}

const NAMESPACE = 'ksc-peer'
const FOLDER = '/run'

/** Rejects if the table does not load within a minute. */
export async function measureAdvertGaps(intervalSeconds: number, plan: LvsPlan): Promise<AdvertGaps> {
  const seen: number[] = []
  execFileSync('sh', [
    '-ec',
    `
    ip netns add ${NAMESPACE}
    ip link add sv0 type veth peer name sv1 netns ${NAMESPACE}
    ip addr add 10.99.0.1/24 dev sv0
    ip link set sv0 up
    ip -n ${NAMESPACE} link set sv1 up`,
  ])
  const tcpdump = await capture(seen)
  const head = `vrrp_instance V {
  state MASTER
  interface sv0
  virtual_router_id 9
  priority 200
  advert_int ${intervalSeconds}
  version 3
  virtual_ipaddress {
    10.99.0.100
  }
}
`
  const config = `${FOLDER}/gap.conf`
  writeFileSync(config, lvsConfig({ ...plan, head }, 1))
  const startedAt = performance.now()
  const subject = new BenchSubject({ name: 'keepalived-ts', folder: FOLDER, config, options: [] })
  try {
    const wanted = plan.services * plan.serversEach
    const loadMs = await until(subject, startedAt, `${wanted} entries`, () => destinations().length === wanted)
    await sleep(intervalSeconds * 3_000)
    const loaded = seen.splice(0)
    writeFileSync(config, lvsConfig({ ...plan, head }, 2).replaceAll('weight 10', 'weight 11'))
    const reloadedAt = performance.now()
    subject.reload()
    const changed = () => destinations().filter(line => Number(line.split(/\s+/)[3]) === 11).length === wanted - 1
    await until(subject, reloadedAt, 'new weights', changed)
    await sleep(intervalSeconds * 3_000)
    const reloaded = [loaded.at(-1) ?? 0, ...seen]
    const intervalUs = intervalSeconds * 1_000_000
    return {
      loadMs,
      adverts: loaded.length + seen.length,
      worstLateMs: worstLateMs(loaded, intervalUs),
      reloadLateMs: worstLateMs(reloaded, intervalUs),
    }
  } finally {
    await subject.stop()
    tcpdump.kill('SIGTERM')
    execFileSync('sh', ['-c', `ip link del sv0; ip netns del ${NAMESPACE}; ipvsadm -C`])
  }
}

/** How much longer than the interval the longest gap was. No advert at all is an endless gap. */
export function worstLateMs(seen: readonly number[], intervalUs: number): number {
  if (seen.length < 2) return Number.POSITIVE_INFINITY
  const gaps = seen.slice(1).map((at, i) => at - seen[i]!)
  return (Math.max(...gaps) - intervalUs) / 1_000
}

async function capture(seen: number[]): Promise<ChildProcess> {
  const options = ['-i', 'sv1', '--immediate-mode', '-U', '-w', '-', 'ip proto 112']
  const tcpdump = spawnIn(NAMESPACE, ['tcpdump', ...options])
  const reader = new PcapReader(({ at }) => seen.push(at))
  tcpdump.stdout?.on('data', (chunk: Buffer) => reader.feed(chunk))
  await new Promise<void>((resolve, reject) => {
    eachLine(tcpdump.stderr, line => line.includes('listening on') && resolve())
    tcpdump.once('exit', () => reject(new Error('tcpdump ended')))
  })
  return tcpdump
}
