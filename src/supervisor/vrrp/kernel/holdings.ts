// All addresses that this program looks after: those of instances that are MASTER, and static ones. Level-triggered: whatever
// changes, a role, a link, an address, the answer of the kernel, the addresses concerned are compared with what is wanted
// (holdings-plan.ts) until they fit. What the kernel refuses is named once and tried again. It owns no socket; netlink is a port.
//
// claims.ts has what is wanted, held-report.ts what the watchdog is told of it.

import type { VirtualAddress, VrrpInstance } from '../../../config/blocks/instance/model.ts'
import { KaError, messageOf } from '../../../lib/errors.ts'
import type { LinkState } from '../../../lib/link.ts'
import type { Log } from '../../../lib/log.ts'
import { ownerPriority } from '../../../lib/priority.ts'
import { type Instant, usPerMs } from '../../../lib/time.ts'
import type { Later } from '../../actors/timer-port.ts'
import { type HeldAddress, survivalUs } from '../../watchdog/estate.ts'
import { Agenda } from './agenda.ts'
import { type ClaimSet, Claims, claimOf, claimsOf, heldOf } from './claims.ts'
import { HeldReport } from './held-report.ts'
import {
  type Act,
  type AddressOnLink,
  type Claim,
  type Holding,
  keyOf,
  nextAct,
  type Refusal,
  refused,
  type Sight,
  seenWithinUs,
  shownAs,
} from './holdings-plan.ts'

export interface HoldingPorts {
  link(name: string): LinkState | undefined
  /** Resolves when the kernel has it: true if it had not before. Rejects with KA_SOCKET if the outcome is unknown. */
  add(address: AddressOnLink): Promise<boolean>
  remove(address: AddressOnLink): Promise<void>
  /** What the watchdog has to know: before an address is added, after it was removed. */
  told(added: readonly HeldAddress[], removed: readonly HeldAddress[]): void
  /** An address of this MASTER is there again, or at last: its neighbours do not know yet. */
  regained(router: string, address: string): void
  now(): Instant
  readonly later: Later
  readonly log: Log
}

/** An address and the instance that it is there for. */
export interface HeldByInstance {
  readonly instance: VrrpInstance
  readonly address: AddressOnLink
}

/** An address that is wanted and not there, and why. */
export interface MissingAddress {
  readonly owner: string
  readonly address: string
  readonly interface: string
  readonly reason: string
}

/** In the log, and as the owner of claims. No router is called so: theirs have an interface in front. */
const staticOwner = 'static_ipaddress'
/** Acts on one address without a pause; a kernel that answers otherwise each time is left alone until something changes. */
const actsMax = 8
/** A look takes less than a microsecond for each address: so it takes a tenth of the time at most. */
const lookPausePerAddressUs = 10
const lookPauseMaxUs = 50 * usPerMs

export class Holdings {
  readonly #ports: HoldingPorts
  /** An owner is the router of an instance, or `staticOwner`. */
  readonly #claims = new Claims()
  readonly #report: HeldReport
  readonly #instances = new Map<string, VrrpInstance>()
  readonly #holdings = new Map<string, Holding>()
  readonly #refusals = new Map<string, Refusal>()
  /** Wanted, and was missing when something looked: when it comes its neighbours have to be told. */
  readonly #late = new Set<string>()
  /** Wanted on a link that does not exist. */
  readonly #awaiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #agenda: Agenda
  readonly #inherited: ReadonlySet<string>
  readonly #changedLinks = new Set<string>()
  /** No look at changed links before that. */
  #lookAgainAt: Instant = 0
  #closed = false

  /** `inherited`: what a dead predecessor of this process had put there; the watchdog knows of it. */
  constructor(ports: HoldingPorts, inherited: readonly HeldAddress[] = []) {
    this.#ports = ports
    const known = new Map(inherited.map(held => [keyOf(claimOf(held)), held]))
    this.#inherited = new Set(known.keys())
    this.#report = new HeldReport(ports, known)
    this.#agenda = new Agenda({ ...ports, due: key => void this.#run(key) })
  }

