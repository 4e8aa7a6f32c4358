// Mail over a real SMTP server on loopback: plain, STARTTLS, TLS, AUTH, refusals, a server that is away, one that hangs.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { SmtpServer } from '../../src/config/blocks/global/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { MailQueue } from '../../src/supervisor/notify/mail-queue.ts'
import type { Mail } from '../../src/supervisor/notify/mail-text.ts'
import { createMailer } from '../../src/supervisor/notify/mailer.ts'

const mail: Mail = {
  from: 'ka@node.example',
  to: ['ops@example.com', 'Second <boss@example.com>'],
  subject: '[R1] VRRP Instance VI_1 - Entering MASTER state',
  body: '=> VRRP Instance is now owning VRRP VIPs <=',
}
const silent: Log = { error() {}, warn() {}, info() {}, debug() {} }
const never = new AbortController().signal

interface Received {
  readonly text: string
  readonly from: string
  readonly to: readonly string[]
  readonly helo: string
  readonly secure: boolean
  readonly user: string | undefined
}

function certificate(): { key: Buffer; cert: Buffer } {
  const dir = mkdtempSync(join(tmpdir(), 'ka-cert-'))
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const pair = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(dir, { recursive: true })
  return pair
}

async function smtp(t: TestContext, options: SMTPServerOptions = {}, port = 0) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          text: Buffer.concat(chunks).toString(),
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(recipient => recipient.address),
          helo: String(session.hostNameAppearsAs),
          secure: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
        })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { received, server, port: (server.server.address() as AddressInfo).port }
}

function settings(port: number, changes: Partial<SmtpServer> = {}): SmtpServer {
  return { host: '127.0.0.1', port, tls: 'opportunistic', tlsVerify: false, ...changes }
}

function mailerTo(port: number, changes: Partial<SmtpServer> = {}, timeoutMs = 5_000) {
  return createMailer({ server: settings(port, changes), heloName: 'node.example', timeoutMs })
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 15_000
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come about within 15 s')
    await sleep(10)
  }
}

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

test('one mail goes to all recipients, with the headers of keepalived', async t => {
  const { received, port } = await smtp(t)
  assert.deepEqual(await mailerTo(port).send(mail, never), { kind: 'sent', later: [], refused: [] })
  assert.equal(received.length, 1)
  const { text, from, to, helo, secure } = received[0]!
  assert.equal(from, 'ka@node.example')
  assert.deepEqual(to, ['ops@example.com', 'boss@example.com'])
  assert.equal(helo, 'node.example')
  assert.equal(secure, false)
  assert.match(text, /^From: ka@node\.example\r$/m)
  assert.match(text, /^To: ops@example\.com, Second <boss@example\.com>\r$/m)
  assert.match(text, /^Subject: \[R1\] VRRP Instance VI_1 - Entering MASTER state\r$/m)
  assert.match(text, /^X-Mailer: Keepalived\r$/m)
  assert.match(text, /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}\r$/m)
  assert.equal(text.split('\r\n\r\n')[1]?.trim(), mail.body)
})

