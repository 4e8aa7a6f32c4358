// Servers on 10.0.0.11 that are good or bad on command, one for each way to fail, and the checker blocks that look at them.

import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'

export const REAL = '10.0.0.11'
// The timeouts are long for a kernel that shares a busy machine.
const timing = 'warmup 0\n delay_loop 0.5\n delay_before_retry 0.2\n retry 0\n connect_timeout 4\n'
const untimed = 'warmup 0\n delay_loop 0.5\n delay_before_retry 0.2\n retry 0\n'

/** One way to fail: its checker, and what the table holds of the virtual server while all is well and while it is not. */
export interface Kind {
  readonly name: string
  /** Port of the virtual server. */
  readonly port: number
  readonly check: string
  readonly more?: string
  readonly good: string
  readonly bad: string
}

const web = (port: number, more = '') =>
  `HTTP_GET {\n connect_port ${port}\n ${timing} url {\n path /\n status_code 200\n ${more}\n }\n}`
/** MD5 of `good`. */
const digest = '755f85c2723bb39381c7379a604160d8'

export const kinds: readonly Kind[] = [
  { name: 'server stopped', port: 81, check: `TCP_CHECK {\n connect_port 8081\n ${timing}}`, good: '.11(1)', bad: '' },
  { name: 'wrong status', port: 82, check: web(8082), good: '.11(1)', bad: '' },
  { name: 'wrong digest', port: 83, check: web(8083, `digest ${digest}`), good: '.11(1)', bad: '' },
  { name: 'silence', port: 84, check: web(8084), good: '.11(1)', bad: '' },
  { name: 'reset in the answer', port: 85, check: web(8085), good: '.11(1)', bad: '' },
  {
    name: 'inhibited server stopped',
    port: 86,
    check: `inhibit_on_failure\n TCP_CHECK {\n connect_port 8081\n ${timing}}`,
    good: '.11(1)',
    bad: '.11(0)',
  },
  { name: 'bad banner', port: 87, check: `SMTP_CHECK {\n connect_port 8087\n ${timing}}`, good: '.11(1)', bad: '' },
  {
    name: 'exit status 1',
    port: 88,
    check: `MISC_CHECK {\n misc_path /run/exit.sh\n ${untimed}}`,
    good: '.11(1)',
    bad: '',
  },
  {
    name: 'dynamic exit status',
    port: 89,
    check: `MISC_CHECK {\n misc_path /run/weight.sh\n misc_dynamic\n ${untimed}}`,
    good: '.11(1)',
    bad: '.11(8)',
  },
  {
    name: 'script that hangs',
    port: 90,
    check: `MISC_CHECK {\n misc_path /run/hang.sh\n misc_timeout 4\n ${untimed}}`,
    good: '.11(1)',
    bad: '',
  },
  {
    name: 'quorum lost, sorry server',
    port: 91,
    more: 'smtp_alert\n sorry_server 10.0.0.99 91\n',
    check: `TCP_CHECK {\n connect_port 8081\n ${timing}}`,
    good: '.11(1)',
    bad: '.99(1)',
  },
  { name: 'UDP port closed', port: 93, check: `UDP_CHECK {\n connect_port 8093\n ${timing}}`, good: '.11(1)', bad: '' },
  {
    name: 'DNS failure',
    port: 94,
    check: `DNS_CHECK {\n connect_port 8094\n type A\n ${timing}}`,
    good: '.11(1)',
    bad: '',
  },
  { name: 'file says fault', port: 95, check: 'FILE_CHECK {\n track_file load\n weight 0\n}', good: '.11(1)', bad: '' },
  {
    name: 'TLS broken',
    port: 96,
    check: `SSL_GET {\n connect_port 8096\n ${timing} url {\n path /\n status_code 200\n }\n}`,
    good: '.11(1)',
    bad: '',
  },
]

