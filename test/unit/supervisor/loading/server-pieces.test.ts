import assert from 'node:assert/strict'
import test from 'node:test'
import { joinServers, pieceServersMax, splitServers } from '../../../../src/supervisor/loading/server-pieces.ts'
import { configOf } from '../../config/load-text.ts'

const real = (i: number) => `  real_server 10.0.${i >> 8}.${i & 255} 80 {\n    TCP_CHECK {\n    }\n  }\n`

function serversOf(counts: readonly number[]) {
  const blocks = counts.map((count, i) => {
    const reals = Array.from({ length: count }, (_, at) => real(at)).join('')
    return `virtual_server 192.0.2.${i + 1} 80 {\n  protocol TCP\n${reals}}\n`
  })
  return configOf(blocks.join('')).lvs!.virtualServers
}

for (const counts of [
  [1],
  [pieceServersMax - 1],
  [pieceServersMax],
  [pieceServersMax + 1, 1],
  [pieceServersMax - 2, 1, 1, 1],
  [3, 2 * pieceServersMax + 7, 3],
  Array.from({ length: 255 }, () => 5),
]) {
  test(`servers arrive as they were sent: ${counts.slice(0, 4).join(', ')} of ${counts.length}`, async () => {
    const servers = serversOf(counts)
    const pieces = splitServers(servers)
    assert.deepEqual(await joinServers(pieces), servers)
    const total = counts.reduce((sum, count) => sum + count + 1, 0)
    assert.ok(pieces.length >= total / pieceServersMax && pieces.length <= (2 * total) / pieceServersMax + 1)
  })
}

test('octets of a UDP check survive the way', async () => {
  const text =
    'virtual_server 192.0.2.1 53 {\n  protocol UDP\n  real_server 10.0.0.1 53 {\n    UDP_CHECK {\n      payload 00ff10\n    }\n  }\n}\n'
  const servers = configOf(text).lvs!.virtualServers
  const [checker] = (await joinServers(splitServers(servers)))[0]!.realServers[0]!.checkers
  assert.deepEqual(checker, servers[0]!.realServers[0]!.checkers[0])
  assert.ok(checker?.type === 'UDP_CHECK' && checker.payload.length === 3)
})

test('no servers, no pieces', async () => {
  assert.deepEqual(splitServers([]), [])
  assert.deepEqual(await joinServers([]), [])
})

test('between two pieces other work has its turn', async () => {
  let turns = 0
  setImmediate(() => turns++)
  await joinServers(splitServers(serversOf([4 * pieceServersMax])))
  assert.equal(turns, 1)
})
