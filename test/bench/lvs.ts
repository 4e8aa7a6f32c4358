// `npm run bench:lvs`: 100 virtual servers with 20 real servers each, loaded, reloaded with one changed weight and stopped, by
// Debian's keepalived and by ours one after the other in the same kernel: time, CPU and memory of both and their ratios. Then the
// adverts of a VRRP instance while ours loads 10,000 real servers.

import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { measureAdvertGaps } from './advert-gap.ts'
import { type LvsRun, measureLvs } from './lvs-load.ts'

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '100' },
    servers: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    'no-checks': { type: 'boolean', default: false },
    'no-vrrp': { type: 'boolean', default: false },
  },
})
const CHECK_PORT = 8_080
const size = { services: Number(values.services), serversEach: Number(values.servers) }
const rounds = Number(values.rounds)

await compare('no checkers', undefined)
if (!values['no-checks']) {
  const listener = createServer(socket => socket.on('error', () => {}).destroy())
  await new Promise<void>(resolve => listener.listen(CHECK_PORT, '127.0.0.1', resolve))
  await compare('a TCP_CHECK each', CHECK_PORT)
  listener.close()
}
if (!values['no-vrrp']) {
  execFileSync('sync')
  for (const intervalSeconds of [1, 0.1]) {
    const gaps = await measureAdvertGaps(intervalSeconds, { services: 100, serversEach: 100 })
    console.log(
      `adverts every ${intervalSeconds * 1_000} ms while 10,000 real servers load (${gaps.loadMs.toFixed(0)} ms), ${gaps.adverts} adverts: ` +
        `the latest ${gaps.worstLateMs.toFixed(1)} ms late; reload ${gaps.reloadLateMs.toFixed(1)} ms; stop of the table not counted`,
    )
  }
}

async function compare(what: string, checkPort: number | undefined): Promise<void> {
  const plan = checkPort === undefined ? size : { ...size, checkPort }
  const runs = { keepalived: [] as LvsRun[], 'keepalived-ts': [] as LvsRun[] }
  for (let round = 0; round < rounds; round++) {
    for (const name of ['keepalived', 'keepalived-ts'] as const) runs[name].push(await measureLvs(name, plan))
  }
  console.log(`\n${size.services} virtual x ${size.serversEach} real servers, ${what}, median of ${rounds}:`)
  console.log(`  ${''.padEnd(30)} keepalived  keepalived-ts   ratio`)
  const row = (label: string, key: keyof LvsRun, unit: string, divisor = 1) => {
    const [reference, ours] = [median(runs.keepalived, key) / divisor, median(runs['keepalived-ts'], key) / divisor]
    const cells = [
      reference.toFixed(0).padStart(7),
      ours.toFixed(0).padStart(11),
      (ours / reference).toFixed(1).padStart(10),
    ]
    console.log(`  ${label.padEnd(30)} ${cells[0]} ${unit} ${cells[1]} ${unit} ${cells[2]}`)
  }
  row('start until all are there', 'loadMs', 'ms')
  row('of that, from the first entry', 'fillMs', 'ms')
  row('reload until the change', 'reloadMs', 'ms')
  row('stop until empty', 'stopMs', 'ms')
  row('CPU of the start', 'loadCpuMs', 'ms')
  row('CPU of the reload', 'reloadCpuMs', 'ms')
  row('CPU of everything', 'cpuMs', 'ms')
  row('RSS, loaded', 'rssKb', 'MB', 1_024)
  row('RSS, reloaded', 'rssReloadedKb', 'MB', 1_024)
  row('lines that a reload changes', 'changedLines', '  ')
}

function median(runs: readonly LvsRun[], key: keyof LvsRun): number {
  return runs.map(run => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!
}
