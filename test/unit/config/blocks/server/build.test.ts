import assert from 'node:assert/strict'
import test from 'node:test'
import type { Checker } from '../../../../../src/config/blocks/checker/model.ts'
import type { LvsConfig, VirtualServer } from '../../../../../src/config/blocks/server/model.ts'
import { loadText } from '../../load-text.ts'

function lvs(text: string): LvsConfig {
  const config = loadText(text).config?.lvs
  assert.ok(config !== undefined)
  return config
}

function server(body: string, head = '192.0.2.1 80', before = ''): VirtualServer {
  const [first] = lvs(`${before}\nvirtual_server ${head} {\n${body}\n}\n`).virtualServers
  assert.ok(first !== undefined)
  return first
}

function checker(body: string, outer = '', more = ''): Checker {
  const virtual = server(`protocol TCP\n${outer}\nreal_server 10.0.0.1 8080 {\n${more}\n${body}\n}`)
  const [first] = virtual.realServers[0]!.checkers
  assert.ok(first !== undefined)
  return first
}

function codes(text: string): string[] {
  return loadText(text).diagnostics.map(({ code }) => code)
}

const REAL = 'real_server 10.0.0.1 80 {\n}'

test('a TCP check inherits from its real server and its virtual server', () => {
  const check = checker('TCP_CHECK {\nconnect_port 9\n}', 'delay_loop 6\nretry 4', 'weight 3\nconnect_timeout 2')
  assert.equal(check.type, 'TCP_CHECK')
  assert.ok(check.type === 'TCP_CHECK')
  assert.deepEqual(check.target, { address: '10.0.0.1', port: 9, connectTimeoutUs: 2_000_000, fwmark: 0 })
  const { retry, delayBeforeRetryUs, delayLoopUs, warmupUs, alpha } = check
  assert.deepEqual(
    { retry, delayBeforeRetryUs, delayLoopUs, warmupUs, alpha },
    { retry: 4, delayBeforeRetryUs: 1_000_000, delayLoopUs: 6_000_000, warmupUs: 6_000_000, alpha: false },
  )
})

test('each kind of checker has its own defaults of retry and delay_before_retry', () => {
  const defaults = (body: string) => {
    const { retry, delayBeforeRetryUs } = checker(body, 'delay_loop 7')
    return [retry, delayBeforeRetryUs / 1e6]
  }
  assert.deepEqual(defaults('HTTP_GET {\nurl {\npath /\n}\n}'), [1, 3])
  assert.deepEqual(defaults('DNS_CHECK {\n}'), [3, 7])
  assert.deepEqual(defaults('MISC_CHECK {\nmisc_path /usr/bin/true\n}'), [0, 1])
  assert.deepEqual(defaults('SMTP_CHECK {\n}'), [1, 1])
})

test('each kind of checker has the words of its mails, and FILE_CHECK sends none', () => {
  const lines = (body: string, before = '') => {
    const text = `delay_loop 1\nreal_server 10.0.0.1 80 {\n${body.replace(/[{}]/g, '\n$&\n')}\n}`
    const [first] = server(text, '192.0.2.1 80', before).realServers[0]!.checkers
    assert.ok(first !== undefined, body)
    return first.mail && Object.values(first.mail)
  }
  const named = (name: string, up = 'succeed') => [
    `=> ${name} ${up} on service <=`,
    `=> ${name} failed on service <=\n{reason}`,
  ]
  const unnamed = (why: string, more = '') => [
    '=> CHECK succeed on service <=',
    `=> CHECK failed on service : ${why} <=${more}`,
  ]
  assert.deepEqual(lines('TCP_CHECK { }'), named('TCP CHECK'))
  assert.deepEqual(lines('PING_CHECK { }'), named('ICMP CHECK'))
  assert.deepEqual(lines('UDP_CHECK { }'), named('UDP CHECK'))
  assert.deepEqual(lines('DNS_CHECK { }'), named('DNS_CHECK:'))
  assert.deepEqual(lines('SMTP_CHECK { }'), unnamed('{reason}'))
  for (const kind of ['HTTP_GET', 'SSL_GET'])
    assert.deepEqual(lines(`${kind} { url { path / } }`), unnamed('HTTP/SSL request failed', '\n{reason}'))
  assert.deepEqual(lines('MISC_CHECK { misc_path /usr/bin/true }'), [
    ...named('MISC CHECK', 'succeeded'),
    '=> MISC CHECK timed out on service <=',
  ])
  assert.equal(lines('FILE_CHECK { track_file f }', 'track_file f {\nfile /tmp/f\n}'), null)
  assert.deepEqual(lines('BFD_CHECK { name p }', 'bfd_instance p {\nneighbor_ip 192.0.2.9\n}'), [
    '=> BFD CHECK {reason} succeeded on service <=',
    '=> BFD CHECK {reason} failed on service <=',
  ])
})

