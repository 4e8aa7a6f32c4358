// A kernel with several links for tests of holdings: addresses come and go by request, by strangers and with their links, each
// request is answered a little later or refused, and the clock is the test's.

import { KaError } from '../../../../../src/lib/errors.ts'
import type { LinkState } from '../../../../../src/lib/link.ts'
import { type HoldingPorts, Holdings, type MissingAddress } from '../../../../../src/supervisor/vrrp/kernel/holdings.ts'
import { type AddressOnLink, shownAs } from '../../../../../src/supervisor/vrrp/kernel/holdings-plan.ts'
import type { HeldAddress } from '../../../../../src/supervisor/watchdog/estate.ts'
import { link } from '../../../../fixtures/link.ts'
import { silentLog } from '../../../../fixtures/vrrp-instance.ts'

interface Timer {
  readonly at: number
  readonly action: () => void
  cancelled: boolean
}

export class FakeHost {
  now = 1_000_000
  readonly holdings: Holdings
  readonly links = new Map<string, LinkState>()
  /** What netlink has told so far. */
  readonly #shown = new Map<string, LinkState>()
  /** Reports of netlink that are still under way; null: they come at once. */
  #reports: LinkState[] | null = null
  /** Attributes of what is there, by link and address. */
  readonly labels = new Map<string, string | undefined>()
  /** What was asked of the kernel, and told to the watchdog, in order. */
  readonly done: string[] = []
  readonly told = new Map<string, HeldAddress>()
  readonly errors: string[] = []
  readonly warnings: string[] = []
  /** The errno of the next request; null: it is done. */
  refuse: (verb: 'add' | 'remove', address: AddressOnLink) => string | null = () => null
  /** The next request is carried out, and its answer is lost. */
  loseAnswer: (verb: 'add' | 'remove') => boolean = () => false
  /** How often the state of a link was asked for. */
  asked = 0
  #timers: Timer[] = []
  #ifindex = 1

  constructor(inherited: readonly HeldAddress[] = []) {
    for (const held of inherited) this.told.set(textOf(held), held)
    const ports: HoldingPorts = {
      log: {
        ...silentLog,
        warn: event => this.warnings.push(event),
        error: (event, fields) => this.errors.push(`${event} ${JSON.stringify(fields)}`),
      },
      link: name => {
        this.asked++
        return this.#shown.get(name)
      },
      add: address => this.#answer('add', address),
      remove: async address => void (await this.#answer('remove', address)),
      told: (added, removed) => {
        for (const held of removed) this.told.delete(textOf(held))
        for (const held of added) this.told.set(textOf(held), held)
        this.done.push(...removed.map(held => `gone ${textOf(held)}`), ...added.map(held => `ahead ${textOf(held)}`))
      },
      regained: (router, address) => this.done.push(`regained ${router} ${address}`),
      now: () => this.now,
      later: (action, delayMs) => {
        const timer: Timer = { at: this.now + delayMs * 1_000, action, cancelled: false }
        this.#timers.push(timer)
        return {
          cancel: () => {
            timer.cancelled = true
          },
        }
      },
    }
    this.holdings = new Holdings(ports, inherited)
  }

  /** Makes a link, or makes it anew: with another ifindex and without addresses. */
  makeLink(name: string, up = true): void {
    this.#forget(name)
    this.#setLink({ ...link({ name, up }), ifindex: ++this.#ifindex })
  }

  deleteLink(name: string): void {
    this.#forget(name)
    const before = this.links.get(name)
    this.links.delete(name)
    this.#shown.delete(name)
    if (before !== undefined) this.holdings.linkChanged(before)
  }

  setUp(name: string, up: boolean): void {
    const before = this.links.get(name)
    if (before === undefined) return
    // The kernel takes IPv6 addresses off a link that goes down.
    const addresses = up ? before.addresses : before.addresses.filter(({ family }) => family === 4)
    this.#setLink({ ...before, up, addresses })
  }

  /** From now on reports of netlink are late. */
  holdReports(): void {
    this.#reports = []
  }

  /** They come, one after the other. */
  async releaseReports(): Promise<void> {
    const reports = this.#reports ?? []
    this.#reports = null
    for (const state of reports) {
      this.#show(state)
      await this.pass(1_000)
    }
  }

  /** Somebody else does it. */
  put(name: string, address: string, prefix: number): void {
    const before = this.links.get(name)
    if (before === undefined || this.has(name, `${address}/${prefix}`)) return
    const family = address.includes(':') ? 6 : 4
    this.#setLink({
      ...before,
      addresses: [...before.addresses, { family, address, prefix, scope: 0, tentative: false }],
    })
  }

  take(name: string, text: string): void {
    const before = this.links.get(name)
    if (before === undefined) return
    this.labels.delete(`${name} ${text}`)
    this.#setLink({ ...before, addresses: before.addresses.filter(one => `${one.address}/${one.prefix}` !== text) })
  }

  has(name: string, text: string): boolean {
    return this.links.get(name)?.addresses.some(one => `${one.address}/${one.prefix}` === text) ?? false
  }

  /** All addresses as `link address/prefix`. */
  addresses(): string[] {
    return [...this.links.values()].flatMap(({ name, addresses }) =>
      addresses.map(({ address, prefix }) => `${name} ${address}/${prefix}`),
    )
  }

  missing(): string[] {
    return this.holdings.missing().map(({ owner, address, reason }: MissingAddress) => `${owner} ${address}: ${reason}`)
  }

  /** Lets time pass; what is due meanwhile happens, and so does what follows from it. */
  async pass(us: number): Promise<void> {
    const end = this.now + us
    for (;;) {
      await settle()
      this.#timers = this.#timers.filter(timer => !timer.cancelled)
      const next = this.#timers.reduce<Timer | undefined>(
        (first, one) => (first === undefined || one.at < first.at ? one : first),
        undefined,
      )
      if (next === undefined || next.at > end) break
      this.now = Math.max(this.now, next.at)
      next.cancelled = true
      next.action()
    }
    this.now = end
  }

  async #answer(verb: 'add' | 'remove', address: AddressOnLink): Promise<boolean> {
    const text = `${address.interface} ${shownAs(address)}`
    this.done.push(`${verb} ${text}`)
    await Promise.resolve()
    const errno = this.refuse(verb, address)
    if (errno !== null) throw new Error(errno)
    // A request names the link by its number; the one of that number may be gone.
    if (this.links.get(address.interface)?.ifindex !== address.ifindex) {
      if (verb === 'add') throw new Error('ENODEV')
      return false
    }
    const isThere = this.has(address.interface, shownAs(address))
    if (verb === 'remove') this.take(address.interface, shownAs(address))
    else if (!isThere) {
      const [plain, prefix] = shownAs(address).split('/')
      this.labels.set(text, address.label)
      this.put(address.interface, plain!, Number(prefix))
    }
    if (this.loseAnswer(verb)) throw new KaError('KA_SOCKET', 'netlink: no answer')
    return !isThere
  }

  #forget(name: string): void {
    for (const key of [...this.labels.keys()]) if (key.startsWith(`${name} `)) this.labels.delete(key)
  }

  #setLink(state: LinkState): void {
    this.links.set(state.name, state)
    if (this.#reports === null) this.#show(state)
    else this.#reports.push(state)
  }

  #show(state: LinkState): void {
    this.#shown.set(state.name, state)
    this.holdings.linkChanged(state)
  }
}

function textOf({ interface: name, address, prefix, peer }: HeldAddress): string {
  return `${name} ${address}/${prefix}${peer === undefined ? '' : ` peer ${peer}`}`
}

function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
