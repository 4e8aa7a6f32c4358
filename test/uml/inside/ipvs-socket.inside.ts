// The IPVS netlink codec and socket against a real kernel, with ipvsadm as the witness.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { constants } from 'node:os'
import test from 'node:test'
import type { IpvsCommand, IpvsDest, IpvsService, IpvsServiceId } from '../../../src/lib/ipvs.ts'
import { IpvsSocket } from '../../../src/native/ipvs-socket.ts'
import { ipvsadm, savedTable, shownTable } from './ipvsadm.ts'

const tcp = { family: 4, protocol: 6, address: '10.0.0.1', port: 80 } as const
const { EEXIST, ENOENT, ESRCH } = constants.errno

function service(id: IpvsServiceId, over: Partial<IpvsService> = {}): IpvsService {
  const netmask = id.family === 4 ? 0xffff_ffff : 128
  return { id, scheduler: 'wlc', flags: 0, timeoutSeconds: 0, netmask, engine: '', ...over }
}

function dest(address: string, port: number, over: Partial<IpvsDest> = {}): IpvsDest {
  return {
    family: address.includes(':') ? 6 : 4,
    address,
    port,
    method: 3,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnelType: 0,
    tunnelPort: 0,
    tunnelFlags: 0,
    ...over,
  }
}

async function opened(): Promise<IpvsSocket> {
  const socket = await IpvsSocket.open(error => assert.fail(error))
  assert.ok(socket !== undefined, 'this kernel has IPVS')
  return socket
}

async function withSocket(use: (socket: IpvsSocket) => Promise<void>): Promise<void> {
  const socket = await opened()
  try {
    await socket.apply([{ op: 'flush' }])
    await use(socket)
  } finally {
    await socket.apply([{ op: 'flush' }])
    socket.close()
  }
}

test('services and dests of every kind arrive as ipvsadm shows them', () =>
  withSocket(async socket => {
    const mark = { family: 4, mark: 7 } as const
    const v6 = { family: 6, protocol: 6, address: '2001:db8::1', port: 443 } as const
    const udp = { family: 4, protocol: 17, address: '10.0.0.1', port: 53 } as const
    const commands: IpvsCommand[] = [
      {
        op: 'new-service',
        service: service(tcp, { scheduler: 'wrr', flags: 1, timeoutSeconds: 300, netmask: 0xffffff00 }),
      },
      { op: 'new-dest', service: tcp, dest: dest('10.0.0.11', 80, { weight: 5 }) },
      {
        op: 'new-dest',
        service: tcp,
        dest: dest('10.0.0.12', 8080, { method: 0, upperThreshold: 10, lowerThreshold: 5 }),
      },
      { op: 'new-service', service: service(udp, { scheduler: 'rr', flags: 4 }) },
      { op: 'new-dest', service: udp, dest: dest('10.0.0.11', 53, { method: 2, weight: 0 }) },
      { op: 'new-service', service: service(mark, { scheduler: 'sh', flags: 0x18 }) },
      { op: 'new-dest', service: mark, dest: dest('10.0.0.13', 0) },
      { op: 'new-service', service: service(v6, { flags: 1, timeoutSeconds: 360, netmask: 64 }) },
      { op: 'new-dest', service: v6, dest: dest('2001:db8::11', 443) },
    ]
    assert.deepEqual(
      await socket.apply(commands),
      commands.map(() => 0),
    )
    assert.deepEqual([...savedTable()].sort(), [
      '-A -f 7 -s sh -b sh-fallback,sh-port',
      '-A -t 10.0.0.1:80 -s wrr -p 300 -M 255.255.255.0',
      '-A -t [2001:db8::1]:443 -s wlc -p 360 -M 64',
      '-A -u 10.0.0.1:53 -s rr -o',
      '-a -f 7 -r 10.0.0.13:0 -g -w 1',
      '-a -t 10.0.0.1:80 -r 10.0.0.11:80 -g -w 5',
      '-a -t 10.0.0.1:80 -r 10.0.0.12:8080 -m -w 1',
      '-a -t [2001:db8::1]:443 -r [2001:db8::11]:443 -g -w 1',
      '-a -u 10.0.0.1:53 -r 10.0.0.11:53 -i -w 0 --tun-type ipip',
    ])
  }))

test('a dump reads back what was written', () =>
  withSocket(async socket => {
    const mark6 = { family: 6, mark: 9 } as const
    const wanted = [
      { service: service(tcp, { scheduler: 'wrr' }), dests: [dest('10.0.0.11', 80, { weight: 5, upperThreshold: 9 })] },
      {
        service: service(mark6),
        dests: [dest('2001:db8::2', 0, { method: 2, tunnelType: 1, tunnelPort: 6080, tunnelFlags: 1 })],
      },
    ]
    for (const { service: made, dests } of wanted) {
      await socket.apply([{ op: 'new-service', service: made }])
      await socket.apply(dests.map(each => ({ op: 'new-dest', service: made.id, dest: each })))
    }
    const entries = await socket.dump()
    const plain = entries.map(({ service: made, dests }) => ({
      service: { ...made, flags: made.flags & ~2 },
      dests: dests.map(
        ({ activeConnections: _a, inactiveConnections: _i, persistentConnections: _p, ...rest }) => rest,
      ),
    }))
    const byKey = (list: typeof plain) =>
      list.sort((a, b) => JSON.stringify(a.service.id).localeCompare(JSON.stringify(b.service.id)))
    assert.deepEqual(byKey(plain), byKey(wanted))
    assert.equal((await socket.dump([tcp])).length, 1)
  }))

