// Small configurations for tests of the load-balancing half.

import type { Checker, Target, TcpChecker } from '../../../../src/config/blocks/checker/model.ts'
import type { LvsConfig, RealServer, ShownSettings, VirtualServer } from '../../../../src/config/blocks/server/model.ts'

const place = { file: 'test.conf', line: 1 }

export function target(port: number, over: Partial<Target> = {}): Target {
  return { address: '127.0.0.1', port, connectTimeoutUs: 1_000_000, fwmark: 0, ...over }
}

export const probing = {
  place,
  retry: 1,
  delayBeforeRetryUs: 100_000,
  delayLoopUs: 200_000,
  warmupUs: 0,
  alpha: false,
  logAllFailures: false,
  mail: { up: 'up', down: 'down: {reason}' },
}

export function tcpChecker(id: string, over: Partial<TcpChecker> = {}): TcpChecker {
  return { ...probing, id, type: 'TCP_CHECK', target: target(1), ...over }
}

const shown: ShownSettings = {
  alpha: false,
  retry: 1,
  delayBeforeRetryUs: 1_000_000,
  delayLoopUs: 60_000_000,
  warmupUs: 60_000_000,
  connectTimeoutUs: 5_000_000,
  weight: 1,
  inhibitOnFailure: false,
  forwarding: { method: 'DR' },
}

export function realServer(
  name: string,
  checkers: readonly Checker[] = [],
  over: Partial<RealServer> = {},
): RealServer {
  return {
    place,
    id: `[${name}]:tcp:80`,
    family: 4,
    address: name,
    port: 80,
    weight: 1,
    forwarding: { method: 'DR' },
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibitOnFailure: false,
    smtpAlert: true,
    checkers,
    shown,
    ...over,
  }
}

export function virtualServer(
  address: string,
  realServers: readonly RealServer[],
  over: Partial<VirtualServer> = {},
): VirtualServer {
  return {
    place,
    id: `[${address}]:tcp:80`,
    name: `[${address}]:tcp:80`,
    services: [{ kind: 'address', family: 4, address, port: 80, protocol: 'TCP' }],
    protocol: 'TCP',
    scheduler: 'wlc',
    flags: 0,
    quorum: 1,
    hysteresis: 0,
    omega: false,
    haSuspend: false,
    smtpAlert: false,
    realServers,
    shown,
    ...over,
  }
}

export function lvsConfig(virtualServers: readonly VirtualServer[], over: Partial<LvsConfig> = {}): LvsConfig {
  return {
    virtualServers,
    groups: [],
    flush: false,
    flushOnStop: 'no',
    noCheckerEmails: false,
    rsInitNotifies: false,
    routerId: 'test',
    ...over,
  }
}
