// Sessions and packets for the tests of BFD, with values that can be told apart.

import type { BfdInstance } from '../../../../../src/config/blocks/bfd/model.ts'
import type { Chance } from '../../../../../src/workers/bfd/core/fsm.ts'
import type { ControlPacket } from '../../../../../src/workers/bfd/core/packet.ts'
import { type Session, unknownRemote } from '../../../../../src/workers/bfd/core/session.ts'

export const NOW = 1_000_000_000

export function bfdInstance(changes: Partial<BfdInstance> = {}): BfdInstance {
  return {
    name: 'b',
    place: { file: 'test.conf', line: 1 },
    family: 4,
    neighbor: '10.0.0.2',
    source: '10.0.0.1',
    minRxUs: 10_000,
    minTxUs: 10_000,
    idleTxUs: 1_000_000,
    multiplier: 5,
    passive: false,
    hopLimit: 255,
    hopsMax: 0,
    multihop: false,
    tellsVrrp: true,
    tellsChecker: true,
    ...changes,
  }
}

export function controlPacket(changes: Partial<ControlPacket> = {}): ControlPacket {
  return {
    diag: 0,
    state: 'down',
    poll: false,
    final: false,
    controlPlaneIndependent: false,
    demand: false,
    multiplier: 3,
    myDiscriminator: 0x55667788,
    yourDiscriminator: 0x11223344,
    minTxUs: 50_000,
    minRxUs: 40_000,
    minEchoRxUs: 0,
    ...changes,
  }
}

/** A session that knows its neighbour. */
export function session(changes: Partial<Session> = {}): Session {
  const params = changes.params ?? bfdInstance()
  const state = changes.state ?? 'up'
  return {
    params,
    state,
    diag: 0,
    discriminator: 0x11223344,
    remote: {
      ...unknownRemote,
      state: 'up',
      discriminator: 0x55667788,
      minTxUs: 50_000,
      minRxUs: 40_000,
      multiplier: 3,
    },
    polling: false,
    minTxUs: state === 'up' ? params.minTxUs : params.idleTxUs,
    minRxUs: params.minRxUs,
    sendAt: NOW + 40_000,
    expiresAt: NOW + 150_000,
    since: NOW,
    timesUp: 1,
    ...changes,
  }
}

/** No jitter beyond the least, and discriminators that count up. */
export function chance(random = 0): Chance {
  let drawn = 0xaa000000
  return { random: () => random, discriminator: () => ++drawn }
}
