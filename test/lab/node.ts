// One network namespace of the lab, joined to the lab's bridge by a veth pair: a router or a client.

import { attempt, type Finished, run } from './command.ts'

export interface NodeOptions {
  readonly name: string
  readonly namespace: string
  readonly bridgeNamespace: string
  /** Name of the interface inside the node. */
  readonly interface: string
  readonly mac: string
  /** With prefix lengths; the first of a family is the one adverts come from. */
  readonly addresses: readonly string[]
}

interface ListedAddress {
  readonly local: string
  readonly prefixlen: number
  readonly broadcast?: string
  readonly scope: string
  readonly label?: string
}

export class LabNode {
  readonly name: string
  readonly namespace: string
  readonly interface: string
  readonly mac: string
  readonly addresses: readonly string[]
  readonly #bridgeNamespace: string

  constructor(options: NodeOptions) {
    this.name = options.name
    this.namespace = options.namespace
    this.interface = options.interface
    this.mac = options.mac
    this.addresses = options.addresses
    this.#bridgeNamespace = options.bridgeNamespace
  }

  /** Name of the bridge's side of the veth pair. */
  get port(): string {
    return `p-${this.name}`
  }

  /** Shell commands that create the node; addresses come separately, after the monitors are up. */
  creation(): string {
    const here = `ip -n ${this.namespace}`
    return `
      ip netns add ${this.namespace}
      ip netns exec ${this.namespace} sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
      ${here} link add ${this.interface} address ${this.mac} type veth peer name ${this.port} netns ${this.#bridgeNamespace}
      ip -n ${this.#bridgeNamespace} link set ${this.port} master br0 up
      ${here} link set lo up
      ${here} link set ${this.interface} up
      ${this.addresses.map(address => `${here} addr add ${address} dev ${this.interface}`).join('\n')}
    `
  }

  /** Runs a command in the node; rejects if it fails. */
  run(...argv: readonly string[]): Promise<string> {
    return run('ip', ['netns', 'exec', this.namespace, ...argv])
  }

  attempt(...argv: readonly string[]): Promise<Finished> {
    return attempt('ip', ['netns', 'exec', this.namespace, ...argv])
  }

  /** Cuts the cable: the node's interface loses its carrier. */
  async linkDown(): Promise<void> {
    await run('ip', ['-n', this.#bridgeNamespace, 'link', 'set', this.port, 'down'])
  }

  async linkUp(): Promise<void> {
    await run('ip', ['-n', this.#bridgeNamespace, 'link', 'set', this.port, 'up'])
  }

  /** What `ip addr` knows of an address of the node's interface; undefined if it is not there. */
  async findAddress(address: string): Promise<ListedAddress | undefined> {
    const links: { addr_info: ListedAddress[] }[] = JSON.parse(
      await run('ip', ['-n', this.namespace, '-j', 'addr', 'show', 'dev', this.interface]),
    )
    return links.flatMap(link => link.addr_info).find(entry => entry.local === address)
  }

  async deleteAddress(addressWithPrefix: string): Promise<void> {
    await run('ip', ['-n', this.namespace, 'addr', 'del', addressWithPrefix, 'dev', this.interface])
  }

  /** One-way loss of VRRP: what the node would receive, or what it sends. The other direction still works. */
  async loseVrrp(direction: 'input' | 'output'): Promise<void> {
    const rules = [
      'table inet klab {',
      `  chain ${direction} {`,
      `    type filter hook ${direction} priority 0;`,
      '    meta l4proto { 51, 112 } drop',
      '  }',
      '}',
      '',
    ].join('\n')
    await run('ip', ['netns', 'exec', this.namespace, 'nft', '-f', '-'], rules)
  }

  async restoreVrrp(): Promise<void> {
    await this.run('nft', 'delete', 'table', 'inet', 'klab')
  }
}
