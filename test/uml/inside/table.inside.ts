// The same file for Debian's keepalived and for us, and then the same table: `ipvsadm -Sn` of both, line by line. One case per
// corner of the language; where we differ on purpose the case says how.

import assert from 'node:assert/strict'
import test, { before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Daemon, Director, makeLink } from './director.ts'
import { savedTable, shownTable } from './ipvsadm.ts'

interface Case {
  readonly name: string
  readonly config: string
  /** Turns a line of keepalived 2.2.7 into what is right. */
  readonly mend?: (line: string) => string
}

function server(head: string, body: string): string {
  return `virtual_server ${head} {\n${body}\n}\n`
}

function real(head: string, body = ''): string {
  return `real_server ${head} {\n${body}\n}\n`
}

const tcp = 'protocol TCP\n'
const dr = 'lb_kind DR\n'

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh', 'sed', 'nq', 'fo', 'ovf']

const cases: readonly Case[] = [
  {
    name: 'every scheduler',
    config: schedulers
      .map((name, i) => server(`10.0.1.${i + 1} 80`, `${tcp}lb_algo ${name}\n${dr}${real('10.0.0.11 80')}`))
      .join(''),
  },
  {
    name: 'every flag of a service',
    config: [
      server('10.0.1.1 80', `${tcp}lb_algo sh\nsh-port\nsh-fallback\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.2 80', `${tcp}lb_algo sh\nsh-port\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.3 80', `${tcp}lb_algo mh\nmh-port\nmh-fallback\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.4 80', `${tcp}lb_algo mh\nhashed\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.5 80', `${tcp}lb_algo rr\nhashed\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.6 80', `${tcp}lb_algo wrr\nflag-1\nflag-2\nflag-3\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.7 80', `${tcp}sh-port\nlb_algo sh\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.8 80', `protocol UDP\nlb_algo rr\nops\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.9 80', `${tcp}lb_algo rr\nops\n${dr}${real('10.0.0.11 80')}`),
      server('fwmark 9', `lb_algo rr\nops\n${dr}${real('10.0.0.11 80')}`),
    ].join(''),
  },
  {
    name: 'persistence: bare, with a time, a granularity and an engine, and without a port',
    config: [
      server('10.0.1.1 80', `${tcp}lb_algo rr\npersistence_timeout\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.2 80', `${tcp}lb_algo rr\npersistence_timeout 77\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.3 80', `${tcp}lb_algo rr\npersistence_granularity 255.255.0.0\n${dr}${real('10.0.0.11 80')}`),
      server(
        '10.0.1.4 80',
        `${tcp}lb_algo rr\npersistence_timeout 5\npersistence_granularity 255.255.255.128\n${dr}${real('10.0.0.11 80')}`,
      ),
      server(
        '10.0.1.5 5060',
        `protocol UDP\nlb_algo rr\nops\npersistence_engine sip\npersistence_timeout 60\n${dr}${real('10.0.0.11 5060')}`,
      ),
      server('10.0.1.6', `${tcp}lb_algo rr\n${dr}${real('10.0.0.11')}`),
      server('10.0.1.7 0', `${tcp}lb_algo rr\npersistence_timeout 9\n${dr}${real('10.0.0.11 80')}`),
      server(
        '2001:db8:1::1 80',
        `${tcp}lb_algo rr\npersistence_timeout 60\npersistence_granularity 64\n${dr}${real('2001:db8::11 80')}`,
      ),
      server('2001:db8:1::2 80', `${tcp}lb_algo rr\npersistence_timeout 60\n${dr}${real('2001:db8::11 80')}`),
    ].join(''),
  },
  {
    name: 'SCTP, UDP, and a protocol that is left out',
    config: [
      server('10.0.1.1 80', `protocol SCTP\nlb_algo rr\n${dr}${real('10.0.0.11 80')}`),
      server('10.0.1.1 81', `protocol sctp\nlb_algo rr\nlb_kind NAT\n${real('10.0.0.11 90')}`),
      server('2001:db8:1::1 80', `protocol SCTP\nlb_algo rr\nlb_kind NAT\n${real('2001:db8::11 90')}`),
      server('10.0.1.1 82', `protocol udp\nlb_algo rr\n${dr}${real('10.0.0.11 82')}`),
      server('10.0.1.1 83', `lb_algo rr\n${dr}${real('10.0.0.11 83')}`),
    ].join(''),
  },
  {
    name: 'tunnels of every type, and between families',
    config: [
      server(
        '10.0.1.1 80',
        `${tcp}lb_algo rr\nlb_kind TUN type gue port 6080 csum\n${real('10.0.0.11 80')}${real('10.0.0.12 80', 'lvs_method TUN type gre csum')}${real('10.0.0.13 80', 'lvs_method TUN')}${real('10.0.0.14 80', 'lvs_method TUN type gue port 6081 remcsum')}${real('10.0.0.15 80', 'lvs_method TUN type gue port 6081 nocsum')}${real('10.0.0.16 80', 'lvs_method TUN type gre')}${real('10.0.0.17 80', 'lvs_method DR')}`,
      ),
      server('10.0.1.2 80', `${tcp}lb_algo rr\nlb_kind TUN\n${real('2001:db8::11 80')}${real('10.0.0.11 80')}`),
      server('2001:db8:1::2 80', `${tcp}lb_algo rr\nlb_kind TUN\n${real('2001:db8::11 80')}${real('10.0.0.11 80')}`),
      server('2001:db8:1::3 80', `${tcp}lb_algo rr\n${dr}${real('2001:db8::11 80')}${real('10.0.0.11 80')}`),
      server('fwmark 21', `lb_algo rr\nlb_kind TUN\n${real('2001:db8::11')}`),
      server('fwmark 22', `lb_algo rr\nlb_kind TUN\nip_family inet\n${real('2001:db8::11')}`),
      server('fwmark 23', `lb_algo rr\nlb_kind TUN\nip_family inet6\n${real('10.0.0.11')}`),
      server('fwmark 24', `lb_algo rr\nlb_kind TUN\n${real('10.0.0.11')}${real('2001:db8::11')}`),
      server('fwmark 25', `lb_algo rr\n${dr}${real('2001:db8::11')}`),
    ].join(''),
  },
  {
    name: 'servers: weights, limits, ports, methods of their own, an idle sorry server',
    config: [
      server(
        '10.0.1.1 80',
        `${tcp}lb_algo wrr\nweight 7\nlb_kind NAT\n${real('10.0.0.11 8080')}${real('10.0.0.12', 'weight 0')}${real('10.0.0.13 81', 'weight 3\nuthreshold 100\nlthreshold 50')}${real('10.0.0.14 81', 'lvs_method DR')}`,
      ),
      server(
        '10.0.1.2 80',
        `${tcp}lb_algo wrr\n${dr}sorry_server 10.0.0.99 80\nsorry_server_inhibit\n${real('10.0.0.11 80')}`,
      ),
      server(
        '10.0.1.3 80',
        `${tcp}lb_algo wrr\n${dr}sorry_server 10.0.0.99 8080\nsorry_server_lvs_method NAT\nsorry_server_inhibit\n${real('10.0.0.11 80')}`,
      ),
      server(
        '10.0.1.4 80',
        `${tcp}lb_algo wrr\n${dr}quorum 5\nalpha\nsorry_server 10.0.0.99 80\n${real('10.0.0.11 80', `TCP_CHECK {\ndelay_loop 60\nwarmup 50\n}`)}`,
      ),
    ].join(''),
  },
  {
    name: 'groups: addresses, ranges, prefixes and marks, used by several servers',
    config: [
      'virtual_server_group G {\n10.0.2.1 80\n10.0.2.2-4 81\n10.0.2.16/30 82\n10.0.2.250-10.0.2.252 83\nfwmark 31\n}\n',
      'virtual_server_group S {\n2001:db8:2::1 80\n2001:db8:2::fe-100 81\n2001:db8:2::8/126 82\nfwmark 32 inet6\n}\n',
      'virtual_server_group P {\n10.0.4.1\n10.0.4.2 0\n}\n',
      server('group G', `${tcp}lb_algo rr\nlb_kind NAT\n${real('10.0.0.11 8080')}${real('10.0.0.12')}`),
      server('group G', `protocol UDP\nlb_algo rr\n${dr}${real('10.0.0.11')}`),
      server('group S', `${tcp}lb_algo rr\n${dr}${real('2001:db8::11')}`),
      server('group P', `${tcp}lb_algo rr\npersistence_timeout 50\n${dr}${real('10.0.0.11')}`),
    ].join(''),
  },
]

async function tableOf(
  daemon: Daemon,
  config: string,
): Promise<{ readonly table: string[]; readonly limits: string[] }> {
  const director = new Director(daemon, config)
  try {
    let last = ''
    let table: readonly string[] = []
    // Settled: there is something, and it stays.
    for (let same = 0, tries = 0; same < 5 && tries < 300; tries++) {
      await pause(100)
      table = savedTable()
      const now = table.join('\n')
      same = now !== '' && now === last ? same + 1 : 0
      last = now
    }
    assert.ok(table.length > 0, `${daemon} made no table\n${director.output.join('')}`)
    return { table: [...table].sort(), limits: [...shownTable('--thresholds')].sort() }
  } finally {
    await director.stop()
    assert.deepEqual(savedTable(), [], `${daemon} left something behind`)
  }
}

before(makeLink)

for (const { name, config, mend } of cases) {
  test(name, async () => {
    const theirs = await tableOf('keepalived', config)
    const ours = await tableOf('keepalived-ts', config)
    const wanted = mend === undefined ? theirs.table : theirs.table.map(mend)
    assert.deepEqual(ours.table, wanted)
    assert.deepEqual(ours.limits, theirs.limits)
  })
}
