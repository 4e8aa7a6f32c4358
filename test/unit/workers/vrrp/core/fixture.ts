// What the tests of the VRRP core share: configurations, links and frames with sensible values, each overridable.

import type { Unicast, UnicastPeer, VrrpInstance } from '../../../../../src/config/blocks/instance/model.ts'
import { parseIp } from '../../../../../src/lib/ip.ts'
import type { LinkState } from '../../../../../src/lib/link.ts'
import { type Instant, usPerSecond } from '../../../../../src/lib/time.ts'
import type { FaultKind } from '../../../../../src/lib/vrrp-fault.ts'
import type { Effect } from '../../../../../src/workers/vrrp/core/effect.ts'
import type { ReceivedFrame, Surroundings } from '../../../../../src/workers/vrrp/core/event.ts'
import { initial, transition } from '../../../../../src/workers/vrrp/core/fsm.ts'
import { seal, templateOf } from '../../../../../src/workers/vrrp/core/seal.ts'
import { emptyWorld, freshCommon, type State } from '../../../../../src/workers/vrrp/core/state.ts'
import { onLink, link as plainLink } from '../../../../fixtures/link.ts'
import { instance as plainInstance, vip } from '../../../../fixtures/vrrp-instance.ts'

export { vip }

export const place = { file: 'test.conf', line: 1 }
export const ownSource = '192.0.2.11'
export const ownSource6 = 'fe80::ff:fe00:a01'
/** Compares below and above ownSource. */
export const lowSource = '192.0.2.2'
export const highSource = '192.0.2.200'
export const start: Instant = 1_000 * usPerSecond

export function bytes(address: string): Uint8Array {
  const parsed = parseIp(address)
  if (parsed === undefined) throw new Error(`not an address: ${address}`)
  return parsed
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

export function instance(changes: Partial<VrrpInstance> = {}): VrrpInstance {
  return plainInstance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')], ...changes })
}

export function instance6(changes: Partial<VrrpInstance> = {}): VrrpInstance {
  const addresses = [vip('fe80::100'), vip('fd00::100')]
  return instance({ family: 6, version: 3, multicastGroup: 'ff02::12', addresses, ...changes })
}

/** `peers` with or without TTL bounds; nothing else of unicast is set. */
export function unicast(peers: readonly (string | UnicastPeer)[], changes: Partial<Unicast> = {}): Unicast {
  const listed = peers.map(peer => (typeof peer === 'string' ? { address: peer } : peer))
  return { peers: listed, ttl: 255, checkSource: false, oldChecksum: 'auto', ...changes }
}

export function link(changes: Partial<LinkState> = {}): LinkState {
  const addresses: LinkState['addresses'] = [
    onLink(ownSource),
    { family: 6, address: ownSource6, prefix: 64, scope: 253, tentative: false },
  ]
  return plainLink({ mac: Uint8Array.of(2, 0, 0, 0, 10, 1), addresses, ...changes })
}

export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return { links: [link()], scripts: {}, readings: {}, reserved: [], ...changes }
}

/** An advert as another router with this configuration would send it: to the group, or to us if that is unicast. */
export function frame(
  params: VrrpInstance,
  priority: number,
  source: string,
  changes: Partial<ReceivedFrame> = {},
  ahSequence = 1,
): ReceivedFrame {
  const sender = freshCommon(priority, params.advertIntervalUs, start)
  const world = { ...emptyWorld, source: bytes(source), sourceLost: false }
  const template = templateOf(params, { ...sender, world }, priority)!
  const { unicast, family } = params
  const us = family === 4 ? ownSource : ownSource6
  const old = unicast?.oldChecksum === 'always'
  const toUs = [{ address: us, checksumAddress: old ? params.multicastGroup : us }]
  const destinations = unicast === undefined ? template.destinations : toUs
  const [sealed] = seal({ ...template, destinations }, { ipId: 1, ahSequence })
  const beside = { source: bytes(source), destination: bytes(sealed!.destination), hopLimit: template.ttl }
  const frame = { at: start, interface: params.interface, family, bytes: sealed!.packet }
  return { ...frame, ...(family === 6 ? beside : {}), ...changes }
}

/** The state of an instance that has been started in good surroundings. */
export function started(params: VrrpInstance, now = start, around = surroundings()): State {
  const event = { type: 'start', surroundings: around, delayUntil: null } as const
  return transition(params, initial(params, now), event, now).state
}

/** The state and instant at which an instance became MASTER because nobody else was heard. */
export function elected(params: VrrpInstance, now = start): { state: State; now: Instant } {
  const backup = started(params, now)
  if (backup.name !== 'backup') return { state: backup, now }
  return { state: transition(params, backup, { type: 'timer' }, backup.masterDownAt).state, now: backup.masterDownAt }
}

/** Effects without logs, as short words. */
export function words(effects: readonly Effect[]): string[] {
  return effects.filter(effect => effect.type !== 'log').map(wordOf)
}

function wordOf(effect: Effect): string {
  switch (effect.type) {
    case 'transmit':
      return `transmit ${effect.priority}`
    case 'ensure-addresses':
      return effect.present ? 'addresses' : 'no addresses'
    case 'announce':
      return `announce ${effect.repeat}`
    case 'announce-address':
      return `announce ${effect.repeat} ${effect.address}`
    case 'announce-source':
      return `announce ${effect.address}`
    case 'notify':
      return `notify ${effect.state} ${effect.priority}`
    case 'log':
      return `log ${effect.event}`
  }
}

/** What the instance is at fault with, in words of the core. */
export function faultKinds(state: State): readonly FaultKind[] {
  return state.name === 'fault' ? state.faults.map(({ kind }) => kind) : []
}

/** Names of the logged events. */
export function logged(effects: readonly Effect[]): string[] {
  return effects.flatMap(effect => (effect.type === 'log' ? [effect.event] : []))
}
