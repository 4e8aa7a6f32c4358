// The demonstration: the founding example's two nodes and a client in network namespaces, and four accidents. Each has
// to move the address within its time, and to give it back; what the client suffered is measured. Exit status 0 if so.

import { parseArgs } from 'node:util'
import { epochNowUs, sleep } from '../lab/clock.ts'
import { FOUNDING_VIP, foundingLab, foundingRole, foundingStart } from '../lab/founding.ts'
import { Lab } from '../lab/lab.ts'
import { startMailSink } from '../lab/mail-sink.ts'
import { answers, longestOutage, startProber } from '../lab/prober.ts'
import { becomesBackup, becomesMaster } from '../lab/role.ts'
import { subject } from '../lab/subject.ts'
import { WebServer } from '../lab/web-server.ts'
import { Narrator } from './narrator.ts'

const TITLES = { a: 'node-70', b: 'node-71' } as const
const ADDRESSES = { a: '172.16.36.70', b: '172.16.36.71' } as const
const LIMIT_MS = 85_000
const MOVE_BOUND_MS = 12_000
const MAIL_BOUND_MS = 5_000
/** Between the events, so that the story can be followed. */
const PAUSE_MS = 1_500
type NodeName = keyof typeof TITLES

interface Row {
  readonly event: string
  readonly to: NodeName
  readonly movedAfterMs: number
  readonly outageMs: number
  readonly mails: number
}

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
const limit = setTimeout(() => {
  console.error(`the demonstration did not end within ${LIMIT_MS} ms`)
  process.exit(1)
}, LIMIT_MS)

try {
  await Lab.with(foundingLab, demonstrate)
} catch (thrown) {
  console.error(`\nFAILED: ${thrown instanceof Error ? thrown.message : thrown}`)
  process.exit(1)
}
clearTimeout(limit)

async function demonstrate(lab: Lab): Promise<void> {
  const narrator = new Narrator(lab, TITLES, foundingRole.vip!)
  introduce(narrator)
  const [a, b] = [lab.router('a'), lab.router('b')]
  const [webA, webB] = [new WebServer(lab, a), new WebServer(lab, b)]
  await Promise.all([startMailSink(lab, a), startMailSink(lab, b)])
  webA.start()
  webB.start()

  narrator.heading('both nodes start, priorities 100 and 99')
  const start = (node: NodeName) => lab.router(node).start(foundingStart(node, subject, ['smtp_alert']))
  const startedAt = epochNowUs()
  start('a')
  start('b')
  await becomesMaster(lab, 'a', { ...foundingRole, boundMs: 15_000 })
  startProber(lab, { protocol: 'http', address: FOUNDING_VIP, port: 80, intervalMs: 100, timeoutMs: 300 })
  await servedBy(lab, 'a', startedAt)

  const rows: Row[] = []
  const play = async (event: string, to: NodeName, cause: () => unknown) => {
    narrator.heading(event)
    const row = await observe(lab, event, to, cause)
    rows.push(row)
    narrator.say(`=> ${TITLES[to]} serves after ${row.movedAfterMs} ms, outage for the client ${row.outageMs} ms`)
  }
  await play('nginx on node-70 stops: the check fails, the priority drops', 'b', () => webA.stop())
  await play('nginx on node-70 is back', 'a', () => webA.start())
  await play('node-70 is killed (SIGKILL: the whole router program and nginx)', 'b', () => {
    a.kill()
    webA.kill()
  })
  await play('node-70 starts again', 'a', () => {
    webA.start()
    start('a')
  })
  await play('the cable of node-70 is cut: FAULT', 'b', () => a.linkDown())
  await play('the cable is plugged in again', 'a', () => a.linkUp())
  summarize(rows)
  if (options.keep) await keepRunning(lab)
  narrator.stop()
}

/** Causes something and waits until the address has moved, the client is served there, and the mails have come. */
async function observe(lab: Lab, event: string, to: NodeName, cause: () => unknown): Promise<Row> {
  const causedAt = epochNowUs()
  await cause()
  const first = await becomesMaster(lab, to, { ...foundingRole, since: causedAt, boundMs: MOVE_BOUND_MS })
  await servedBy(lab, to, causedAt)
  const loser = to === 'a' ? 'b' : 'a'
  // A killed router leaves the address on its dead interface.
  if (lab.router(loser).running) await becomesBackup(lab, loser, { ...foundingRole, boundMs: MOVE_BOUND_MS })
  const mails = () => lab.events.filter(seen => seen.kind === 'mail').filter(mail => mail.at > causedAt)
  const tellsOfMaster = () => mails().some(mail => mail.from === to && mail.subject.includes('MASTER'))
  await lab.waitFor(`mail that ${TITLES[to]} is MASTER`, tellsOfMaster, MAIL_BOUND_MS)
  await sleep(PAUSE_MS)
  const outage = longestOutage(lab, causedAt)
  return {
    event,
    to,
    movedAfterMs: Math.round((first.at - causedAt) / 1_000),
    outageMs: outage === undefined ? 0 : Math.round((outage.to - outage.from) / 1_000),
    mails: mails().length,
  }
}

async function servedBy(lab: Lab, node: NodeName, since: number): Promise<void> {
  const served = () => answers(lab, since).at(-1)?.by === ADDRESSES[node]
  await lab.waitFor(`the client is served by ${TITLES[node]}`, served, MOVE_BOUND_MS)
}

function introduce(narrator: Narrator): void {
  process.stdout.write(`
  ${subject}: the founding example in network namespaces

      node-70 172.16.36.70 ──┐
                             ├── bridge ── client 172.16.36.10 asks http://${FOUNDING_VIP}/ each 100 ms
      node-71 172.16.36.71 ──┘

  Configuration: node-70.conf and node-71.conf as printed, with smtp_alert added to global_defs.
  Signs of the client: 0 = node-70 answered, 1 = node-71 answered, x = nobody.
`)
  narrator.say('the network is up')
}

function summarize(rows: readonly Row[]): void {
  const line = (...cells: readonly (string | number)[]) =>
    `  ${String(cells[0]).padEnd(66)}${String(cells[1]).padEnd(9)}${cells
      .slice(2)
      .map(cell => String(cell).padStart(12))
      .join('')}\n`
  process.stdout.write(`\n${line('event', 'to', 'moved, ms', 'outage, ms', 'mails')}`)
  for (const row of rows) {
    process.stdout.write(line(row.event, TITLES[row.to], row.movedAfterMs, row.outageMs, row.mails))
  }
  process.stdout.write('\n')
}

async function keepRunning(lab: Lab): Promise<void> {
  clearTimeout(limit)
  process.stdout.write(`  Left running until Ctrl-C. Look around with:
    ip netns exec ${lab.router('a').namespace} ip addr
    ip netns exec ${lab.router('b').namespace} tcpdump -ni eno16777736 vrrp
    ip netns exec ${lab.client.namespace} curl -s http://${FOUNDING_VIP}/
    kill -9 ${lab.router('a').pid}\n`)
  await new Promise(() => undefined)
}