test('servers, services and their names', () => {
  const virtual = server(`protocol TCP\nlb_kind NAT\n${REAL}\nreal_server 10.0.0.2 81 {\n}`)
  assert.equal(virtual.name, '[192.0.2.1]:tcp:80')
  assert.deepEqual(
    virtual.realServers.map(real => real.id),
    ['[10.0.0.1]:tcp:80', '[10.0.0.2]:tcp:81'],
  )
  assert.equal(server(REAL, 'fwmark 5').name, 'FWM 5')
  assert.equal(server(REAL, 'fwmark 5').realServers[0]?.id, '[10.0.0.1]:none:80')
})

test('a server that is not behind NAT has the port of its service', () => {
  const virtual = server('protocol TCP\nlb_kind DR\nreal_server 10.0.0.1 8080 {\n}')
  assert.equal(virtual.realServers[0]?.port, 80)
})

test('lb_kind counts for the servers below it, lvs_method for its own', () => {
  const virtual = server(
    'protocol TCP\nlb_kind DR\nreal_server 10.0.0.1 80 {\n}\nlb_kind TUN type gue port 6080 csum\nreal_server 10.0.0.2 80 {\n}\nreal_server 10.0.0.3 80 {\nlvs_method NAT\n}',
  )
  assert.deepEqual(
    virtual.realServers.map(real => real.forwarding),
    [{ method: 'DR' }, { method: 'TUN', tunnel: 'gue', tunnelPort: 6080, checksum: 'csum' }, { method: 'NAT' }],
  )
})

test('two virtual servers of one group share its services, ranges written out', () => {
  const group = 'virtual_server_group G {\n192.0.2.1-3 80\nfwmark 7\n2001:db8::fe-100 80\n}'
  const text = `${group}\nvirtual_server group G {\nlb_kind TUN\nprotocol TCP\n${REAL}\n}\nvirtual_server group G {\nlb_kind TUN\nprotocol UDP\n${REAL}\n}`
  const { virtualServers } = lvs(text)
  assert.deepEqual(
    virtualServers.map(({ name }) => name),
    ['[G]:0', '[G]:1'],
  )
  assert.deepEqual(
    virtualServers[0]?.services.map(each => (each.kind === 'fwmark' ? each.mark : each.address)),
    ['192.0.2.1', '192.0.2.2', '192.0.2.3', 7, '2001:db8::fe', '2001:db8::ff', '2001:db8::100'],
  )
})

test('a group of both families is left out, unless all of its servers are tunnelled: the kernel would refuse them for ever', () => {
  const group = 'virtual_server_group G {\n192.0.2.1 80\n2001:db8::1 80\n}'
  const text = (kind: string) => `${group}\nvirtual_server group G {\nlb_kind ${kind}\nprotocol TCP\n${REAL}\n}`
  assert.ok(codes(text('NAT')).includes('KA1379'))
  assert.deepEqual(loadText(text('NAT')).config?.lvs?.virtualServers ?? [], [])
  assert.ok(!codes(text('TUN')).includes('KA1379'))
  assert.equal(lvs(text('TUN')).virtualServers[0]?.services.length, 2)
})

test('a row of a group too large to write out is left out with a cure', () => {
  const text = `virtual_server_group G {\n10.0.0.0/8 80\n192.0.2.0/30 80\n}\nvirtual_server group G {\nprotocol TCP\n${REAL}\n}`
  assert.equal(lvs(text).virtualServers[0]?.services.length, 4)
  assert.match(
    loadText(text)
      .diagnostics.map(({ message }) => message)
      .join(),
    /10\.0\.0\.0\/8 has more than 65536/,
  )
})

test('persistence: bare is 360 s, a granularity or a missing port switches it on', () => {
  const of = (body: string, head?: string) => server(`protocol TCP\n${body}\n${REAL}`, head).persistence
  assert.equal(of(''), undefined)
  assert.deepEqual(of('persistence_timeout'), { timeoutSeconds: 360 })
  assert.deepEqual(of('persistence_timeout 50'), { timeoutSeconds: 50 })
  assert.deepEqual(of('persistence_granularity 255.255.255.0'), { timeoutSeconds: 360, granularity: '255.255.255.0' })
  assert.deepEqual(of('', '192.0.2.1 0'), { timeoutSeconds: 360 })
})