/** The whole configuration; mail goes to port 2525 of 10.0.0.1. */
export function configOf(wanted: readonly Kind[]): string {
  const globals = `global_defs {\n router_id lab\n smtp_server 10.0.0.1 2525\n notification_email {\n a@example.org\n }\n notification_email_from k@example.org\n script_user root\n}\n`
  const file = 'track_file load {\n file /run/load\n}\n'
  const servers = wanted.map(
    ({ port, check, more = '' }) =>
      `virtual_server 10.0.0.1 ${port} {\n protocol TCP\n lb_algo wrr\n lb_kind DR\n ${more} real_server ${REAL} ${port} {\n weight 1\n ${check}\n }\n}\n`,
  )
  return globals + file + servers.join('')
}

type Serve = (socket: Socket, isBad: boolean) => void

const answer = (socket: Socket, status: string, body: string) =>
  socket.once('data', () => socket.end(`HTTP/1.0 ${status}\r\n\r\n${body}`))

const tcp: Readonly<Record<number, Serve>> = {
  8082: (socket, isBad) => answer(socket, isBad ? '503 No' : '200 OK', 'x'),
  8083: (socket, isBad) => answer(socket, '200 OK', isBad ? 'bad' : 'good'),
  8084: (socket, isBad) => (isBad ? socket.resume() : answer(socket, '200 OK', 'x')),
  8085: (socket, isBad) =>
    isBad
      ? socket.once('data', () => {
          socket.write('HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nbegin')
          setTimeout(() => socket.resetAndDestroy(), 50)
        })
      : answer(socket, '200 OK', 'x'),
  8087: (socket, isBad) => {
    socket.write(isBad ? '554 go away\r\n' : '220 lab ready\r\n')
    socket.on('data', bytes => (/quit/i.test(String(bytes)) ? socket.end('221 bye\r\n') : socket.write('250 lab\r\n')))
  },
}

export class BadServers {
  #isBad = false
  readonly #servers: Server[] = []
  #stoppable: Server | undefined
  #udp: UdpSocket | undefined
  #dns: UdpSocket | undefined
  readonly #tls: Server
  readonly #sockets = new Set<Socket>()

  /** `tls` makes a TLS server with a certificate; it becomes a server of noise while bad. */
  constructor(tls: (serve: (socket: Socket) => void) => Server) {
    this.#tls = tls(socket => answer(socket, '200 OK', 'x'))
  }

  async start(): Promise<void> {
    for (const [port, serve] of Object.entries(tcp)) {
      this.#servers.push(
        await listen(
          createServer(socket => this.#serve(socket, serve)),
          Number(port),
        ),
      )
    }
    const front = createServer(socket => {
      this.#hold(socket)
      if (this.#isBad) socket.end('no TLS here\r\n')
      else this.#tls.emit('connection', socket)
    })
    this.#servers.push(await listen(front, 8096))
    this.#dns = createSocket('udp4', (bytes, from) => {
      const reply = Buffer.from(bytes)
      reply[2] = 0x81
      reply[3] = this.#isBad ? 0x82 : 0x80
      this.#dns?.send(reply, from.port, from.address)
    })
    await new Promise<void>(resolve => this.#dns?.bind(8094, REAL, resolve))
    await this.be('good')
  }

  async be(mood: 'good' | 'bad'): Promise<void> {
    this.#isBad = mood === 'bad'
    script('/run/exit.sh', this.#isBad ? 'exit 1' : 'exit 0')
    script('/run/weight.sh', this.#isBad ? 'exit 10' : 'exit 0')
    script('/run/hang.sh', this.#isBad ? 'sleep 1000' : 'exit 0')
    writeFileSync('/run/load', this.#isBad ? '1\n' : '0\n')
    this.#stoppable?.close()
    this.#udp?.close()
    this.#stoppable = this.#isBad
      ? undefined
      : await listen(
          createServer(socket => this.#hold(socket).end()),
          8081,
        )
    this.#udp = this.#isBad ? undefined : createSocket('udp4')
    if (this.#udp !== undefined) await new Promise<void>(resolve => this.#udp?.bind(8093, REAL, resolve))
  }

  stop(): void {
    for (const server of [...this.#servers, this.#stoppable]) server?.close()
    for (const socket of [this.#udp, this.#dns]) socket?.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket, serve: Serve): void {
    serve(this.#hold(socket), this.#isBad)
  }

  #hold(socket: Socket): Socket {
    socket.on('error', () => {})
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }
}

function script(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, REAL, () => resolve(server))
  })
}