  /**
   * All addresses of the instance are wanted from now on, or none. Addresses of it on its links that a predecessor may have left
   * go away. Resolves when the kernel has answered for each of them; failures are logged and tried again, not thrown.
   */
  async ensure(instance: VrrpInstance, present: boolean): Promise<void> {
    const { router } = instance
    this.#instances.set(router, instance)
    const configured = new Map([...claimsOf(instance)].filter(([key, claim]) => !this.#isOwned(instance, key, claim)))
    const concerned = this.#claims.replace(router, present ? configured : new Map())
    if (!present) this.#adopt(configured)
    await this.#tend(new Set([...concerned, ...configured.keys()]))
  }

  /** Static addresses: wanted as long as they are in the list. Resolves as ensure() does. */
  async useStatic(addresses: readonly VirtualAddress[]): Promise<void> {
    const claims = addresses.flatMap(address =>
      address.device === undefined ? [] : [{ address, interface: address.device }],
    )
    await this.#tend(this.#claims.replace(staticOwner, new Map(claims.map(claim => [keyOf(claim), claim]))))
  }

  /** Addresses of a predecessor that nobody wants any more are taken off. */
  async discard(addresses: readonly HeldAddress[]): Promise<void> {
    const claims = new Map(addresses.map(claimOf).map(claim => [keyOf(claim), claim]))
    this.#adopt(claims, true)
    await this.#tend(claims.keys())
  }

  /** The intervals of the instances may be others: the watchdog goes by them. */
  configure(instances: readonly VrrpInstance[]): void {
    const configured = new Map(instances.map(instance => [instance.router, instance]))
    for (const router of [...this.#instances.keys()]) {
      const instance = configured.get(router)
      if (instance !== undefined) this.#instances.set(router, instance)
      else if (this.#claims.of(router).size === 0) this.#instances.delete(router)
    }
    this.#tellAhead(this.#report.keys())
  }

  /**
   * A link has changed, or an address on it. A change after a quiet time is looked at at once; of a burst there are the fewer
   * looks the more addresses each has to go through.
   */
  linkChanged({ name }: Pick<LinkState, 'name'>): void {
    if (this.#changedLinks.size === 0) {
      const waitUs = Math.max(0, this.#lookAgainAt - this.#ports.now())
      this.#ports.later(() => this.#lookAtLinks(), waitUs / usPerMs)
    }
    this.#changedLinks.add(name)
  }

  /** Everything that an instance has at present, for dumps. */
  all(): readonly HeldByInstance[] {
    const found: HeldByInstance[] = []
    for (const [router, claims] of this.#claims.entries()) {
      const instance = this.#instances.get(router)
      for (const key of instance === undefined ? [] : claims.keys()) {
        const holding = this.#holdings.get(key)
        if (holding?.isThere === true && instance !== undefined) found.push({ instance, address: holding.spec })
      }
    }
    return found
  }

  /** What is wanted and is not there. */
  missing(): readonly MissingAddress[] {
    return [...this.#claims.entries()].flatMap(([owner, claims]) =>
      [...claims].flatMap(([key, claim]) => {
        if (this.#holdings.get(key)?.isThere === true) return []
        const reason = this.#refusals.get(key)?.reason ?? this.#whyNot(claim)
        return [{ owner: this.#nameOf(owner), address: shownAs(claim.address), interface: claim.interface, reason }]
      }),
    )
  }

  /** Addresses that the instance wants and the kernel has not, by placeOf(): nobody may be told that they are here. */
  missingOf({ router }: VrrpInstance): ReadonlySet<string> {
    const missing = new Set<string>()
    for (const [key, claim] of this.#claims.of(router)) {
      if (this.#holdings.get(key)?.isThere !== true) missing.add(placeOf(claim.interface, claim.address.address))
    }
    return missing
  }

  /** Nothing is looked at, or tried again, any more. */
  close(): void {
    this.#closed = true
    this.#agenda.close()
    this.#report.flush()
  }

  /** An owner's address that was there before we came (RFC 9568 section 1.6): neither put there nor taken off by us. */
  #isOwned({ priority }: VrrpInstance, key: string, claim: Claim): boolean {
    if (priority !== ownerPriority || this.#holdings.has(key) || this.#inherited.has(key)) return false
    return this.#sightOf(claim).isObserved
  }

  /** What lies on a link and is not wanted counts as ours, and so it goes. `unseen`: also what is not known to be there. */
  #adopt(claims: ClaimSet, unseen = false): void {
    for (const [key, claim] of claims) {
      const { link, isObserved } = this.#sightOf(claim)
      if (this.#holdings.has(key) || this.#claims.on(key) !== undefined || link === undefined) continue
      if (!isObserved && !unseen) continue
      const spec = { ...claim.address, ifindex: link.ifindex, interface: claim.interface }
      this.#holdings.set(key, { spec, isThere: true, isSeen: isObserved, seenBy: 0 })
    }
  }

  async #tend(keys: Iterable<string>): Promise<void> {
    const list = [...keys]
    this.#tellAhead(list)
    await Promise.all(list.map(key => this.#run(key)))
  }

  /** Acts until the address is as it should be. One act at a time; what changes meanwhile is seen by the next one. */
  #run(key: string): Promise<void> {
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const act = this.#decide(key)
    if (act === undefined) return Promise.resolve()
    const work = this.#act(key, act)
    this.#running.set(key, work)
    return work
  }

  async #act(key: string, first: Act): Promise<void> {
    let act: Act | undefined = first
    for (let n = 0; act !== undefined && n < actsMax; n++) {
      await this.#carryOut(key, act)
      act = this.#decide(key)
    }
    this.#running.delete(key)
  }

  /** The next request to the kernel; undefined: none at present. */
  #decide(key: string): Act | undefined {
    if (this.#closed) return undefined
    const claim = this.#claims.on(key)
    for (;;) {
      const holding = this.#holdings.get(key)
      const subject =
        claim ?? (holding === undefined ? undefined : { address: holding.spec, interface: holding.spec.interface })
      const sight = subject === undefined ? nowhere : this.#sightOf(subject)
      const act = nextAct(claim, holding, this.#refusals.get(key), sight, this.#ports.now())
      switch (act.type) {
        case 'forget':
          this.#holdings.delete(key)
          if (claim === undefined) this.#report.gone(key)
          else this.#late.add(key)
          continue
        case 'seen':
          if (holding !== undefined) this.#holdings.set(key, { ...holding, isSeen: true })
          this.#agenda.drop(key)
          this.#refusals.delete(key)
          return undefined
        case 'wait':
          this.#agenda.set(key, act.until)
          return undefined
        case 'rest':
          this.#agenda.drop(key)
          // As it should be: what the kernel once refused, such as a removal that is wanted no more, delays nothing later.
          this.#refusals.delete(key)
          if (claim === undefined) {
            this.#late.delete(key)
            this.#awaiting.delete(key)
            this.#report.gone(key)
          } else if (sight.link === undefined) this.#awaitLink(key, claim)
          return undefined
        default:
          return act
      }
    }
  }

  /** Said once: the link may be away for long. */
  #awaitLink(key: string, { address, interface: name }: Claim): void {
    this.#late.add(key)
    if (this.#awaiting.has(key)) return
    this.#awaiting.add(key)
    const [owner = '-'] = this.#claims.ownersOf(key)
    const fields = { instance: this.#nameOf(owner), address: shownAs(address), interface: name }
    this.#ports.log.warn('address-awaits-link', fields)
  }

  async #carryOut(key: string, act: Act): Promise<void> {
    if (act.type === 'add') await this.#add(key, act.spec)
    else if (act.type === 'remove') await this.#remove(key, act.spec)
  }

  async #add(key: string, spec: AddressOnLink): Promise<void> {
    this.#tellAhead([key])
    const seemedLost = this.#holdings.has(key)
    this.#holdings.set(key, { spec, isThere: false, isSeen: false, seenBy: 0 })
    let isNew: boolean
    try {
      isNew = await this.#ports.add(spec)
    } catch (thrown) {
      // Without an answer the kernel may have it, so it is ours to remove.
      if (!isUnanswered(thrown)) this.#holdings.delete(key)
      this.#refuse(key, 'address-add-failed', spec, thrown)
      this.#late.add(key)
      return
    }
    this.#refusals.delete(key)
    this.#awaiting.delete(key)
    this.#holdings.set(key, { spec, isThere: true, isSeen: false, seenBy: this.#ports.now() + seenWithinUs })
    // If it was there, the report that seemed to say otherwise was an old one of our own removal.
    const isLate = this.#late.delete(key)
    if (isLate || (seemedLost && isNew)) this.#regained(key, spec.address)
  }

  async #remove(key: string, spec: AddressOnLink): Promise<void> {
    try {
      await this.#ports.remove(spec)
    } catch (thrown) {
      this.#refuse(key, 'address-remove-failed', spec, thrown)
      return
    }
    this.#refusals.delete(key)
    this.#holdings.delete(key)
  }

  #refuse(
    key: string,
    event: 'address-add-failed' | 'address-remove-failed',
    spec: AddressOnLink,
    thrown: unknown,
  ): void {
    const reason = messageOf(thrown)
    const before = this.#refusals.get(key)
    this.#refusals.set(key, refused(before, reason, this.#ports.now()))
    if (before?.reason === reason) return
    const [owner] = this.#claims.ownersOf(key)
    const instance = owner === undefined ? '-' : this.#nameOf(owner)
    this.#ports.log.error(event, { instance, address: `${shownAs(spec)} dev ${spec.interface}`, reason })
  }

  #regained(key: string, address: string): void {
    for (const owner of this.#claims.ownersOf(key)) {
      if (owner === staticOwner) this.#ports.log.info('address-restored', { instance: owner, address })
      else this.#ports.regained(owner, address)
    }
  }

  #lookAtLinks(): void {
    const names = new Set(this.#changedLinks)
    this.#changedLinks.clear()
    if (this.#closed) return
    this.#lookAgainAt = this.#ports.now() + Math.min(lookPauseMaxUs, this.#holdings.size * lookPausePerAddressUs)
    for (const [key, holding] of this.#holdings) if (names.has(holding.spec.interface)) void this.#run(key)
    for (const [, claims] of this.#claims.entries()) {
      for (const [key, claim] of claims) if (names.has(claim.interface) && !this.#holdings.has(key)) void this.#run(key)
    }
  }

  #tellAhead(keys: Iterable<string>): void {
    const entries: [string, HeldAddress][] = []
    for (const key of keys) {
      const claim = this.#claims.on(key)
      const instance = this.#instanceOf(key)
      if (claim !== undefined && instance !== undefined) entries.push([key, heldOf(claim, survivalUs(instance))])
    }
    this.#report.ahead(entries)
  }

  /** The instance that wants the address; of several one. */
  #instanceOf(key: string): VrrpInstance | undefined {
    for (const owner of this.#claims.ownersOf(key)) {
      const instance = this.#instances.get(owner)
      if (instance !== undefined) return instance
    }
    return undefined
  }

  #nameOf(owner: string): string {
    return this.#instances.get(owner)?.name ?? owner
  }

  #whyNot({ interface: name }: Claim): string {
    return this.#linkOf(name) === undefined ? `there is no interface ${name}` : 'the kernel has not answered yet'
  }

  #sightOf({ address, interface: name }: Claim): Sight {
    const link = this.#linkOf(name)
    return { link, isObserved: link !== undefined && addressesOn(link).has(shownAs(address)) }
  }

  #linkOf(name: string): LinkState | undefined {
    const link = this.#ports.link(name)
    return link === undefined || link.ifindex === 0 ? undefined : link
  }
}

function isUnanswered(thrown: unknown): boolean {
  return thrown instanceof KaError && thrown.code === 'KA_SOCKET'
}

/** An address of an interface, whatever its prefix is. */
export function placeOf(interfaceName: string, address: string): string {
  return `${interfaceName} ${address}`
}

const nowhere: Sight = { link: undefined, isObserved: false }

/** The addresses of a link as a set; a link that changes is another object. */
const sets = new WeakMap<LinkState, ReadonlySet<string>>()

function addressesOn(link: LinkState): ReadonlySet<string> {
  const known = sets.get(link)
  if (known !== undefined) return known
  const made = new Set(link.addresses.map(({ address, prefix }) => `${address}/${prefix}`))
  sets.set(link, made)
  return made
}
