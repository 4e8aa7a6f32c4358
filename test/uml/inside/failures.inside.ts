// Every kind of failure and of recovery, with Debian's keepalived and with ours, on the same configuration and the same servers: the
// table must be the same line by line at every stage, and so must the subjects of the mails.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test, { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { BadServers, configOf, type Kind, kinds } from './bad-servers.ts'
import { type Daemon, Director, makeLink, summary } from './director.ts'
import { savedTable } from './ipvsadm.ts'

const daemons = ['keepalived', 'keepalived-ts'] as const satisfies readonly Daemon[]
const stages = ['good', 'bad', 'good'] as const
const STAGE_MS_MAX = 120_000
const MAIL_QUIET_MS = 2_500

const tables = new Map<Daemon, (readonly string[])[]>()
const subjects = new Map<Daemon, (readonly string[])[]>()
const mails: string[] = []
let servers: BadServers

const sink = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData: (stream, _, done) => {
    let text = ''
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
    })
    stream.on('end', () => {
      mails.push(/^Subject: (.*?)\r?$/im.exec(text.replaceAll(/\r?\n[ \t]+/g, ' '))?.[1] ?? '?')
      done()
    })
  },
})
sink.on('error', () => {})

before(async () => {
  makeLink()
  const [key, cert] = ['/run/key.pem', '/run/cert.pem']
  const files = ['-keyout', key, '-out', cert, '-subj', '/CN=lab', '-days', '20']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files], { stdio: 'ignore' })
  servers = new BadServers(serve => createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, serve))
  await servers.start()
  await new Promise<void>(resolve => sink.listen(2525, '10.0.0.1', resolve))
})
after(() => {
  servers.stop()
  sink.close(() => {})
})

/**
 * What keepalived sent at each stage, without the one thing that ours does not say: UP for each MISC_CHECK whose first run succeeds,
 * although nothing was down.
 */
function wanted(): readonly (readonly string[])[] {
  const [start = [], ...later] = subjects.get('keepalived') ?? []
  return [start.filter(subject => subject.startsWith('[lab] Virtualserver')), ...later]
}

/** What the table holds of each kind's virtual server: `.11(1)`. */
function held(): ReadonlyMap<number, string> {
  const found = new Map<number, string>()
  for (const line of savedTable()) {
    const match = /^-a -t \S+:(\d+) -r \S+?\.(\d+):\d+ .*-w (\d+)/.exec(line)
    if (match === null) continue
    const port = Number(match[1])
    found.set(port, [found.get(port), `.${match[2]}(${match[3]})`].filter(text => text !== undefined).join(' '))
  }
  return found
}

function unlike(stage: 'good' | 'bad'): readonly string[] {
  const now = held()
  return kinds
    .filter((kind: Kind) => (now.get(kind.port) ?? '') !== kind[stage])
    .map(kind => `${kind.name}: wanted '${kind[stage]}', is '${now.get(kind.port) ?? ''}'`)
}

/** `mailsWanted`: how many the other daemon sent; a busy machine takes its time for them. */
async function settle(what: string, stage: 'good' | 'bad', director: Director, mailsWanted: number): Promise<void> {
  const deadline = Date.now() + STAGE_MS_MAX
  while (unlike(stage).length > 0) {
    if (Date.now() > deadline) {
      assert.fail(`${what}\n${unlike(stage).join('\n')}\n${director.output.join('').slice(-6_000)}`)
    }
    await pause(100)
  }
  const mailDeadline = Date.now() + STAGE_MS_MAX
  while (mails.length < mailsWanted && Date.now() < mailDeadline) await pause(100)
  for (let count = -1; count !== mails.length; ) {
    count = mails.length
    await pause(MAIL_QUIET_MS)
  }
}

for (const daemon of daemons) {
  test(`${daemon}: all servers fail, each in its way, and come back`, async () => {
    tables.set(daemon, [])
    subjects.set(daemon, [])
    await servers.be('good')
    const director = new Director(daemon, configOf(kinds))
    try {
      for (const [at, stage] of stages.entries()) {
        await servers.be(stage)
        // At the start the table says nothing about checks that have still to be made.
        if (at === 0) await pause(3_000)
        await settle(
          `stage ${at} (${stage})`,
          stage,
          director,
          daemon === 'keepalived' ? 0 : (wanted()[at]?.length ?? 0),
        )
        tables.get(daemon)?.push([...savedTable()].sort())
        subjects.get(daemon)?.push(mails.splice(0).sort())
      }
    } finally {
      await director.stop()
    }
    assert.equal(summary(), 'none')
    mails.length = 0
  })
}

test('both made the same table at every stage, line by line', () => {
  assert.equal(tables.get('keepalived')?.length, stages.length)
  assert.deepEqual(tables.get('keepalived-ts'), tables.get('keepalived'))
})

test('both sent the same mails at every stage', () => {
  const sent = wanted()
  assert.ok(
    sent[1]?.some(subject => subject.includes('DOWN')),
    JSON.stringify(sent),
  )
  assert.deepEqual(subjects.get('keepalived-ts'), sent)
})
