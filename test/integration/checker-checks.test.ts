// Each kind of check against real servers on the loopback, among them hostile ones.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import type { HttpChecker, HttpUrl, SmtpChecker, Target, UdpChecker } from '../../src/config/blocks/checker/model.ts'
import { checkDns } from '../../src/workers/checker/checks/dns.ts'
import { checkHttp, secureContextOf } from '../../src/workers/checker/checks/http.ts'
import { checkSmtp } from '../../src/workers/checker/checks/smtp.ts'
import { checkTcp } from '../../src/workers/checker/checks/tcp.ts'
import { checkUdp } from '../../src/workers/checker/checks/udp.ts'
import type { CheckResult } from '../../src/workers/checker/core/check-state.ts'
import { probing, target } from '../unit/workers/checker/fixture.ts'

const quick: Partial<Target> = { connectTimeoutUs: 300_000 }
const root = process.getuid?.() === 0

async function withServer<T>(serve: (socket: Socket) => void, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    serve(socket)
  })
  return listening(server, use)
}

async function listening<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  try {
    return await use(address.port)
  } finally {
    server.close()
  }
}

function reasonOf(result: CheckResult): string {
  return result.kind === 'passed' ? 'passed' : `${result.kind}: ${result.reason}`
}

async function closedPort(): Promise<number> {
  return withServer(
    () => {},
    async port => port,
  )
}

function http(url: Partial<HttpUrl>, over: Partial<HttpChecker> = {}): HttpChecker {
  const full = { path: '/', host: 'h', statusCodes: [[200, 299]] as const, tlsCompliant: false, ...url }
  return {
    ...probing,
    id: 'h',
    type: 'HTTP_GET',
    target: target(1),
    protocol: '1.0',
    urls: [full],
    fastRecovery: false,
    ...over,
  }
}

/** What a check of this URL says of a server that answers with these pieces and, unless told, closes. */
async function fetched(url: Partial<HttpUrl>, pieces: readonly string[], keepOpen = false): Promise<string> {
  return withServer(
    socket => {
      socket.once('data', () => {
        for (const piece of pieces) socket.write(piece, 'latin1')
        if (!keepOpen) socket.end()
      })
    },
    async port => reasonOf(await checkHttp(http(url, { target: target(port, quick) }), 0, undefined)),
  )
}

test('TCP: connected, refused, and an address that this host does not have', async () => {
  await withServer(
    () => {},
    async port => assert.deepEqual(await checkTcp(target(port)), { kind: 'passed' }),
  )
  assert.deepEqual(await checkTcp(target(await closedPort())), { kind: 'failed', reason: 'ECONNREFUSED' })
  const elsewhere = await checkTcp(target(1, { bindAddress: '192.0.2.77' }))
  assert.deepEqual(elsewhere, { kind: 'skipped', reason: 'EADDRNOTAVAIL' })
})

test('TCP: bindto and bind_port are where the connection comes from', async () => {
  const from = new Promise<string>(resolve => {
    void withServer(
      socket => resolve(`${socket.remoteAddress}`),
      async port => checkTcp(target(port, { bindAddress: '127.0.0.9' })),
    )
  })
  assert.equal(await from, '127.0.0.9')
})

test('TCP: with a mark and bound to a link', { skip: !root && 'needs root' }, async () => {
  await withServer(
    () => {},
    async port => {
      assert.deepEqual(await checkTcp(target(port, { fwmark: 7, bindInterface: 'lo' })), { kind: 'passed' })
      const nowhere = await checkTcp(target(port, { bindInterface: 'nolink0' }))
      assert.deepEqual(nowhere, { kind: 'skipped', reason: 'ENODEV' })
    },
  )
})

test('HTTP over a marked socket reads the whole answer', { skip: !root && 'needs root' }, async () => {
  await withServer(
    socket => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nyes')),
    async port => {
      const checker = http(
        { regex: { pattern: '^yes$', flags: '', noMatch: false, minOffset: 0 } },
        { target: target(port, { fwmark: 3 }) },
      )
      assert.equal(reasonOf(await checkHttp(checker, 0, undefined)), 'passed')
    },
  )
})

