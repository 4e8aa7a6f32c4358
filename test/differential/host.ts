// A network namespace with interfaces that are up and lead nowhere: what a configuration needs to be read and run on, apart
// from the machine's own. (This kernel has no dummy interfaces, hence veth pairs whose other end stays unused.)

import { readdirSync } from 'node:fs'
import { attempt, type Finished, removeNamespaceNow, run, signalIfAlive } from '../lab/command.ts'

const OURS = /^kdf(\d+)-/
const NAMESPACES = '/run/netns'
let made = 0
/** Namespaces to remove should this process end before it does. */
const alive = new Set<string>()
process.once('exit', () => alive.forEach(removeNamespaceNow))

export class Host {
  readonly namespace: string

  private constructor(namespace: string) {
    this.namespace = namespace
  }

  /** A host with these interfaces, each with its addresses (with prefix). Removed by `remove`, or when this process ends. */
  static async create(interfaces: Readonly<Record<string, readonly string[]>>): Promise<Host> {
    sweepLeftovers()
    made++
    const namespace = `kdf${process.pid}-${made}`
    const host = new Host(namespace)
    alive.add(namespace)
    const here = `ip -n ${namespace}`
    const lines = Object.entries(interfaces).flatMap(([name, addresses], i) => [
      `${here} link add ${name} type veth peer name peer${i}`,
      `${here} link set peer${i} up`,
      `${here} link set ${name} up`,
      ...addresses.map(address => `${here} addr add ${address} dev ${name}`),
    ])
    const quiet = 'sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0'
    const script = [`ip netns add ${namespace}`, `ip netns exec ${namespace} ${quiet}`, `${here} link set lo up`]
    await run('sh', ['-ec', [...script, ...lines].join('\n')])
    return host
  }

  /** Runs a command on this host to its end. */
  attempt(...argv: readonly string[]): Promise<Finished> {
    return attempt('ip', ['netns', 'exec', this.namespace, ...argv])
  }

  remove(): void {
    removeNamespaceNow(this.namespace)
    alive.delete(this.namespace)
  }
}

/** Namespaces of runs that died without clean-up. */
function sweepLeftovers(): void {
  let names: string[] = []
  try {
    names = readdirSync(NAMESPACES)
  } catch (thrown) {
    // There has been no namespace on this machine yet.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
  }
  for (const name of names) {
    const pid = Number(OURS.exec(name)?.[1])
    if (Number.isInteger(pid) && pid !== process.pid && !signalIfAlive(pid, 0)) removeNamespaceNow(name)
  }
}
