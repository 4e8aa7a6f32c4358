// Real traffic through the director: a client and real servers in network namespaces of their own, joined by veth pairs, and
// connections that can be kept open. Server N answers every line with its number.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const CLIENT = 'tfc'

const serverCode = `require('net').createServer(s => {
  s.on('error', () => {})
  s.on('data', () => s.write(process.argv[1] + '\\n'))
}).listen({ port: 80, host: '::' }, () => console.log('ready'))`

const clientCode = `const s = require('net').connect(+process.argv[2], process.argv[1])
s.on('data', d => process.stdout.write(d))
s.on('error', e => { console.log('error ' + e.code); process.exit() })
s.on('close', () => process.exit())
process.stdin.on('data', d => s.write(d))
process.stdin.on('end', () => s.resetAndDestroy())`

/** The client is 10.8.0.2, the director 10.8.0.1 and 10.9.N.1, real server N 10.9.N.2, all routed. */
export async function makeNetwork(servers: readonly number[]): Promise<() => void> {
  const children: ChildProcess[] = []
  run('sysctl', '-qw', 'net.ipv4.ip_forward=1')
  join(CLIENT, '10.8.0')
  for (const n of servers) {
    join(`tfr${n}`, `10.9.${n}`)
    const args = ['netns', 'exec', `tfr${n}`, process.execPath, '-e', serverCode, String(n)]
    const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await new Promise(resolve => child.stdout.once('data', resolve))
  }
  return () => {
    for (const child of children) child.kill()
    for (const name of [CLIENT, ...servers.map(n => `tfr${n}`)]) run('ip', 'netns', 'del', name)
  }
}

/** A TCP connection of the client. */
export class Connection {
  readonly #child: ChildProcess
  readonly #lines: string[] = []

  constructor(address: string, port: number) {
    const args = ['netns', 'exec', CLIENT, process.execPath, '-e', clientCode, address, String(port)]
    this.#child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout! }).on('line', line => this.#lines.push(line))
  }

  /** Which server answers; fails if none does. */
  async ask(): Promise<string> {
    this.#child.stdin?.write('x\n')
    for (let i = 0; i < 200 && this.#lines.length === 0; i++) await pause(50)
    const line = this.#lines.shift()
    if (line === undefined) throw new Error('nobody answers')
    return line
  }

  /** Resets it: the kernel forgets such a connection after 10 s, one that ends in good order after 120 s. */
  async end(): Promise<void> {
    const gone = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.stdin?.end()
    await gone
  }
}

/** Who answers new connections, one after the other. */
export async function askAnew(address: string, port: number, times: number): Promise<readonly string[]> {
  const answers: string[] = []
  for (let i = 0; i < times; i++) {
    const connection = new Connection(address, port)
    answers.push(await connection.ask())
    await connection.end()
  }
  return answers
}

function join(name: string, network: string): void {
  const link = name.slice(2)
  run('ip', 'netns', 'add', name)
  run('ip', 'link', 'add', `td${link}`, 'type', 'veth', 'peer', 'name', 'up0', 'netns', name)
  run('ip', 'addr', 'add', `${network}.1/24`, 'dev', `td${link}`)
  run('ip', 'link', 'set', `td${link}`, 'up')
  run('ip', '-n', name, 'addr', 'add', `${network}.2/24`, 'dev', 'up0')
  run('ip', '-n', name, 'link', 'set', 'up0', 'up')
  run('ip', '-n', name, 'link', 'set', 'lo', 'up')
  run('ip', '-n', name, 'route', 'add', 'default', 'via', `${network}.1`)
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args)
}