test('HTTP: the request is the one keepalived sends', async () => {
  const requests: string[] = []
  const ask = (protocol: HttpChecker['protocol']) =>
    withServer(
      socket =>
        socket.once('data', bytes => {
          requests.push(bytes.toString())
          socket.end('HTTP/1.0 200 OK\r\n\r\n')
        }),
      async port => checkHttp(http({ path: '/x', host: 'w' }, { target: target(port), protocol }), 0, undefined),
    )
  await ask('1.0')
  await ask('1.1')
  assert.deepEqual(requests, [
    'GET /x HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: w\r\n\r\n',
    'GET /x HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: w\r\n\r\n',
  ])
})

test('HTTP: status, digest and pattern are judged in this order', async () => {
  const digest = createHash('md5').update('hello').digest('hex')
  const regex = { pattern: 'h.llo', flags: '', noMatch: false, minOffset: 0 }
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
  assert.equal(await fetched({ digest, regex }, [head, 'hello', 'ignored']), 'passed')
  assert.equal(await fetched({}, ['HTTP/1.1 503 No\r\n\r\n']), 'failed: /: status 503')
  assert.equal(await fetched({ statusCodes: [[500, 599]] }, ['HTTP/1.1 503 No\r\n\r\n']), 'passed')
  assert.equal(await fetched({}, ['HTTP/1.1 204\r\n\r\n']), 'passed')
  assert.match(await fetched({ digest }, [head, 'jello']), /failed: \/: digest [0-9a-f]{32}$/)
  assert.equal(await fetched({ regex }, [head, 'other']), 'failed: /: the body does not match')
  assert.equal(await fetched({ regex: { ...regex, noMatch: true } }, [head, 'other']), 'passed')
  assert.equal(
    await fetched({ regex: { ...regex, minOffset: 1 } }, [head, 'hello']),
    'failed: /: the body does not match',
  )
  assert.equal(await fetched({ regex: { ...regex, maxOffset: 0 } }, [head, 'hello']), 'passed')
})

test('HTTP: a pattern never sees the header, however the packets fall', async () => {
  const regex = { pattern: 'Server', flags: '', noMatch: false, minOffset: 0 }
  const answer = 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody'
  assert.equal(await fetched({ regex }, [answer]), 'failed: /: the body does not match')
})

