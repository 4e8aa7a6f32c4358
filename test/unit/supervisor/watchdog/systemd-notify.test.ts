import assert from 'node:assert/strict'
import test from 'node:test'
import { firstToGo } from '../../../../src/supervisor/watchdog/systemd-notify.ts'

const goes = (...kinds: readonly string[]) => firstToGo(kinds.map(kind => [`${kind}=1`]))

test('defect 23: when too many messages wait, what tells no state goes first, and never the last READY', () => {
  assert.equal(goes('READY', 'STATUS', 'RELOADING'), 1)
  assert.equal(goes('READY', 'RELOADING', 'WATCHDOG'), 2)
  assert.equal(goes('ERRNO', 'RELOADING', 'READY', 'RELOADING', 'READY'), 1)
  assert.equal(goes('STOPPING', 'READY', 'RELOADING', 'READY'), 1)
})
