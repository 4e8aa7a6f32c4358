// The whole daemon as a director on a real kernel, beside Debian's keepalived: the same servers die and live, the same table follows.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test, { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Daemon, Director, makeLink, RealServers, summary } from './director.ts'
import { ipvsadm, savedTable } from './ipvsadm.ts'

const servers = new RealServers()

function check(extra = ''): string {
  return `TCP_CHECK {\n connect_timeout 1\n retry 0\n warmup 0\n delay_loop 0.3\n delay_before_retry 0.2\n${extra}\n}`
}

function real(octet: number, weight: number, extra = ''): string {
  return `real_server 10.0.0.${octet} 80 {\n weight ${weight}\n ${extra}\n ${check()}\n}`
}

function virtual(body: string, head = '10.0.0.1 80'): string {
  const protocol = head.startsWith('fwmark') ? '' : 'protocol TCP\n'
  return `virtual_server ${head} {\n ${protocol} lb_algo wrr\n lb_kind NAT\n delay_loop 1\n${body}\n}\n`
}

const quorum = virtual(
  `quorum 3\nhysteresis 1\nsorry_server 10.0.0.99 80\n${real(11, 2, 'inhibit_on_failure')}\n${real(12, 2)}\n${real(13, 1)}`,
)

before(makeLink)
after(() => servers.only())

for (const daemon of ['keepalived', 'keepalived-ts'] as const satisfies readonly Daemon[]) {
  test(`${daemon}: quorum with hysteresis, a sorry server and an inhibited server`, async () => {
    await servers.only(11, 12, 13)
    const director = new Director(daemon, quorum)
    try {
      await director.reaches('start', '.11(2) .12(2) .13(1)')
      await servers.only(12, 13)
      await director.reaches('.11 dead', '.11(0) .12(2) .13(1)')
      await servers.only(13)
      await director.reaches('.12 dead', '.11(0) .99(1)')
      await servers.only(12, 13)
      await director.keeps('.12 back, not enough', '.11(0) .99(1)', 1_500)
      await servers.only(11, 12, 13)
      await director.reaches('all back', '.11(2) .12(2) .13(1)')
    } finally {
      await director.stop()
    }
    assert.equal(summary(), 'none')
  })

  test(`${daemon}: services of every kind look the same to ipvsadm`, async () => {
    await servers.only(11, 12)
    const config = `virtual_server_group G {\n 10.0.0.2-3 81\n fwmark 9\n}\n${[
      virtual(`persistence_timeout 50\npersistence_granularity 255.255.255.0\n${real(11, 3)}`),
      virtual(`lb_kind DR\n${real(11, 1, 'uthreshold 10\nlthreshold 5')}\n${real(12, 4)}`, 'fwmark 7'),
      virtual(`lb_kind TUN\nlb_algo rr\n${real(11, 1)}`, '10.0.0.1 82'),
      virtual(`lb_kind DR\n${real(12, 2)}`, 'group G'),
      virtual('lb_kind DR\nreal_server 2001:db8::11 80 {\n weight 1\n}', '2001:db8::1 80'),
    ].join('')}`
    const director = new Director(daemon, config)
    try {
      await director.reaches('start', ['.11(1)', '.11(1)', '.11(3)', '.12(2)', '.12(2)', '.12(2)', '.12(4)'].join(' '))
      tables.push([...savedTable()].sort())
    } finally {
      await director.stop()
    }
    assert.equal(summary(), 'none')
  })

  test(`${daemon}: a reload changes services in place and takes removed ones away`, async () => {
    await servers.only(11, 12, 13)
    const director = new Director(
      daemon,
      virtual(`${real(11, 1)}\n${real(12, 1)}`) + virtual(real(13, 1), '10.0.0.1 81'),
    )
    try {
      await director.reaches('start', '.11(1) .12(1) .13(1)')
      director.reload(virtual(`${real(11, 5)}\n${real(13, 2)}`))
      await director.reaches('reload', '.11(5) .13(2)')
      await servers.only(11)
      await director.reaches('.13 dead', '.11(5)')
    } finally {
      await director.stop()
    }
    assert.equal(summary(), 'none')
  })
}

const tables: (readonly string[])[] = []

test('both daemons made exactly the same table', () => {
  assert.equal(tables.length, 2)
  assert.deepEqual(tables[1], tables[0])
})

test('keepalived-ts: foreign services stay, and ours go when it stops', async () => {
  await servers.only(11)
  ipvsadm('-A', '-t', '10.9.9.9:80', '-s', 'rr')
  const director = new Director('keepalived-ts', virtual(real(11, 1)))
  try {
    await director.reaches('start', '.11(1)')
  } finally {
    await director.stop()
  }
  assert.deepEqual(savedTable(), ['-A -t 10.9.9.9:80 -s rr'])
  ipvsadm('-C')
})

test('keepalived-ts: stale servers and settings of an earlier run are put right', async () => {
  await servers.only(11)
  ipvsadm('-A', '-t', '10.0.0.1:80', '-s', 'rr')
  ipvsadm('-a', '-t', '10.0.0.1:80', '-r', '10.0.0.12:80', '-m', '-w', '9')
  const director = new Director('keepalived-ts', virtual(real(11, 1)))
  try {
    await director.reaches('start', '.11(1)')
    assert.deepEqual(savedTable()[0], '-A -t 10.0.0.1:80 -s wrr')
  } finally {
    await director.stop()
  }
})

test('keepalived-ts: workers that are killed again and again change nothing in the table', async () => {
  await servers.only(11)
  process.env.KEEPALIVED_TS_FAULTS = '1'
  const director = new Director('keepalived-ts', virtual(`${real(11, 1)}\n${real(12, 1, 'alpha')}`))
  const main = new URL('../../../src/main.js', import.meta.url).pathname
  try {
    await director.reaches('start', '.11(1)')
    for (const worker of ['checker', 'ipvs']) {
      execFileSync(process.execPath, [main, 'fault', worker, 'throw'])
      await director.keeps(`${worker} killed`, '.11(1)', 1_000)
    }
    await pause(500)
    await servers.only(12)
    await director.reaches('servers changed places', '.12(1)')
  } finally {
    await director.stop()
  }
})
