// Who is notified of what: once per change, only with enable_traps, only of the parts that are served.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { SnmpSettings } from '../../../../src/config/blocks/global/model.ts'
import { formatOid } from '../../../../src/supervisor/snmp/core/oid.ts'
import type { ReadModel } from '../../../../src/supervisor/snmp/core/read-model.ts'
import type { Varbind } from '../../../../src/supervisor/snmp/core/value.ts'
import { TrapSender } from '../../../../src/supervisor/snmp/trap-sender.ts'
import { lvsConfig, realServer, virtualServer } from '../../workers/checker/fixture.ts'
import { backup, master, readModel } from './fixture.ts'

const all: SnmpSettings = {
  traps: true,
  vrrp: true,
  checker: true,
  rfcV2: true,
  rfcV3: true,
  virtualServerStatsAgeUs: 0,
  realServerStatsAgeUs: 0,
}
const KEEPALIVED = '1.3.6.1.4.1.9586.100.5'

function sender(settings: SnmpSettings, model: ReadModel) {
  const sent: (readonly Varbind[])[] = []
  const traps = new TrapSender(settings, { send: varbinds => sent.push(varbinds), model: () => model })
  const names = () => sent.map(([first]) => trapName(first))
  return { traps, sent, names }
}

function trapName(first: Varbind | undefined): string {
  assert.equal(formatOid(first!.oid), '1.3.6.1.6.3.1.1.4.1.0')
  const { value } = first!
  assert.ok(typeof value !== 'string' && value.type === 'oid')
  return formatOid(value.value)
}

test('a new MASTER is told in all three MIBs, and once', () => {
  const { traps, names } = sender(all, readModel({ instances: [master('VI_1')] }))
  const told = { kind: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 100 } as const
  traps.told(told)
  traps.told(told)
  assert.deepEqual(names(), [`${KEEPALIVED}.2.10.0.2`, '1.3.6.1.2.1.68.0.1', '1.3.6.1.2.1.207.0.1'])
})

test('groups, faults and the end are told; what is no state is not', () => {
  const { traps, sent } = sender(all, readModel({ instances: [backup('VI_1')] }))
  traps.told({ kind: 'GROUP', name: 'G', state: 'FAULT', priority: 0 })
  traps.told({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER_RX_LOWER_PRI', priority: 100 })
  traps.told({ kind: 'INSTANCE', name: 'VI_1', state: 'STOP', priority: 100 })
  assert.deepEqual(
    sent.map(varbinds => varbinds[2]?.value),
    [
      { type: 'integer', value: 3 },
      { type: 'integer', value: 5 },
    ],
  )
})

test('without enable_traps or the part nobody is told', () => {
  const model = readModel({ instances: [master('VI_1')] })
  for (const settings of [
    { ...all, traps: false },
    { ...all, vrrp: false, rfcV2: false, rfcV3: false },
  ]) {
    const { traps, sent } = sender(settings, model)
    traps.told({ kind: 'INSTANCE', name: 'VI_1', state: 'MASTER', priority: 100 })
    assert.deepEqual(sent, [])
  }
})

test('a real server that goes and takes the quorum with it is two traps', () => {
  const real = realServer('10.0.0.11')
  const virtual = virtualServer('10.0.0.1', [real])
  const state = (failed: readonly string[], quorumUp: boolean) => ({
    quorumUp,
    draining: {},
    real: { [real.id]: { failed, weights: {}, told: null } },
  })
  const before = state([], true)
  const after = state(['check'], false)
  const { traps, sent, names } = sender(
    all,
    readModel({ lvs: lvsConfig([virtual]), servers: new Map([[virtual.id, after]]) }),
  )
  traps.serverStepped(virtual.id, undefined, before)
  traps.serverStepped(virtual.id, before, before)
  traps.serverStepped(virtual.id, before, after)
  assert.deepEqual(names(), [`${KEEPALIVED}.3.5.0.1`, `${KEEPALIVED}.3.5.0.2`])
  const objects = Object.fromEntries(sent[0]!.map(({ oid, value }) => [formatOid(oid), value]))
  assert.deepEqual(objects[`${KEEPALIVED}.3.4.1.4`], { type: 'octets', value: Uint8Array.of(10, 0, 0, 11) })
  assert.deepEqual(objects[`${KEEPALIVED}.3.4.1.6`], { type: 'integer', value: 2 })
  assert.deepEqual(objects[`${KEEPALIVED}.3.3.1.21`], { type: 'gauge32', value: 0 })
})
