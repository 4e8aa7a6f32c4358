import assert from 'node:assert/strict'
import test from 'node:test'
import { type StatusParts, statusAnswer } from '../../../../src/supervisor/control/status.ts'
import { instance } from '../../../fixtures/vrrp-instance.ts'
import { bfdInstance } from '../../workers/bfd/core/fixture.ts'

const nothing: StatusParts = {
  instances: [],
  sessions: undefined,
  files: [],
  processes: [],
  held: [],
  missing: [],
  restarts: {},
  servers: undefined,
  table: undefined,
  mail: { sent: 0 },
}

test('parts that do not run are left out of the status, but VRRP', () => {
  assert.deepEqual(statusAnswer(nothing), { instances: [], held: [], restarts: { vrrp: 0 }, mail: { sent: 0 } })
})

test('every part that runs is in the status, in a stable order', () => {
  const answer = statusAnswer({
    ...nothing,
    instances: [{ params: instance(), state: undefined }],
    sessions: [{ params: bfdInstance(), session: undefined, heardAt: undefined }],
    restarts: { vrrp: 1, checker: 0, ipvs: 0, bfd: 2 },
    servers: [],
    table: { foreignChanges: 0, refused: [] },
  })
  assert.deepEqual(Object.keys(answer), ['instances', 'bfd', 'held', 'restarts', 'virtualServers', 'ipvs', 'mail'])
  assert.match(JSON.stringify(answer), /"restarts":{"vrrp":1,"checker":0,"ipvs":0,"bfd":2}/)
})
