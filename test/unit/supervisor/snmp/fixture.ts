// A read model for tests of the MIBs.

import type { GlobalDefs } from '../../../../src/config/blocks/global/model.ts'
import type { InstanceModel, ReadModel } from '../../../../src/supervisor/snmp/core/read-model.ts'
import { zeroCounters } from '../../../../src/workers/vrrp/core/counters.ts'
import type { BackupState, MasterState } from '../../../../src/workers/vrrp/core/state.ts'
import { freshCommon } from '../../../../src/workers/vrrp/core/state.ts'
import { instance } from '../../../fixtures/vrrp-instance.ts'

export const globalDefs = {
  routerId: 'node',
  notificationEmail: [],
  smtpConnectTimeoutUs: 30_000_000,
  noEmailFaults: false,
  dynamicInterfaces: false,
} as unknown as GlobalDefs

export function readModel(over: Partial<ReadModel> = {}): ReadModel {
  return {
    version: '0',
    global: globalDefs,
    trapsEnabled: false,
    upTimeTicks: 0,
    instances: [],
    held: new Set(),
    groups: [],
    scripts: [],
    scriptStatuses: {},
    trackFiles: [],
    trackProcesses: [],
    bfd: [],
    readings: {},
    processCounts: {},
    links: new Map(),
    lvs: undefined,
    servers: new Map(),
    ipvs: new Map(),
    ...over,
  }
}

export function master(name: string, over: Partial<MasterState> = {}): InstanceModel {
  const garp = { secondAt: null, refreshAt: null, answerAt: null, lowerPrioAt: null, answeredAt: null }
  const common = freshCommon(100, 1_000_000, 0)
  const state: MasterState = { ...common, name: 'master', advertAt: 0, lastSentAt: 0, garp, rogue: null, ...over }
  return { params: instance({ name }), state, counters: zeroCounters, upSinceTicks: 0 }
}

export function backup(name: string): InstanceModel {
  const common = freshCommon(100, 1_000_000, 0)
  const state: BackupState = {
    ...common,
    name: 'backup',
    masterDownAt: 0,
    preemptAt: null,
    wantsMaster: false,
    graced: false,
  }
  return { params: instance({ name }), state, counters: zeroCounters, upSinceTicks: 0 }
}