test('HTTP: an announced length ends the answer although the connection stays open', async () => {
  assert.equal(await fetched({}, ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'], true), 'passed')
  assert.equal(await fetched({}, ['HTTP/1.1 200 OK\r\n\r\nok'], true), 'failed: /: read timed out')
})

test('HTTP: an answer that is complete is complete, although the connection stays open', async () => {
  const ok = 'HTTP/1.1 200 OK\r\n'
  const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n`
  assert.equal(await fetched({}, [chunked, '0\r\n\r\n'], true), 'passed')
  assert.equal(await fetched({}, [chunked], true), 'failed: /: read timed out')
  assert.equal(await fetched({}, [chunked]), 'passed')
  assert.equal(await fetched({}, ['HTTP/1.1 204 No Content\r\n\r\n'], true), 'passed')
  assert.equal(
    await fetched({ statusCodes: [[304, 304]] }, ['HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n'], true),
    'passed',
  )
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'
  assert.equal(await fetched({}, [early, `${ok}Content-Length: 2\r\n\r\nok`], true), 'passed')
  assert.equal(await fetched({}, [`${early}${ok}Content-Length: 2\r\n\r\nok`], true), 'passed')
  assert.match(await fetched({}, [early.repeat(17)], true), /more than 16 answers of status 1xx/)
})

test('HTTP: silence, nonsense and a header without end', async () => {
  assert.equal(await fetched({}, []), 'failed: /: no data received')
  assert.equal(await fetched({}, ['nonsense\r\n\r\n']), 'failed: /: status 0')
  assert.equal(await fetched({}, ['HTTP/1.0 200 OK\nX: y\n\nbody']), 'failed: /: no data received')
  assert.match(
    await fetched({}, ['HTTP/1.0 200 OK\r\n', 'X: y\r\n'.repeat(100_000)], true),
    /header is longer than 4095/,
  )
})

test('HTTP: a body without end is given up, and memory stays bounded', { timeout: 60_000 }, async () => {
  const chunk = Buffer.alloc(1 << 20, 120)
  const before = process.memoryUsage().rss
  const result = await withServer(
    socket => {
      socket.write('HTTP/1.0 200 OK\r\n\r\n')
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', pour)
      pour()
    },
    async port => checkHttp(http({}, { target: target(port, { connectTimeoutUs: 3_000_000 }) }), 0, undefined),
  )
  assert.match(reasonOf(result), /failed: \/: the body is longer than/)
  assert.ok(process.memoryUsage().rss - before < 300 << 20)
})

test('HTTP: a pattern that backtracks for ever is stopped', async () => {
  const regex = { pattern: '^(a+)+$', flags: '', noMatch: false, minOffset: 0 }
  const result = await fetched({ regex }, ['HTTP/1.0 200 OK\r\n\r\n', `${'a'.repeat(40)}b`])
  assert.equal(result, 'failed: /: the pattern takes too long on this body')
})

test('SSL: any certificate will do, SNI is sent when asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssl-get-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const subject = ['-subj', '/CN=self.signed', '-days', '2']
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    )
    const names: (string | false | null)[] = []
    const options = { key: readFileSync(key), cert: readFileSync(cert) }
    const server = createTlsServer(options, socket => {
      names.push((socket as unknown as { servername: string | false }).servername)
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok'))
    })
    await listening(server, async port => {
      const ask = async (url: Partial<HttpUrl>, material = secureContextOf(null)) =>
        reasonOf(await checkHttp(http(url, { type: 'SSL_GET', target: target(port) }), 0, material))
      assert.equal(await ask({}), 'passed')
      assert.equal(await ask({ serverName: 'www.example', tlsCompliant: true }), 'passed')
      assert.equal(await ask({}, secureContextOf({ certificate: cert, key })), 'passed')
      assert.match(await ask({}, secureContextOf({ certificate: '/nowhere' })), /^skipped: the certificates/)
    })
    assert.deepEqual(names.slice(0, 2), [false, 'www.example'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('SSL: a server that speaks no TLS, and one that says nothing', async () => {
  const context = secureContextOf(null)
  const ask = (serve: (socket: Socket) => void) =>
    withServer(serve, async port =>
      reasonOf(await checkHttp(http({}, { type: 'SSL_GET', target: target(port, quick) }), 0, context)),
    )
  assert.match(await ask(socket => socket.end('220 hello\r\n')), /^failed: \/: TLS handshake/)
  assert.equal(await ask(() => {}), 'failed: /: TLS handshake timed out')
})

test('SMTP: the dialogue, and each way to spoil it', async () => {
  const heard: string[] = []
  const smtp = (port: number): SmtpChecker => ({
    ...probing,
    id: 's',
    type: 'SMTP_CHECK',
    target: target(port, quick),
    heloName: 'me.example',
  })
  const ask = (answers: readonly string[]) =>
    withServer(
      socket => {
        const rest = [...answers]
        socket.write(rest.shift() ?? '')
        socket.on('data', bytes => {
          heard.push(bytes.toString())
          const next = rest.shift()
          if (next === undefined) socket.end()
          else socket.write(next)
        })
      },
      async port => reasonOf(await checkSmtp(smtp(port))),
    )
  assert.equal(await ask(['220 hi\r\n', '250 ok\r\n', '221 bye\r\n']), 'passed')
  assert.deepEqual(heard, ['HELO me.example\r\n', 'QUIT\r\n'])
  assert.equal(await ask(['220-hi\r\n220 there\r\n', '250-a\r\n250 b\r\n', '221 bye\r\n']), 'passed')
  assert.equal(await ask(['220\r\n', '250\r\n', '221\r\n']), 'passed')
  assert.equal(await ask(['554 no\r\n']), 'failed: Bad greeting banner from server')
  assert.equal(await ask(['220 hi\r\n', '500 what\r\n']), 'failed: Bad HELO response from server')
  assert.equal(await ask(['']), 'failed: Read timeout from server')
  assert.equal(await ask(['220 hi\r\n']), 'failed: Read failure from server')
  assert.equal(await ask(['220-x\r\n'.repeat(5_000)]), 'failed: Read failure from server')
})

async function withUdp<T>(
  answer: (bytes: Buffer, socket: UdpSocket, port: number) => void,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const socket = createSocket('udp4')
  socket.on('message', (bytes, from) => answer(bytes, socket, from.port))
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  try {
    return await use(socket.address().port)
  } finally {
    socket.close()
  }
}

function dns(port: number) {
  return {
    ...probing,
    id: 'd',
    type: 'DNS_CHECK',
    target: target(port, quick),
    queryType: 'A',
    queryName: 'example.jp',
  } as const
}

test('DNS: answers, errors, strangers, silence and a closed port', async () => {
  const ask = (make: (query: Buffer) => readonly Buffer[]) =>
    withUdp(
      (query, socket, port) => {
        for (const reply of make(query)) socket.send(reply, port, '127.0.0.1')
      },
      async port => reasonOf(await checkDns(dns(port))),
    )
  const reply = (query: Buffer, rcode: number) => {
    const bytes = Buffer.from(query)
    bytes[2] = 0x81
    bytes[3] = rcode
    return bytes
  }
  const stranger = (query: Buffer) => {
    const bytes = reply(query, 5)
    bytes[0] = bytes[0]! ^ 1
    return bytes
  }
  assert.equal(await ask(query => [reply(query, 0)]), 'passed')
  assert.equal(await ask(query => [reply(query, 3)]), 'failed: answer NXDOMAIN')
  assert.equal(await ask(query => [Buffer.from('x'), stranger(query), query, reply(query, 0)]), 'passed')
  assert.equal(await ask(() => []), 'failed: no answer')
  const free = await withUdp(
    () => {},
    async port => port,
  )
  assert.equal(reasonOf(await checkDns(dns(free))), 'failed: ECONNREFUSED')
})

test('DNS: the question is a standard query with recursion desired', async () => {
  let question = ''
  await withUdp(
    bytes => {
      question = bytes.toString('hex')
    },
    async port => checkDns(dns(port)),
  )
  assert.match(question, /^....01000001000000000000076578616d706c65026a700000010001$/)
})

test('UDP: silence is success unless a reply is wanted; an unreachable port is failure', async () => {
  const udp = (port: number, over: Partial<UdpChecker> = {}): UdpChecker => ({
    ...probing,
    id: 'u',
    type: 'UDP_CHECK',
    target: target(port, quick),
    payload: new Uint8Array(0),
    requireReply: false,
    reply: new Uint8Array(0),
    replyMask: new Uint8Array(0),
    replyLengthMin: 0,
    replyLengthMax: 255,
    ...over,
  })
  const heard: string[] = []
  const ask = (text: string | undefined, over: Partial<UdpChecker>) =>
    withUdp(
      (bytes, socket, port) => {
        heard.push(bytes.toString())
        if (text !== undefined) socket.send(text, port, '127.0.0.1')
      },
      async port => reasonOf(await checkUdp(udp(port, over))),
    )
  assert.equal(await ask(undefined, {}), 'passed')
  assert.equal(heard[0], 'keepalived check - keepalived ch')
  assert.equal(await ask(undefined, { requireReply: true }), 'failed: no reply')
  const wanted = { requireReply: true, reply: Buffer.from('pong'), replyMask: Buffer.from([255, 0, 255, 255]) }
  assert.equal(await ask('pxng!', wanted), 'passed')
  assert.equal(await ask('pang?', { ...wanted, reply: Buffer.from('p.nk') }), 'failed: the reply differs at byte 3')
  assert.equal(await ask('long', { requireReply: true, replyLengthMax: 3 }), 'failed: a reply of 4 bytes is too long')
  const free = await withUdp(
    () => {},
    async port => port,
  )
  assert.equal(reasonOf(await checkUdp(udp(free))), 'failed: ECONNREFUSED')
  const nowhere = target(53, { address: '192.0.2.1', bindAddress: '127.0.0.1' })
  assert.equal(reasonOf(await checkUdp(udp(53, { target: nowhere }))), 'failed: EINVAL')
})