test('scheduler flags count only below their scheduler', () => {
  const of = (body: string, protocol = 'TCP') => server(`protocol ${protocol}\n${body}\n${REAL}`).flags
  assert.equal(of('lb_algo sh\nsh-port\nsh-fallback'), 0x18)
  assert.equal(of('sh-port\nlb_algo sh'), 0)
  assert.equal(of('lb_algo mh\nsh-port'), 0)
  assert.equal(of('flag-1\nflag-3'), 0x28)
  assert.equal(of('ops', 'UDP'), 0x04)
  assert.equal(of('ops', 'TCP'), 0)
})

test('quorum and hysteresis are brought within reach, and never to nothing', () => {
  const of = (body: string, weight = 2) => {
    const { quorum, hysteresis } = server(`protocol TCP\n${body}\nreal_server 10.0.0.1 80 {\nweight ${weight}\n}`)
    return [quorum, hysteresis]
  }
  assert.deepEqual(of('quorum 9'), [2, 0])
  assert.deepEqual(of('quorum 2\nhysteresis 5'), [2, 1])
  assert.deepEqual(of('hysteresis 3', 0), [1, 0])
})

test('smtp_alert: off for virtual servers and on for real servers, unless the global settings say otherwise', () => {
  const of = (before: string) => {
    const virtual = server(`protocol TCP\n${REAL}`, '192.0.2.1 80', before)
    return [virtual.smtpAlert, virtual.realServers[0]?.smtpAlert]
  }
  assert.deepEqual(of(''), [false, true])
  assert.deepEqual(of('global_defs {\nsmtp_alert\n}'), [true, true])
  assert.deepEqual(of('global_defs {\nsmtp_alert\nsmtp_alert_checker off\n}'), [false, false])
})

test('HTTP: Host comes from the nearest virtualhost, else it is the address with its port', () => {
  const url = (body: string, more = '') => {
    const check = checker(`SSL_GET {\n${body}\nurl {\npath /x\nstatus_code 200-204 301\n}\n}`, 'virtualhost vs', more)
    assert.ok(check.type === 'SSL_GET')
    return check.urls[0]
  }
  assert.equal(url('')?.host, 'vs')
  assert.equal(url('', 'virtualhost rs')?.host, 'rs')
  assert.equal(url('enable_sni', 'virtualhost rs')?.serverName, 'rs')
  assert.equal(url('virtualhost c\nsni_name s')?.serverName, 's')
  assert.equal(url('')?.serverName, undefined)
  assert.deepEqual(url('')?.statusCodes, [
    [200, 204],
    [301, 301],
  ])
  const plain = checker('HTTP_GET {\nurl {\npath /\n}\n}')
  assert.equal(plain.type === 'HTTP_GET' && plain.urls[0]?.host, '10.0.0.1:8080')
})

test('a PCRE pattern is translated as far as it can be, and reported where it cannot', () => {
  const url = (regex: string) => {
    const check = checker(`HTTP_GET {\nurl {\npath /\n${regex}\n}\n}`)
    return check.type === 'HTTP_GET' ? check.urls[0]?.regex : undefined
  }
  assert.deepEqual(url('regex "(?i)server\\s+up"'), {
    pattern: 'server\\s+up',
    flags: 'i',
    noMatch: false,
    minOffset: 0,
  })
  assert.equal(url('regex "a++"'), undefined)
  const text = `virtual_server 192.0.2.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.1 80 {\nHTTP_GET {\nurl {\npath /\nregex "a++"\n}\n}\n}\n}\n`
  assert.ok(codes(text).includes('KA1220'))
})

test('UDP octets: blanks separate, a lone digit is an octet, x is any nibble', () => {
  const check = checker('UDP_CHECK {\npayload 0A b c12\nrequire_reply 01 xF X\n}')
  assert.ok(check.type === 'UDP_CHECK')
  assert.deepEqual([...check.payload], [0x0a, 0x0b, 0xc1, 0x02])
  assert.deepEqual([...check.reply], [0x01, 0x0f, 0x00])
  assert.deepEqual([...check.replyMask], [0xff, 0x0f, 0xf0])
})

