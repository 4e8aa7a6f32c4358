// Servers that behave as badly as they can: each check comes to a verdict with a reason within its bounds, and memory stays bounded.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { after, before } from 'node:test'
import type { HttpChecker, SmtpChecker } from '../../src/config/blocks/checker/model.ts'
import { ByteStream } from '../../src/workers/checker/checks/byte-stream.ts'
import { checkHttp, secureContextOf } from '../../src/workers/checker/checks/http.ts'
import { checkSmtp } from '../../src/workers/checker/checks/smtp.ts'
import type { CheckResult } from '../../src/workers/checker/core/check-state.ts'
import { probing, target } from '../unit/workers/checker/fixture.ts'

const program = join(import.meta.dirname, 'fixtures/hostile-server.js')
/** Growth of this process that a check may cause, garbage that is not yet collected included. */
const GROWTH_BYTES_MAX = 128 << 20
const TIMEOUT_US = 300_000
const folder = mkdtempSync(join(tmpdir(), 'ka-hostile-'))
const key = join(folder, 'key.pem')
const certificate = join(folder, 'cert.pem')

before(() => {
  const subject = ['-subj', '/CN=hostile.example', '-days', '2']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], { stdio: 'ignore' })
})
after(() => rmSync(folder, { recursive: true }))

interface Seen {
  readonly verdict: string
  readonly tookMs: number
  readonly grownBytes: number
}

