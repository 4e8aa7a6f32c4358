import assert from 'node:assert/strict'
import test from 'node:test'
import type { LvsConfig } from '../../../../src/config/blocks/server/model.ts'
import { checkDataText } from '../../../../src/supervisor/dumps/check-data.ts'
import { type CheckerMemory, serverStatus, viewServers } from '../../../../src/supervisor/lvs/server-view.ts'
import type { CheckState } from '../../../../src/workers/checker/core/check-state.ts'
import type { ServerState } from '../../../../src/workers/ipvs/core/server-state.ts'
import { loadText } from '../../config/load-text.ts'

const text = `virtual_server 10.0.0.1 80 {
 protocol TCP
 quorum 2
 hysteresis 1
 sorry_server 10.0.0.99 80
 real_server 10.0.0.11 80 {
  weight 3
  inhibit_on_failure
  TCP_CHECK {
   connect_timeout 1
  }
 }
 real_server 10.0.0.12 80 {
  HTTP_GET {
   alpha
   url {
    path /x
   }
   url {
    path /y
    status_code 200 301-302
   }
  }
 }
}
`

function stage() {
  const config = loadText(text).config?.lvs as LvsConfig
  const [server] = config.virtualServers
  const [first, second] = server!.realServers
  const [tcp, web] = [first!.checkers[0]!, second!.checkers[0]!]
  const state = { up: false, hasRun: true, failures: 0, weight: 0, dueAt: 0, url: 0, failedUrl: null, reason: null }
  const down = { ...state, failedUrl: 1 } satisfies CheckState
  const memory: CheckerMemory = {
    states: new Map<string, CheckState>([
      [tcp.id, state],
      [web.id, down],
    ]),
    remarks: new Map([[tcp.id, { text: 'ECONNREFUSED', at: Date.UTC(2026, 0, 2) }]]),
    suspended: new Set([web.id]),
  }
  const real = (id: string, checker: string) => ({ [id]: { failed: [checker], weights: {}, told: false } })
  const states = new Map<string, ServerState>([
    [
      server!.id,
      { quorumUp: false, real: { ...real(first!.id, tcp.id), ...real(second!.id, web.id) } } as unknown as ServerState,
    ],
  ])
  return viewServers(config, states, memory)
}

test('the dump has a block for each server and checker, with the last verdict and its reason', () => {
  const dump = checkDataText(stage())
  for (const line of [
    ' VS VIP = 10.0.0.1, VPORT = 80',
    '   quorum = 2, hysteresis = 1',
    '   sorry server = [10.0.0.99]:80',
    '     Active = yes',
    '   quorum_state_up = 0',
    '   RIP = 10.0.0.11, RPORT = 80, WEIGHT = 3 EFF WEIGHT = 3',
    '   num failed checkers = 1',
    ' [10.0.0.1]:tcp:80 -> [10.0.0.12]:tcp:80',
    '   Keepalive method = HTTP_GET, http protocol 1.0',
    '       301-302',
    '   Failed URL = /y',
    '   Last reason = ECONNREFUSED',
    '   Last verdict = 2026-01-02T00:00:00.000Z',
  ])
    assert.ok(dump.split('\n').includes(line), `${line} is missing in\n${dump}`)
  assert.equal(dump.split('------< Real server >------').length, 3)
  assert.equal(dump.match(/ {3}Enabled = no/g)?.length, 1)
})

test('status names servers, weights, and each checker with verdict and reason', () => {
  assert.deepEqual(serverStatus(stage()), [
    {
      name: '[10.0.0.1]:tcp:80',
      quorum: { up: false, needed: 2, hysteresis: 1, weight: 0 },
      sorryServer: { address: '10.0.0.99', active: true },
      realServers: [
        {
          name: '[10.0.0.11]:tcp:80',
          alive: false,
          weight: 3,
          configuredWeight: 3,
          inTable: true,
          checkers: [
            {
              type: 'TCP_CHECK',
              target: '[10.0.0.11]:80',
              up: false,
              verdict: 'down',
              reason: 'ECONNREFUSED',
              at: '2026-01-02T00:00:00.000Z',
            },
          ],
        },
        {
          name: '[10.0.0.12]:tcp:80',
          alive: false,
          weight: 1,
          configuredWeight: 1,
          inTable: false,
          checkers: [{ type: 'HTTP_GET', target: '[10.0.0.12]:80', up: false, verdict: 'down', suspended: true }],
        },
      ],
    },
  ])
})
