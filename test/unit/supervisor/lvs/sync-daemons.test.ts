import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { SyncDaemon } from '../../../../src/config/blocks/server/model.ts'
import { KaError } from '../../../../src/lib/errors.ts'
import { type DaemonSocket, SyncDaemons } from '../../../../src/supervisor/lvs/sync-daemons.ts'
import type { SyncRole } from '../../../../src/supervisor/lvs/sync-role.ts'

const daemon = { interface: 'eth0', syncId: 7 } as SyncDaemon

/** A kernel that takes a turn of the event loop for each answer. */
function stage() {
  const running = new Set<SyncRole>()
  const logged: string[] = []
  const note = (event: string) => logged.push(event)
  const faults = { isDeaf: false }
  const answer = async () => {
    await turn()
    if (faults.isDeaf) throw new KaError('KA_SOCKET', 'netlink: no answer')
  }
  const socket: DaemonSocket = {
    startDaemon: async ({ role }) => {
      await answer()
      running.add(role)
    },
    stopDaemon: async role => {
      await answer()
      return running.delete(role) ? 0 : 3
    },
  }
  const daemons = new SyncDaemons({ error: note, warn: note, info: note, debug: note })
  const use = (...roles: SyncRole[]) => daemons.use({ socket, daemon, roles })
  return { use, running, logged, faults }
}

test('an instance that loses its role while the master daemon starts does not leave it running', async () => {
  const { use, running } = stage()
  const first = use('master')
  await Promise.all([first, use('backup')])
  assert.deepEqual([...running], ['backup'])
})

test('of changes that come in quick succession the last one counts', async () => {
  const { use, running, logged } = stage()
  await Promise.all([use('master'), use('backup'), use('master'), use('backup'), use('master')])
  assert.deepEqual([...running], ['master'])
  assert.deepEqual(logged, ['sync-daemon-started', 'sync-daemon-started'])
})

test('a kernel that does not answer about sync daemons is logged and ends nobody', async () => {
  const { use, running, logged, faults } = stage()
  await use('master')
  faults.isDeaf = true
  await use('backup')
  assert.deepEqual(logged, ['sync-daemon-started', 'sync-daemon-stop-failed', 'sync-daemon-failed'])
  faults.isDeaf = false
  await use()
  assert.deepEqual([...running], [])
})
