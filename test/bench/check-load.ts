// A network namespace in which thousands of real servers are checked: every address of 127.0.0.0/8 is one, a single listener plays
// them all, and a witness writes down when each check begins.

import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachLine, removeNamespaceNow, spawnIn } from '../lab/command.ts'
import { BenchSubject, type SubjectName } from './bench-subject.ts'
import { acceptingIpvs } from './ipvs-shim.ts'
import { SynWitness } from './syn-witness.ts'

export interface CheckPlan {
  readonly checks: number
  /** delay_loop in seconds. */
  readonly loopSeconds: number
}

const PORT = 8_080
const SERVERS_PER_SERVICE = 50

export class CheckLoad {
  readonly plan: CheckPlan
  readonly #namespace = `ksc${process.pid}`
  readonly #folder = join(tmpdir(), `ksc${process.pid}`)
  readonly #onExit = () => this.remove()
  #listener: ChildProcess | undefined

  constructor(plan: CheckPlan) {
    this.plan = plan
  }

  async prepare(): Promise<void> {
    process.once('exit', this.#onExit)
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(this.#config, checkConfig(this.plan))
    execFileSync('ip', ['netns', 'add', this.#namespace])
    execFileSync('ip', ['-n', this.#namespace, 'link', 'set', 'lo', 'up'])
    const program = join(import.meta.dirname, 'child', 'listener.js')
    const listener = spawnIn(this.#namespace, [process.execPath, program, String(PORT)])
    this.#listener = listener
    await new Promise<void>((resolve, reject) => {
      eachLine(listener.stdout, () => resolve())
      listener.once('exit', () => reject(new Error('the listener ended')))
    })
  }

  /** Why keepalived cannot take part, or undefined. Where the kernel has no IPVS it ends, unless it is made to believe otherwise. */
  start(name: SubjectName): BenchSubject {
    const environment = name === 'keepalived' ? { LD_PRELOAD: acceptingIpvs(this.#folder) } : {}
    return new BenchSubject({
      name,
      folder: this.#folder,
      config: this.#config,
      options: ['-C'],
      environment,
      wrapper: ['ip', 'netns', 'exec', this.#namespace],
    })
  }

  async witness(): Promise<SynWitness> {
    const witness = new SynWitness(this.plan.loopSeconds * 1_000_000)
    await witness.start(this.#namespace)
    return witness
  }

  /** Everything that was made is gone. */
  remove(): void {
    process.removeListener('exit', this.#onExit)
    this.#listener?.kill('SIGKILL')
    removeNamespaceNow(this.#namespace)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #config(): string {
    return join(this.#folder, 'keepalived.conf')
  }
}

/** So many real servers, 127.1.0.1 and following, each with one TCP_CHECK. */
export function checkConfig({ checks, loopSeconds }: CheckPlan): string {
  const services = Array.from({ length: Math.ceil(checks / SERVERS_PER_SERVICE) }, (_, service) => {
    const first = service * SERVERS_PER_SERVICE
    const count = Math.min(SERVERS_PER_SERVICE, checks - first)
    const servers = Array.from({ length: count }, (_, i) => realServer(first + i)).join('')
    return `virtual_server 192.0.2.1 ${service + 1} {
  delay_loop ${loopSeconds}
  lb_algo rr
  lb_kind NAT
  protocol TCP
${servers}}
`
  })
  return services.join('')
}

function realServer(i: number): string {
  const [high, low] = [1 + Math.floor(i / 62_500), i % 62_500]
  const address = `127.${high}.${Math.floor(low / 250)}.${(low % 250) + 1}`
  return `  real_server ${address} ${PORT} {
    weight 1
    TCP_CHECK {
      connect_timeout 3
    }
  }
`
}
