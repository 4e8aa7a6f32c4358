// Every kind of network check, as the configuration writes it, against servers that others wrote: nginx, dnsmasq, smtp-server.

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { checkMaker } from '../../src/workers/checker/checks/check.ts'
import { secureContextOf, verifiesCertificate } from '../../src/workers/checker/checks/http.ts'
import { loadText } from '../unit/config/load-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'ka-servers-'))
const root = process.getuid?.() === 0
const has = (command: string) => {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const needs = (command: string) => ({ skip: has(command) ? false : `needs ${command}` })
const children: ChildProcess[] = []
const page = 'hello from a real server\n'
let web = 0
let secureWeb = 0
let dns = 0

before(async () => {
  ;[web, secureWeb, dns] = [await freePort(), await freePort(), await freePort()]
  if (has('nginx')) await startNginx()
  if (has('dnsmasq')) await startDnsmasq()
})
after(async () => {
  for (const child of children) child.kill('SIGTERM')
  await pause(200)
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await new Promise(resolve => server.close(resolve))
  return address.port
}

async function startNginx(): Promise<void> {
  for (const name of ['one', 'two']) {
    const subject = ['-subj', `/CN=${name}.example`, '-days', '2']
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject], {
      stdio: 'ignore',
    })
  }
  mkdirSync(join(folder, 'www'))
  writeFileSync(join(folder, 'www', 'index.html'), page)
  writeFileSync(join(folder, 'www', 'big'), Buffer.alloc(1 << 20, 'z'))
  const tls = (name: string) =>
    `server { listen 127.0.0.1:${secureWeb} ssl; server_name ${name}.example;
      ssl_certificate ${folder}/${name}.crt; ssl_certificate_key ${folder}/${name}.key;
      location /session { return 200 "$ssl_session_reused"; }
      location / { return 200 "$server_name $ssl_server_name $server_protocol"; } }`
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; user root; pid ${folder}/pid; error_log stderr crit; events {}
    http { access_log ${folder}/access.log; client_body_temp_path ${folder}/t; proxy_temp_path ${folder}/t;
      fastcgi_temp_path ${folder}/t; uwsgi_temp_path ${folder}/t; scgi_temp_path ${folder}/t;
      server { listen 127.0.0.1:${web}; listen [::1]:${web}; root ${folder}/www;
        location /teapot { return 418 short; }
        location /moved { return 302 /; }
        location /from { return 200 "$remote_addr $remote_port"; }
        location /host { return 200 "$http_host $server_protocol"; } }
      ${tls('one')} ${tls('two')} }\n`,
  )
  children.push(spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' }))
  await reachable(web)
  await reachable(secureWeb)
}

async function startDnsmasq(): Promise<void> {
  const zone = [
    '--local=/example/',
    '--address=/www.example/192.0.2.7',
    '--address=/www.example/2001:db8::7',
    '--mx-host=example,mail.example',
  ]
  const plain = [
    '--no-daemon',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--bind-interfaces',
  ]
  const args = [...plain, ...zone, `--port=${dns}`, '--listen-address=127.0.0.1']
  children.push(spawn('dnsmasq', args, { stdio: 'ignore' }))
  await reachable(dns)
}

async function reachable(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isThere = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isThere) return
    await pause(25)
  }
  assert.fail(`nothing listens on port ${port}`)
}

/** Verdict on a real server with this checker block. */
async function verdict(block: string, address = '127.0.0.1', more = '', top = ''): Promise<string> {
  const head = address.includes(':') ? '2001:db8::1 80' : '192.0.2.1 80'
  const text = `${top}\nvirtual_server ${head} {\nprotocol TCP\n${more}\nreal_server ${address} 80 {\n${block}\n}\n}\n`
  const { config, diagnostics } = loadText(text)
  const checker = config?.lvs?.virtualServers[0]?.realServers[0]?.checkers[0]
  assert.ok(checker !== undefined, JSON.stringify(diagnostics))
  const maker = checkMaker(checker, () => secureContextOf(config?.lvs?.ssl ?? null, verifiesCertificate(checker)))
  try {
    const urls = 'urls' in checker ? checker.urls.length : 1
    for (let url = 0; url < urls; url++) {
      const result = await maker.check(url)
      if (result.kind !== 'passed') return `${result.kind}: ${result.reason}`
    }
    return 'passed'
  } finally {
    maker.close()
  }
}

const get = (url: string, more = '') =>
  `HTTP_GET {\nconnect_port ${web}\nconnect_timeout 3\n${more}\nurl {\n${url}\n}\n}`
const ssl = (url: string, more = '') =>
  `SSL_GET {\nconnect_port ${secureWeb}\nconnect_timeout 3\n${more}\nurl {\n${url}\n}\n}`
const md5 = (text: string | Buffer) => createHash('md5').update(text).digest('hex')

test('nginx: status codes, ranges of them, digests, patterns and a megabyte', needs('nginx'), async () => {
  assert.equal(await verdict(get('path /')), 'passed')
  assert.equal(await verdict(get('path /nowhere')), 'failed: /nowhere: status 404')
  assert.equal(await verdict(get('path /teapot')), 'failed: /teapot: status 418')
  assert.equal(await verdict(get('path /teapot\nstatus_code 400-420')), 'passed')
  assert.equal(await verdict(get('path /moved\nstatus_code 200 301-302')), 'passed')
  assert.equal(await verdict(get('path /moved\nstatus_code 303-399')), 'failed: /moved: status 302')
  assert.equal(await verdict(get(`path /\ndigest ${md5(page)}`)), 'passed')
  assert.equal(await verdict(get(`path /\ndigest ${md5('other')}`)), `failed: /: digest ${md5(page)}`)
  assert.equal(await verdict(get(`path /big\ndigest ${md5(Buffer.alloc(1 << 20, 'z'))}`)), 'passed')
  assert.equal(await verdict(get('path /\nregex "real server"')), 'passed')
  assert.equal(
    await verdict(get('path /\nregex "real server"\nregex_max_offset 10')),
    'failed: /: the body does not match',
  )
  assert.equal(
    await verdict(get('path /\nregex "^hello"\nregex_no_match\nregex_stack 32768 65536')),
    'failed: /: the body does not match',
  )
})

test('nginx: several urls, http_protocol and virtualhost', needs('nginx'), async () => {
  const host = (word: string, protocol: string) =>
    `path /host\nregex "^${word.replaceAll('.', '\\.')} HTTP/${protocol}$"`
  assert.equal(await verdict(get(host(`127.0.0.1:${web}`, '1.0'))), 'passed')
  assert.equal(await verdict(get(host('www.example', '1.1'), 'http_protocol 1.1\nvirtualhost www.example')), 'passed')
  assert.equal(
    await verdict(get(`${host('url.example', '1.0')}\nvirtualhost url.example`, 'http_protocol 1.0C\nvirtualhost x')),
    'passed',
  )
  assert.equal(await verdict(get(host('vs.example', '1.0')), '127.0.0.1', 'virtualhost vs.example'), 'passed')
  assert.equal(await verdict(get('path /\n}\nurl {\npath /gone')), 'failed: /gone: status 404')
})

test(
  'nginx: SNI picks the certificate and the server, and each check makes a handshake of its own',
  needs('nginx'),
  async () => {
    const answers = (text: string) => `path /\nregex "^${text}$"`
    assert.equal(await verdict(ssl(answers('one.example  HTTP/1.0'))), 'passed')
    assert.equal(
      await verdict(
        ssl(answers('two.example two.example HTTP/1.1'), 'enable_sni\nvirtualhost two.example\nhttp_protocol 1.1'),
      ),
      'passed',
    )
    assert.equal(
      await verdict(ssl(answers('two.example two.example HTTP/1.0'), 'sni_name two.example\nvirtualhost two.example')),
      'passed',
    )
    assert.equal(await verdict(ssl('path /\ntls_compliant\nstatus_code 200')), 'passed')
    const anew = 'path /session\nregex "^\\.$"'
    assert.equal(await verdict(ssl(`${anew}\n}\nurl {\n${anew}`)), 'passed')
    assert.match(await verdict(get('path /').replace('HTTP_GET', 'SSL_GET')), /^failed: \/: TLS handshake/)
  },
)

test('nginx: verify_certificate wants a known authority and the right name', needs('nginx'), async () => {
  const known = `SSL {\nca ${folder}/one.crt\n}`
  const verified = (words: string, top: string, more = '') =>
    verdict(ssl('path /', `verify_certificate ${words}\n${more}`), '127.0.0.1', '', top)
  assert.match(await verified('one.example', ''), /^failed: \/: TLS handshake: self.signed certificate/)
  assert.equal(await verified('one.example', known), 'passed')
  assert.equal(await verified('', known, 'virtualhost one.example'), 'passed')
  assert.match(await verified('', known), /^failed: \/: TLS handshake: .*127\.0\.0\.1/)
  assert.match(await verified('other.example', known), /^failed: \/: TLS handshake: .*other\.example/)
  assert.match(
    await verified('', known, 'enable_sni\nvirtualhost two.example'),
    /^failed: \/: TLS handshake: self.signed certificate/,
  )
})

test('nginx: bindto, bind_port, bind_if and fwmark', needs('nginx'), async () => {
  const from = (text: string) => `path /from\nregex "^${text}$"`
  assert.equal(await verdict(get(from('127.0.0.2 \\d+'), 'bindto 127.0.0.2')), 'passed')
  const port = await freePort()
  assert.equal(await verdict(get(from(`127.0.0.3 ${port}`), `bindto 127.0.0.3\nbind_port ${port}`)), 'passed')
  // keepalived: a port alone binds nothing.
  assert.equal(
    await verdict(get(from(`127.0.0.1 ${port}`), `bind_port ${port}`)),
    'failed: /from: the body does not match',
  )
  assert.match(await verdict(get('path /', 'bindto 203.0.113.99')), /^skipped: .*EADDRNOTAVAIL/)
  if (!root) return
  assert.equal(await verdict(get('path /', 'bind_if lo\nfwmark 77')), 'passed')
  assert.equal(await verdict(get(from('127.0.0.2 \\d+'), 'bindto 127.0.0.2\nbind_if lo')), 'passed')
})

test('nginx over IPv6, and a link-local address that needs bind_if', needs('nginx'), async () => {
  assert.equal(await verdict(get('path /\nregex "^hello"'), '::1'), 'passed')
  assert.equal(await verdict(get(`path /host\nregex "^\\[::1\\]:${web}"`), '::1'), 'passed')
})

test('dnsmasq: answers, refusals, unknown names and every type of question', needs('dnsmasq'), async () => {
  const ask = (more: string) => verdict(`DNS_CHECK {\nconnect_port ${dns}\nconnect_timeout 2\n${more}\n}`)
  assert.equal(await ask('type A\nname www.example'), 'passed')
  assert.equal(await ask('type mx\nname example'), 'passed')
  assert.equal(await ask('type AAAA\nname www.example.'), 'passed')
  assert.equal(await ask('type A\nname nobody.example'), 'failed: answer NXDOMAIN')
  assert.equal(await ask('type A\nname other.test'), 'failed: answer REFUSED')
  for (const type of ['NS', 'CNAME', 'SOA', 'TXT', 'RRSIG', 'DNSKEY']) {
    assert.match(await ask(`type ${type}\nname www.example`), /^(passed|failed: answer NXDOMAIN)$/)
  }
  const closed = await freePort()
  assert.match(await verdict(`DNS_CHECK {\nconnect_port ${closed}\nconnect_timeout 2\n}`), /^failed: ECONNREFUSED$/)
})

test('smtp-server: greeting, HELO and QUIT, over IPv4 and IPv6', async () => {
  const seen: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onConnect: (session, done) => {
      done(
        session.remoteAddress === '127.0.0.9' ? Object.assign(new Error('go away'), { responseCode: 554 }) : undefined,
      )
    },
    onClose: session => void seen.push(session.hostNameAppearsAs),
  })
  await new Promise<void>(resolve => server.listen(0, '::', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const check = (more = '') => `SMTP_CHECK {\nconnect_port ${port}\nconnect_timeout 3\nhelo_name me.example\n${more}\n}`
  try {
    assert.equal(await verdict(check()), 'passed')
    assert.equal(await verdict(check(), '::1'), 'passed')
    assert.equal(await verdict(check('bindto 127.0.0.9')), 'failed: Bad greeting banner from server')
    assert.deepEqual(seen.slice(0, 2), ['me.example', 'me.example'])
  } finally {
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
})

test('UDP_CHECK over IPv6: a reply, silence and a closed port', async () => {
  const server = createSocket('udp6', (bytes, from) => {
    if (bytes.toString() === 'ask') server.send('answer', from.port, from.address)
  })
  await new Promise<void>(resolve => server.bind(0, '::1', resolve))
  const { port } = server.address()
  const udp = (to: number, more: string) =>
    verdict(`UDP_CHECK {\nconnect_port ${to}\nconnect_timeout 0.4\n${more}\n}`, '::1')
  try {
    assert.equal(await udp(port, 'payload 61736b\nrequire_reply 616E73xx'), 'passed')
    assert.equal(await udp(port, 'payload 61736b\nrequire_reply 627573'), 'failed: the reply differs at byte 0')
    assert.equal(await udp(port, 'payload 00\nrequire_reply'), 'failed: no reply')
    assert.equal(await udp(port, 'payload 00'), 'passed')
  } finally {
    server.close()
  }
  assert.equal(await udp(port, ''), 'failed: ECONNREFUSED')
})

test('PING_CHECK over IPv4 and IPv6, with bindto and bind_if', { skip: root ? false : 'needs root' }, async () => {
  const file = '/proc/sys/net/ipv4/ping_group_range'
  const range = readFileSync(file, 'ascii')
  writeFileSync(file, '0 2147483647')
  try {
    const ping = (more = '', address = '127.0.0.1') => verdict(`PING_CHECK {\nconnect_timeout 1\n${more}\n}`, address)
    assert.equal(await ping(), 'passed')
    assert.equal(await ping('', '::1'), 'passed')
    assert.equal(await ping('bindto 127.0.0.5'), 'passed')
    assert.equal(await ping('bind_if lo\nfwmark 5'), 'passed')
    assert.match(await ping('', '240.0.0.1'), /^(failed|skipped): /)
  } finally {
    writeFileSync(file, range)
  }
})
