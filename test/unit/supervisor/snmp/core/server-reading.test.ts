// Which dest of the kernel's table a real server stands for.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { RealServer, ServiceAddress } from '../../../../../src/config/blocks/server/model.ts'
import { destKey, serviceKey } from '../../../../../src/lib/ipvs.ts'
import { destOf, idOf, noStatistics } from '../../../../../src/supervisor/snmp/core/server-reading.ts'
import { desiredDests } from '../../../../../src/workers/ipvs/core/desired.ts'
import { freshServer } from '../../../../../src/workers/ipvs/core/server-state.ts'
import { realServer, virtualServer } from '../../../workers/checker/fixture.ts'
import { readModel } from '../fixture.ts'

const web: ServiceAddress = { kind: 'address', family: 4, address: '10.0.0.1', port: 443, protocol: 'TCP' }
const mark: ServiceAddress = { kind: 'fwmark', family: 4, mark: 7 }

/** Active connections that are shown when the table is as the ipvs worker wants it and each of its dests has five. */
function shown(services: readonly ServiceAddress[], server: RealServer): number {
  const virtual = virtualServer('10.0.0.1', [server], { services, group: 'g' })
  const counted = { connections: { active: 5, inactive: 0, persistent: 0 }, statistics: noStatistics }
  const ipvs = new Map(
    services.flatMap(service =>
      [...desiredDests(virtual, freshServer(virtual), service).values()].map(
        dest => [`${serviceKey(idOf(service))} ${destKey(dest)}`, counted] as const,
      ),
    ),
  )
  return destOf(virtual, server, readModel({ ipvs })).connections.active
}

test('servers of a group are shown their connections, whatever their port and forwarding', () => {
  for (const method of ['NAT', 'DR'] as const) {
    for (const port of [0, 80]) {
      const server = realServer('10.0.0.11', [], { port, forwarding: { method } })
      assert.equal(shown([web], server), 5, `${method} port ${port} by address`)
      assert.equal(shown([mark], server), 5, `${method} port ${port} by mark`)
      assert.equal(shown([web, mark], server), 10, `${method} port ${port} by both`)
    }
  }
})
