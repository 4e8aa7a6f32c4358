import assert from 'node:assert/strict'
import test from 'node:test'
import type { SyncDaemon } from '../../../../src/config/blocks/server/model.ts'
import { syncRoles, type VrrpState } from '../../../../src/supervisor/lvs/sync-role.ts'

const daemon: SyncDaemon = { interface: 'eth0', syncId: 7 }

test('without an instance both sync daemons run, without a setting none', () => {
  assert.deepEqual(
    syncRoles(daemon, () => 'FAULT'),
    ['master', 'backup'],
  )
  assert.deepEqual(
    syncRoles(undefined, () => 'MASTER'),
    [],
  )
})

const rows: readonly (readonly [VrrpState | undefined, readonly string[]])[] = [
  ['MASTER', ['master']],
  ['BACKUP', ['backup']],
  ['FAULT', ['backup']],
  ['STOP', []],
  [undefined, ['backup']],
]

for (const [state, expected] of rows) {
  test(`a sync daemon that follows an instance in ${state ?? 'no state yet'}`, () => {
    const stateOf = (instance: string) => (instance === 'VI_1' ? state : 'MASTER')
    assert.deepEqual(syncRoles({ ...daemon, instance: 'VI_1' }, stateOf), expected)
  })
}
