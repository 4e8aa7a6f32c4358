// An SNMP manager's world in the namespace of a router: Debian's snmpd as master agent, snmptrapd, and the commands that ask.
// Everything has its files in the lab's folder and ends with the lab.

import type { ChildProcess } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, cleanEnvironment, eachLine, spawnIn } from './command.ts'
import type { Lab } from './lab.ts'
import type { Router } from './router.ts'

/** One trap: `.1.2.3 = TYPE: value` for each of its objects. */
export type Trap = readonly string[]

const AGENT = '127.0.0.1:1161'
const TRAPS = '127.0.0.1:1162'

export class SnmpWorld {
  readonly traps: Trap[] = []
  readonly #lab: Lab
  readonly #router: Router
  readonly #folder: string
  #master: ChildProcess | undefined

  constructor(lab: Lab, router: Router) {
    this.#lab = lab
    this.#router = router
    this.#folder = join(lab.folder, `snmp-${router.name}`)
    mkdirSync(this.#folder, { recursive: true })
    lab.onClose(() => this.killMaster())
  }

  /** Where the master agent listens, as --snmp-agent-socket takes it. */
  get socket(): string {
    return `unix:${join(this.#folder, 'agentx')}`
  }

  startMaster(): void {
    const config = join(this.#folder, 'snmpd.conf')
    rmSync(join(this.#folder, 'agentx'), { force: true })
    const lines = [
      `agentaddress udp:${AGENT}`,
      'master agentx',
      `agentXSocket ${join(this.#folder, 'agentx')}`,
      'rocommunity public',
      'rwcommunity private',
      `trap2sink ${TRAPS} public`,
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    const argv = ['snmpd', '-f', '-Ln', '-C', '-c', config, '-I', '-smux', '-p', join(this.#folder, 'pid')]
    this.#master = this.#spawn(argv)
    this.#master.stdout?.resume()
  }

  killMaster(): void {
    this.#master?.kill('SIGKILL')
    this.#master = undefined
  }

  /** Collects what is sent to the manager. Resolves when it listens. */
  async startTraps(): Promise<void> {
    const argv = ['snmptrapd', '-f', '-n', '-Lo', '-On', '-C', '-m', '', '--disableAuthorization=yes', `udp:${TRAPS}`]
    const child = this.#spawn(argv)
    this.#lab.onClose(() => child.kill('SIGKILL'))
    let listening = false
    eachLine(child.stdout, line => {
      if (line.startsWith('NET-SNMP version')) listening = true
      else if (line.startsWith('.1.3.6.1.2.1.1.3.0 ')) this.traps.push(line.split('\t').slice(1))
      this.#lab.timeline.pulse()
    })
    await this.#lab.waitFor('snmptrapd listens', () => listening, 5_000)
  }

  /** `.1.2.3 = TYPE: value` of everything below, in the order of the answers. Throws if the agent does not answer. */
  async walk(...below: readonly string[]): Promise<readonly string[]> {
    const texts: string[] = []
    for (const oid of below) texts.push(await this.#ask('snmpwalk', 'public', oid))
    return texts
      .join('')
      .split('\n')
      .filter(line => line.startsWith('.'))
  }

  /** The same by GETBULK, which is faster. */
  async bulkWalk(oid: string): Promise<readonly string[]> {
    return (await this.#ask('snmpbulkwalk', 'public', oid)).split('\n').filter(line => line.startsWith('.'))
  }

  /** `TYPE: value`, or what is said in its place. */
  async get(oid: string): Promise<string> {
    return (await this.#ask('snmpget', 'public', oid)).trim().replace(/^.* = /, '')
  }

  /** What snmpset says; `type` is i, u, s, … */
  async set(oid: string, type: string, value: string): Promise<string> {
    return this.#ask('snmpset', 'private', oid, type, value)
  }

  /** Waits until a value is this one. */
  async becomes(oid: string, value: string, boundMs = 10_000): Promise<void> {
    const until = Date.now() + boundMs
    let seen = ''
    while (Date.now() < until) {
      seen = await this.get(oid)
      if (seen === value) return
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    throw new Error(`${oid} is ${seen} and not ${value} within ${boundMs} ms`)
  }

  /** Waits until somebody serves this subtree. */
  async served(oid: string, boundMs = 20_000): Promise<void> {
    const until = Date.now() + boundMs
    while (Date.now() < until) {
      const answer = await this.#ask('snmpgetnext', 'public', oid)
      if (answer.startsWith(`.${oid}.`)) return
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    throw new Error(`nobody serves ${oid} within ${boundMs} ms`)
  }

  /** Answers as well as refusals. */
  async #ask(command: string, community: string, ...words: readonly string[]): Promise<string> {
    const fixed = ['-v2c', '-c', community, '-m', '', '-On', '-Oe', '-t', '5', '-r', '1', AGENT]
    const { stdout, stderr } = await attempt('ip', [
      ...['netns', 'exec', this.#router.namespace],
      ...[command, ...fixed, ...words],
    ])
    return stdout === '' ? stderr : stdout
  }

  #spawn(argv: readonly string[]): ChildProcess {
    const child = spawnIn(this.#router.namespace, argv, {
      env: cleanEnvironment({ SNMP_PERSISTENT_DIR: this.#folder }),
    })
    // A full pipe would stop it.
    child.stderr?.resume()
    return child
  }
}