/** What a check says of a server of this behaviour, how long it took and how much memory it cost at its peak. */
async function meet(behaviour: string, tls: boolean, check: (port: number) => Promise<CheckResult>): Promise<Seen> {
  const server = spawn(process.execPath, [program, behaviour, ...(tls ? [key, certificate] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const port = await new Promise<number>(resolve => {
      createInterface(server.stdout).once('line', line => resolve(Number(line)))
    })
    const atFirst = process.memoryUsage().rss
    let peak = atFirst
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 5)
    const startedAt = performance.now()
    const result = await check(port)
    clearInterval(watch)
    const verdict = result.kind === 'passed' ? 'passed' : `${result.kind}: ${result.reason}`
    return { verdict, tookMs: performance.now() - startedAt, grownBytes: peak - atFirst }
  } finally {
    server.kill('SIGKILL')
  }
}

function http(port: number, over: Partial<HttpChecker> = {}): HttpChecker {
  const url = { path: '/', host: 'h', statusCodes: [[200, 299]] as const, tlsCompliant: false }
  return {
    ...probing,
    id: 'h',
    type: 'HTTP_GET',
    target: target(port, { connectTimeoutUs: TIMEOUT_US }),
    protocol: '1.0',
    urls: [url],
    fastRecovery: false,
    ...over,
  }
}

const smtp = (port: number): SmtpChecker => ({
  ...probing,
  id: 's',
  type: 'SMTP_CHECK',
  target: target(port, { connectTimeoutUs: TIMEOUT_US }),
  heloName: 'me.example',
})

const context = secureContextOf(null)
const checks = {
  HTTP_GET: (port: number) => checkHttp(http(port), 0, undefined),
  SSL_GET: (port: number) => checkHttp(http(port, { type: 'SSL_GET' }), 0, context),
  SMTP_CHECK: (port: number) => checkSmtp(smtp(port)),
}

/** Which check meets which server, what it must say, and how many of its timeouts it may take at most. */
const rows: readonly (readonly [keyof typeof checks, 'plain' | 'tls', string, RegExp, number])[] = [
  ['HTTP_GET', 'plain', 'announced gigabyte', /^failed: \/: the body is longer than \d+ bytes$/, 20],
  ['HTTP_GET', 'plain', 'endless body', /^failed: \/: the body is longer than \d+ bytes$/, 20],
  ['HTTP_GET', 'plain', 'body in drips', /^failed: \/: the response takes too long$/, 20],
  ['HTTP_GET', 'plain', 'header in drips', /^failed: \/: the response takes too long$/, 3],
  ['HTTP_GET', 'plain', 'flood of headers', /^failed: \/: the header is longer than 4095 bytes$/, 1],
  ['HTTP_GET', 'plain', 'one header without end', /^failed: \/: the header is longer than 4095 bytes$/, 1],
  ['HTTP_GET', 'plain', 'reset in the body', /^failed: \/: read failed: ECONNRESET$/, 1],
  ['HTTP_GET', 'plain', 'reset at once', /^failed: (\/: read failed: |\/: )?ECONNRESET$/, 1],
  ['HTTP_GET', 'plain', 'half closed and silent', /^failed: \/: no data received$/, 1],
  ['HTTP_GET', 'plain', 'half closed behind half a header', /^failed: \/: no data received$/, 1],
  // keepalived: a difference from the announced length is no failure.
  ['HTTP_GET', 'plain', 'short body', /^passed$/, 1],
  ['HTTP_GET', 'plain', 'silence with an open connection', /^failed: \/: read timed out$/, 1],
  ['SSL_GET', 'tls', 'announced gigabyte', /^failed: \/: the body is longer than \d+ bytes$/, 20],
  ['SSL_GET', 'tls', 'body in drips', /^failed: \/: the response takes too long$/, 20],
  ['SSL_GET', 'tls', 'flood of headers', /^failed: \/: the header is longer than 4095 bytes$/, 1],
  ['SSL_GET', 'tls', 'short body', /^passed$/, 1],
  ['SSL_GET', 'plain', 'handshake of noise', /^failed: \/: TLS handshake: /, 1],
  ['SSL_GET', 'plain', 'handshake cut off', /^failed: \/: TLS handshake: /, 1],
  ['SSL_GET', 'plain', 'handshake reset', /^failed: \/: TLS handshake: /, 1],
  ['SSL_GET', 'plain', 'handshake in drips', /^failed: \/: TLS handshake/, 1],
  ['SMTP_CHECK', 'plain', 'endless greeting', /^failed: Read failure from server$/, 3],
  ['SMTP_CHECK', 'plain', 'greeting in drips', /^failed: Read timeout from server$/, 3],
  [
    'SMTP_CHECK',
    'plain',
    'one header without end',
    /^failed: (Bad greeting banner|Read failure|Read timeout) from server$/,
    3,
  ],
  ['SMTP_CHECK', 'plain', 'reset at once', /^failed: (Read failure from server|ECONNRESET)$/, 1],
  ['SMTP_CHECK', 'plain', 'half closed and silent', /^failed: Read failure from server$/, 1],
]

for (const [name, layer, behaviour, verdict, timeouts] of rows) {
  test(`${name} meets ${layer === 'tls' ? 'over TLS ' : ''}${behaviour}`, async () => {
    const seen = await meet(behaviour, layer === 'tls', checks[name])
    assert.match(seen.verdict, verdict)
    assert.ok(seen.grownBytes < GROWTH_BYTES_MAX, `memory grew by ${seen.grownBytes >> 20} MiB`)
    // The connection has a timeout of its own; a busy machine gets two seconds.
    assert.ok(seen.tookMs < ((timeouts + 1) * TIMEOUT_US) / 1_000 + 2_000, `took ${seen.tookMs} ms`)
  })
}

test('a reset that arrives together with the last bytes is not taken for the end of the answer', async () => {
  const seen = await meet('reset in the body', false, async port => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const stream = new ByteStream(socket, 2_000)
    stream.write('GET / HTTP/1.0\r\n\r\n')
    await new Promise(resolve => setImmediate(resolve))
    // Answer and reset, 50 ms behind it, are both there when this thread looks again.
    const until = performance.now() + 400
    while (performance.now() < until);
    let piece = await stream.read()
    while (typeof piece !== 'string') piece = await stream.read()
    socket.destroy()
    return { kind: 'failed', reason: `${piece} ${stream.fault}` }
  })
  assert.equal(seen.verdict, 'failed: broken ECONNRESET')
})

test('an answer that came while this thread did not run is no timeout', async () => {
  const seen = await meet('late by half the limit', false, async port => {
    // The answer is there by the time that the thread runs again, but the timer is due before.
    const block = () => {
      const until = performance.now() + (2 * TIMEOUT_US) / 1_000
      while (performance.now() < until);
    }
    setTimeout(block, TIMEOUT_US / 4_000)
    return checks.HTTP_GET(port)
  })
  assert.equal(seen.verdict, 'passed')
})