test('recipients and senders without a domain go to the server as written, as keepalived hands them on', async t => {
  // The library for the other tests refuses such senders; mail servers take them for users of their host.
  const said: string[] = []
  const server = createServer(client => {
    client.setEncoding('utf8').write('220 here\r\n')
    let inData = false
    createInterface({ input: client }).on('line', line => {
      said.push(line)
      if (line === '.') inData = false
      if (inData) return
      if (line === 'DATA') inData = true
      client.write(inData ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 well\r\n')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const local: Mail = { ...mail, from: 'fb', to: ['root', 'ops@example.com', 'Duty <night>'] }
  const { port } = server.address() as AddressInfo
  assert.deepEqual(await mailerTo(port).send(local, never), { kind: 'sent', later: [], refused: [] })
  assert.deepEqual(
    said.filter(line => /^(MAIL|RCPT)/.test(line)),
    ['MAIL FROM:<fb>', 'RCPT TO:<root>', 'RCPT TO:<ops@example.com>', 'RCPT TO:<night>'],
  )
  const header = (name: string) => said.find(line => line.startsWith(`${name}: `)) ?? ''
  assert.match(header('From'), /^From: <?fb>?$/)
  assert.match(header('To'), /^To: <?root>?, ops@example\.com, Duty <night>$/)
})

test('STARTTLS is used where it is offered, demanded where configured, and its certificate verified where asked for', async t => {
  const offered = await smtp(t, { disabledCommands: [], ...certificate() })
  const plain = await smtp(t)
  assert.equal((await mailerTo(offered.port).send(mail, never)).kind, 'sent')
  assert.equal((await mailerTo(offered.port, { tls: 'starttls' }).send(mail, never)).kind, 'sent')
  assert.equal((await mailerTo(offered.port, { tls: 'none' }).send(mail, never)).kind, 'sent')
  assert.deepEqual(
    offered.received.map(({ secure }) => secure),
    [true, true, false],
  )

  assert.equal((await mailerTo(offered.port, { tls: 'starttls', tlsVerify: true }).send(mail, never)).kind, 'later')
  assert.equal((await mailerTo(plain.port, { tls: 'starttls' }).send(mail, never)).kind, 'later')
  assert.equal((await mailerTo(plain.port).send(mail, never)).kind, 'sent')
  assert.equal(offered.received.length, 3)
  assert.deepEqual(
    plain.received.map(({ secure }) => secure),
    [false],
  )
})

test('TLS from the first byte', async t => {
  const { received, port } = await smtp(t, { secure: true, ...certificate() })
  assert.equal((await mailerTo(port, { tls: 'tls' }).send(mail, never)).kind, 'sent')
  assert.equal(received[0]?.secure, true)
  assert.equal((await mailerTo(port, { tls: 'tls', tlsVerify: true }).send(mail, never)).kind, 'later')
})

test('opportunistic TLS that cannot be set up gives way to plain text, but not with a password', async t => {
  // A server that offers STARTTLS and then only speaks a version that the client does not.
  const broken = {
    disabledCommands: [],
    maxVersion: 'TLSv1.1' as const,
    minVersion: 'TLSv1' as const,
    ...certificate(),
  }
  const { received, port } = await smtp(t, broken)
  assert.equal((await mailerTo(port).send(mail, never)).kind, 'sent')
  assert.deepEqual(
    received.map(({ secure }) => secure),
    [false],
  )
  assert.equal((await mailerTo(port, { user: 'ka', password: 'secret' }).send(mail, never)).kind, 'later')
  assert.equal(received.length, 1)
})

test('AUTH with the right password, the wrong one, and a server that has no AUTH', async t => {
  const { received, port } = await smtp(t, {
    disabledCommands: [],
    authOptional: false,
    ...certificate(),
    onAuth(auth, _session, callback) {
      if (auth.username === 'ka' && auth.password === 'secret') callback(null, { user: 'ka' })
      else callback(new Error('no such login'))
    },
  })
  const login = { tls: 'starttls', user: 'ka', password: 'secret' } as const
  assert.equal((await mailerTo(port, login).send(mail, never)).kind, 'sent')
  assert.equal(received[0]?.user, 'ka')
  assert.equal((await mailerTo(port, { ...login, password: 'wrong' }).send(mail, never)).kind, 'refused')
  assert.equal((await mailerTo(port, { tls: 'starttls' }).send(mail, never)).kind, 'refused')
  const without = await smtp(t, { disabledCommands: ['AUTH'], ...certificate() })
  assert.equal((await mailerTo(without.port, login).send(mail, never)).kind, 'refused')
  assert.equal(received.length, 1)
})

test('a server is found by its name, which the TLS handshake carries; an unknown name is tried again later', async t => {
  const names: unknown[] = []
  const { received, port } = await smtp(t, {
    disabledCommands: [],
    ...certificate(),
    onSecure(_socket, session, callback) {
      names.push(session.servername)
      callback()
    },
  })
  const mailer = mailerTo(port, { host: 'localhost', tls: 'starttls' })
  assert.equal((await mailer.send(mail, never)).kind, 'sent')
  assert.equal((await mailer.send(mail, never)).kind, 'sent')
  assert.deepEqual(names, ['localhost', 'localhost'])
  assert.equal(received.length, 2)
  const outcome = await mailerTo(port, { host: 'no-such-host.invalid' }, 2_000).send(mail, never)
  assert.equal(outcome.kind === 'later' && outcome.scope, 'server')
})

test('recipients are told apart: taken, refused for good, put off', async t => {
  const replies: Record<string, number> = { 'gone@x': 550, 'busy@x': 450 }
  const { received, port } = await smtp(t, {
    onRcptTo({ address }, _session, callback) {
      const responseCode = replies[address]
      callback(responseCode === undefined ? null : Object.assign(new Error('no'), { responseCode }))
    },
  })
  const send = (to: string[]) => mailerTo(port).send({ ...mail, to }, never)
  assert.deepEqual(await send(['ok@x', 'gone@x', 'busy@x']), { kind: 'sent', later: ['busy@x'], refused: ['gone@x'] })
  assert.deepEqual(received[0]?.to, ['ok@x'])
  assert.equal((await send(['gone@x'])).kind, 'refused')
  const later = await send(['busy@x'])
  assert.equal(later.kind === 'later' && later.scope, 'mail')
})

test('a server that is down and then comes up gets the mail later', async t => {
  const port = await unusedPort()
  const queue = new MailQueue(silent, { retryDelayMs: () => 50 })
  t.after(() => queue.flush(0))
  queue.setMailer(mailerTo(port))
  queue.push(mail)
  queue.push({ ...mail, subject: 'second' })
  await until(() => queue.counters.retries >= 2)
  const { received } = await smtp(t, {}, port)
  await until(() => received.length === 2)
  assert.match(received[0]!.text, /Entering MASTER/)
  assert.match(received[1]!.text, /second/)
  // The server has a mail a moment before we have its answer.
  await until(() => queue.counters.waiting === 0)
})

test('a server that accepts and says nothing blocks nothing, and times out', async t => {
  const sockets = new Set<import('node:net').Socket>()
  const mute: Server = createServer(socket => void sockets.add(socket))
  await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    mute.close()
  })
  const { port } = mute.address() as AddressInfo
  const outcome = await mailerTo(port, {}, 200).send(mail, never)
  assert.equal(outcome.kind === 'later' && outcome.scope, 'server')

  const queue = new MailQueue(silent)
  queue.setMailer(mailerTo(port, {}, 60_000))
  for (let i = 0; i < 50; i++) queue.push(mail)
  let ticks = 0
  const ticker = setInterval(() => ticks++, 5)
  await sleep(200)
  clearInterval(ticker)
  assert.ok(ticks > 10, 'the event loop runs on')
  assert.equal(await queue.flush(100), 50)
})

test('STOP mails leave within the time of the shutdown', async t => {
  const { received, port } = await smtp(t)
  const queue = new MailQueue(silent)
  queue.setMailer(mailerTo(port))
  for (let i = 0; i < 20; i++) queue.push({ ...mail, subject: `${i}` })
  assert.equal(await queue.flush(10_000), 0)
  assert.equal(received.length, 20)
})