test('commands are answered one by one with the errno of the kernel', () =>
  withSocket(async socket => {
    const answers = await socket.apply([
      { op: 'del-service', service: tcp },
      { op: 'new-service', service: service(tcp) },
      { op: 'new-service', service: service(tcp) },
      { op: 'set-dest', service: tcp, dest: dest('10.0.0.11', 80) },
      { op: 'new-dest', service: tcp, dest: dest('10.0.0.11', 80) },
      { op: 'new-dest', service: tcp, dest: dest('10.0.0.11', 80) },
      { op: 'set-dest', service: tcp, dest: dest('10.0.0.11', 80, { weight: 9 }) },
      { op: 'del-dest', service: tcp, dest: dest('10.0.0.12', 80) },
      { op: 'set-service', service: service(tcp, { scheduler: 'rr' }) },
      { op: 'new-service', service: service({ ...tcp, port: 81 }, { scheduler: 'nothing' }) },
    ])
    assert.deepEqual(answers, [ESRCH, 0, EEXIST, ENOENT, 0, EEXIST, 0, ENOENT, 0, ENOENT])
    assert.deepEqual(savedTable(), ['-A -t 10.0.0.1:80 -s rr', '-a -t 10.0.0.1:80 -r 10.0.0.11:80 -g -w 9'])
  }))

test('two thousand dests are loaded and read back in a few seconds', () =>
  withSocket(async socket => {
    const dests = Array.from({ length: 2_000 }, (_, i) => dest(`10.1.${i >> 8}.${i & 255}`, 80))
    const before = performance.now()
    assert.deepEqual(await socket.apply([{ op: 'new-service', service: service(tcp) }]), [0])
    const answers = await socket.apply(dests.map(each => ({ op: 'new-dest', service: tcp, dest: each })))
    assert.equal(answers.filter(errno => errno !== 0).length, 0)
    const [entry] = await socket.dump()
    assert.equal(entry?.dests.length, 2_000)
    assert.ok(performance.now() - before < 10_000, `took ${performance.now() - before} ms`)
  }))

test('timeouts are read and set', () =>
  withSocket(async socket => {
    const before = await socket.timeouts()
    assert.deepEqual(before, { tcp: 900, tcpFin: 120, udp: 300 })
    await socket.setTimeouts({ tcp: 1_000, tcpFin: 100, udp: 30 })
    assert.match(ipvsadm('-L', '--timeout'), /1000 100 30/)
    await socket.setTimeouts(before)
    assert.deepEqual(await socket.timeouts(), before)
  }))

test('sync daemons are started with their settings, listed and stopped', () =>
  withSocket(async socket => {
    execFileSync('ip', ['link', 'add', 'sy0', 'type', 'dummy'])
    execFileSync('ip', ['addr', 'add', '10.0.0.7/24', 'dev', 'sy0'])
    execFileSync('ip', ['link', 'set', 'sy0', 'up', 'multicast', 'on'])
    try {
      const daemon = { interface: 'sy0', syncId: 9, maxLength: 1400, port: 8850, ttl: 2, group: '224.0.0.90' }
      await socket.startDaemon({ ...daemon, role: 'master' })
      await socket.startDaemon({ ...daemon, role: 'backup' })
      assert.match(
        ipvsadm('-L', '--daemon'),
        /master sync daemon \(mcast=sy0, syncid=9, maxlen=1400, group=224.0.0.90, port=8850, ttl=2\)/,
      )
      const running = await socket.daemons()
      assert.deepEqual(
        running.map(({ role, port, group }) => ({ role, port, group })),
        [
          { role: 'master', port: 8850, group: '224.0.0.90' },
          { role: 'backup', port: 8850, group: '224.0.0.90' },
        ],
      )
      await assert.rejects(socket.startDaemon({ ...daemon, role: 'master' }), /EEXIST/)
      assert.equal(await socket.stopDaemon('master'), 0)
      assert.equal(await socket.stopDaemon('backup'), 0)
      assert.equal(await socket.stopDaemon('backup'), ESRCH)
    } finally {
      execFileSync('ip', ['link', 'del', 'sy0'])
    }
  }))

test('thresholds arrive, and the kernel marks every service as hashed', () =>
  withSocket(async socket => {
    await socket.apply([{ op: 'new-service', service: service(tcp) }])
    const limited = dest('10.0.0.11', 80, { upperThreshold: 10, lowerThreshold: 5 })
    await socket.apply([{ op: 'new-dest', service: tcp, dest: limited }])
    assert.match(shownTable('--thresholds').at(-1)!, /10\.0\.0\.11:80 10 5/)
    const [entry] = await socket.dump()
    assert.equal(entry?.service.flags, 2)
  }))