test('hosts inside SMTP_CHECK become checkers of their own', () => {
  const ports = (body: string) =>
    server(`protocol TCP\nreal_server 10.0.0.1 25 {\nSMTP_CHECK {\n${body}\n}\n}`).realServers[0]!.checkers.map(each =>
      each.type === 'SMTP_CHECK' ? each.target.port : 0,
    )
  assert.deepEqual(ports(''), [25])
  assert.deepEqual(ports('host {\nconnect_port 26\n}\nhost {\nconnect_port 27\n}'), [26, 27])
  assert.deepEqual(ports('connect_port 24\nhost {\nconnect_port 26\n}'), [24, 26])
})

test('FILE_CHECK takes weight and reverse of its track_file unless it has its own', () => {
  const before = 'track_file load {\nfile /run/load\nweight 5 reverse\n}'
  const of = (body: string) =>
    server(`protocol TCP\nreal_server 10.0.0.1 80 {\nFILE_CHECK {\n${body}\n}\n}`, '192.0.2.1 80', before)
      .realServers[0]!.checkers[0]
  const own = of('track_file load')
  assert.ok(own?.type === 'FILE_CHECK')
  assert.deepEqual([own.weight, own.reverse, own.retry], [5, true, 0])
  const other = of('track_file load\nweight 2')
  assert.ok(other?.type === 'FILE_CHECK')
  assert.deepEqual([other.weight, other.reverse], [2, false])
})

test('an unchanged check has the same id after a reload, another question has another', () => {
  const id = (body: string) => checker(`HTTP_GET {\n${body}\n}`).id
  assert.equal(id('url {\npath /a\n}'), id('retry 4\nconnect_timeout 2\nurl {\npath /a\n}'))
  assert.notEqual(id('url {\npath /a\n}'), id('url {\npath /b\n}'))
})

test('two equal checks of one server have different ids', () => {
  const virtual = server('protocol TCP\nreal_server 10.0.0.1 80 {\nTCP_CHECK {\n}\nTCP_CHECK {\n}\n}')
  const ids = virtual.realServers[0]!.checkers.map(each => each.id)
  assert.equal(new Set(ids).size, 2)
})

test('a sync daemon takes the VRID of its instance, and an unknown instance drops it', () => {
  const vrrp = 'vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.2.9/24\n}\n}\n'
  const of = (line: string) => loadText(`global_defs {\n${line}\n}\n${vrrp}`).config?.lvs?.syncDaemon
  assert.deepEqual(of('lvs_sync_daemon eth0 inst V'), { interface: 'eth0', instance: 'V', syncId: 51 })
  assert.deepEqual(of('lvs_sync_daemon eth0 V'), { interface: 'eth0', instance: 'V', syncId: 51 })
  assert.deepEqual(of('lvs_sync_daemon eth0 id 9 ttl 2'), { interface: 'eth0', syncId: 9, ttl: 2 })
  assert.equal(of('lvs_sync_daemon eth0 inst W'), undefined)
})

test('global settings of IPVS', () => {
  const config = lvs(
    `global_defs {\nlvs_timeouts tcp 100 udp 30\nlvs_flush\nlvs_flush_on_stop VS\nlvs_notify_fifo /run/f\n}\nvirtual_server 192.0.2.1 80 {\nprotocol TCP\n${REAL}\n}`,
  )
  assert.deepEqual(config.timeouts, { tcp: 100, udp: 30 })
  assert.deepEqual([config.flush, config.flushOnStop, config.lvsNotifyFifo], [true, 'services', '/run/f'])
})

test('the sync daemon of an instance is the old way to write it; the global one wins, and one is enough', () => {
  const instance = (name: string, vrid: number) =>
    `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${vrid}\nlvs_sync_daemon_interface eth${vrid}\nvirtual_ipaddress {\n192.0.2.${vrid}/32\n}\n}\n`
  const both = instance('A', 5) + instance('B', 6)
  const of = (defs: string) => loadText(`global_defs {\n${defs}\n}\n${both}`)
  const old = of('router_id x')
  assert.deepEqual(old.config?.lvs?.syncDaemon, { interface: 'eth5', instance: 'A', syncId: 5 })
  assert.match(old.diagnostics.map(({ message }) => message).join(), /lvs_sync_daemon_interface of B is ignored/)
  assert.deepEqual(of('lvs_sync_daemon eth9').config?.lvs?.syncDaemon, { interface: 'eth9', syncId: 0 })
})
