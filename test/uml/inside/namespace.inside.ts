// net_namespace_ipvs, the sizes of receive buffers, nftables_ipvs without nf_tables, and what a reload must not change.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test, { before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Director, makeLink } from './director.ts'
import { savedTable } from './ipvsadm.ts'

function inBlue(...command: readonly string[]): string {
  return execFileSync('ip', ['netns', 'exec', 'blue', ...command], { encoding: 'utf8' }).trim()
}

const virtual = 'virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.11 80 {\n}\n}\n'

async function until(what: string, director: Director, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 90_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}\n${director.output.join('').slice(-3_000)}`)
    await pause(50)
  }
}

before(() => {
  makeLink()
  execFileSync('ip', ['netns', 'add', 'blue'])
  // The kernel takes no server that it has no route to.
  inBlue('ip', 'addr', 'add', '10.0.0.0/24', 'dev', 'lo')
  inBlue('ip', 'link', 'set', 'lo', 'up')
})

for (const daemon of ['keepalived', 'keepalived-ts'] as const) {
  test(`${daemon}: net_namespace_ipvs puts the table there, and nothing here`, async () => {
    const director = new Director(daemon, `net_namespace_ipvs blue\n${virtual}`)
    try {
      await until('the table', director, () => inBlue('ipvsadm', '-Sn').includes('10.0.0.11:80 -g -w 1'))
      assert.deepEqual(savedTable(), [])
    } finally {
      await director.stop()
    }
    assert.equal(inBlue('ipvsadm', '-Sn'), '')
  })
}

test('a reload that changes net_namespace_ipvs is refused as a whole', async () => {
  const director = new Director('keepalived-ts', `net_namespace_ipvs blue\n${virtual}`)
  try {
    await until('the table', director, () => inBlue('ipvsadm', '-Sn').includes('10.0.0.11:80'))
    director.reload(virtual.replace('10.0.0.11', '10.0.0.12'))
    await until('the refusal', director, () => /net_namespace_ipvs cannot change/.test(director.output.join('')))
    await pause(1_000)
    assert.match(inBlue('ipvsadm', '-Sn'), /10\.0\.0\.11:80/)
    assert.deepEqual(savedTable(), [])
  } finally {
    await director.stop()
  }
})

test('a namespace that is not there: one clear error, and checks go on', async () => {
  const director = new Director('keepalived-ts', `net_namespace_ipvs red\n${virtual}`)
  try {
    await until('the error', director, () =>
      /namespace \/run\/netns\/red cannot be opened/.test(director.output.join('')),
    )
    await until('the quorum', director, () => /Gained quorum/.test(director.output.join('')))
  } finally {
    await director.stop()
  }
})

test('lvs_netlink_cmd_rcv_bufs and lvs_netlink_monitor_rcv_bufs size the sockets', async () => {
  const defs =
    'global_defs {\nlvs_netlink_cmd_rcv_bufs 3000000\nlvs_netlink_cmd_rcv_bufs_force\nlvs_netlink_monitor_rcv_bufs 5000000\nlvs_netlink_monitor_rcv_bufs_force on\n}\n'
  const director = new Director('keepalived-ts', `${defs}${virtual}`)
  try {
    await until('the table', director, () => savedTable().length === 2)
    execFileSync('modprobe', ['-d', '/run/kernel-modules', 'netlink_diag'])
    const sockets = execFileSync('ss', ['-f', 'netlink', '-m', '-n'], { encoding: 'utf8' })
    assert.match(sockets, /rb6000000/)
    assert.match(sockets, /rb10000000/)
  } finally {
    await director.stop()
  }
})

test('nftables_ipvs: the same firewall marks as keepalived; a kernel without nf_tables is told of, and the rest goes on', async () => {
  const config = [
    'global_defs {\nnftables_ipvs kk\nnftables_ipvs_start_fwmark 2000\n}\n',
    'virtual_server_group G {\n10.0.0.2-4 81\n2001:db8::1 81\n}\n',
    'virtual_server_group H {\n10.0.0.5 53\n}\n',
    'virtual_server_group M {\n10.0.0.6 53\nfwmark 77\n}\n',
    'virtual_server group G {\nprotocol TCP\nlb_algo rr\nlb_kind TUN\nreal_server 10.0.0.11 {\n}\nreal_server 2001:db8::11 {\n}\n}\n',
    'virtual_server group H {\nprotocol UDP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.11 {\n}\n}\n',
    'virtual_server group M {\nprotocol UDP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.11 {\n}\n}\n',
  ].join('')
  const tables: (readonly string[])[] = []
  for (const daemon of ['keepalived', 'keepalived-ts'] as const) {
    const director = new Director(daemon, config)
    try {
      await until('the table', director, () => savedTable().length >= 12)
      tables.push([...savedTable()].sort())
      if (daemon === 'keepalived-ts') assert.match(director.output.join(''), /Cannot set up the nftables table kk/)
    } finally {
      await director.stop()
    }
  }
  assert.deepEqual(tables[1], tables[0])
})
