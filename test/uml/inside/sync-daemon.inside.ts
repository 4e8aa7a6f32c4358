// The sync daemon follows a VRRP instance: backup at first, master with it, backup in FAULT, with all its settings, also after a
// reload and after the death of the ipvs worker. keepalived and we are asked the same.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test, { before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Director, makeLink } from './director.ts'
import { ipvsadm } from './ipvsadm.ts'

const main = new URL('../../../src/main.js', import.meta.url).pathname
const virtual = 'virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.11 80 {\n}\n}\n'

function config(defs: string, inside = ''): string {
  const instance = `vrrp_instance VI {\ninterface sv0\nvirtual_router_id 51\npriority 100\nadvert_int 0.3\n${inside}\nvirtual_ipaddress {\n10.0.8.100/32\n}\n}\n`
  return `global_defs {\nvrrp_version 3\n${defs}\n}\n${instance}${virtual}`
}

/** `master sv0 51 1472 224.0.0.81 8848 1` */
function running(): string {
  return [
    ...ipvsadm('-L', '--daemon').matchAll(
      /(\w+) sync daemon \(mcast=(\w+), syncid=(\d+), maxlen=(\d+), group=([\d.]+), port=(\d+), ttl=(\d+)\)/g,
    ),
  ]
    .map(found => found.slice(1).join(' '))
    .sort()
    .join(', ')
}

async function becomes(wanted: string, director: Director): Promise<void> {
  const deadline = Date.now() + 90_000
  while (running() !== wanted) {
    assert.ok(Date.now() < deadline, `wanted ${wanted}, is ${running()}\n${director.output.join('').slice(-3_000)}`)
    await pause(50)
  }
}

before(() => {
  makeLink()
  for (const [name, peer] of [['sv0', 'sv1']] as const) {
    execFileSync('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', peer])
    execFileSync('ip', ['addr', 'add', '10.0.8.1/24', 'dev', name])
    execFileSync('ip', ['link', 'set', name, 'up'])
    execFileSync('ip', ['link', 'set', peer, 'up'])
  }
})

for (const daemon of ['keepalived', 'keepalived-ts'] as const) {
  test(`${daemon}: every setting, and the role of the instance`, async () => {
    const settings = 'id 9 maxlen 1400 port 8850 ttl 2 group 224.0.0.90'
    const director = new Director(daemon, config(`lvs_sync_daemon sv0 VI ${settings}`), '--all')
    const shown = 'sv0 9 1400 224.0.0.90 8850 2'
    try {
      await becomes(`master ${shown}`, director)
      execFileSync('ip', ['link', 'set', 'sv1', 'down'])
      await becomes(`backup ${shown}`, director)
      execFileSync('ip', ['link', 'set', 'sv1', 'up'])
      await becomes(`master ${shown}`, director)
    } finally {
      execFileSync('ip', ['link', 'set', 'sv1', 'up'])
      await director.stop()
    }
    assert.equal(running(), '')
  })
}

test('keepalived-ts: a reload with other settings keeps the role, and the death of the ipvs worker changes nothing', async () => {
  process.env.KEEPALIVED_TS_FAULTS = '1'
  const director = new Director('keepalived-ts', config('', 'lvs_sync_daemon_interface sv0'), '--all')
  try {
    await becomes('master sv0 51 1472 224.0.0.81 8848 1', director)
    director.reload(config('lvs_sync_daemon sv0 inst VI id 7'))
    await becomes('master sv0 7 1472 224.0.0.81 8848 1', director)
    execFileSync(process.execPath, [main, 'fault', 'ipvs', 'throw'])
    await pause(2_000)
    assert.equal(running(), 'master sv0 7 1472 224.0.0.81 8848 1')
  } finally {
    await director.stop()
  }
  assert.equal(running(), '')
})
