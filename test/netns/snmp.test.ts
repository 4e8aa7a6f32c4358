// keepalived-ts as SNMP subagent of Debian's snmpd: whole walks and traps beside those of keepalived 2.2.7 on the same file, takeover,
// sets, a master agent that goes and comes back, and adverts that stay in time while everything is asked for.

import assert from 'node:assert/strict'
import { epochNowUs, sleep } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import { whyNot } from '../lab/environment.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesMaster } from '../lab/role.ts'
import type { Kind } from '../lab/router.ts'
import { labTest } from '../lab/scenario.ts'
import { SnmpWorld } from '../lab/snmp.ts'
import { subject } from '../lab/subject.ts'

whyNot('snmpd', 'snmptrapd', 'snmpwalk')

const KEEPALIVED = '1.3.6.1.4.1.9586.100.5'
const VRRP_MIB = '1.3.6.1.2.1.68'
const VRRPV3_MIB = '1.3.6.1.2.1.207'
const INSTANCE = `${KEEPALIVED}.2.3.1`

const CONFIG = `
global_defs {
  router_id lab
  enable_traps
  notification_email {
    one@example.org
    two@example.org
  }
  notification_email_from node@example.org
  smtp_server 127.0.0.1 2525
  script_user root
}
vrrp_script good {
  script "/usr/bin/true"
  interval 1
  weight 5
  rise 2
  fall 3
}
vrrp_script bad {
  script "/usr/bin/false x"
  interval 1.5
  weight 3 reverse
}
track_file number {
  file /etc/keepalived/number
  weight 2
}
vrrp_track_process nothing {
  process no-such-process
  weight 3
  quorum 2
}
vrrp_track_process init {
  process systemd-or-init one
  param_match initial
  weight -2
  full_command
  delay 3
}
vrrp_sync_group G1 {
  group {
    VI_1
    VI_2
  }
  notify_master "/usr/bin/true gm" root
  notify "/usr/bin/true g"
}
vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 150
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass sec
  }
  notify_master "/usr/bin/true m" root
  notify_stop "/usr/bin/true s"
  notify "/usr/bin/true n"
  virtual_ipaddress {
    10.77.0.100/24 dev eth0 label eth0:1
    10.77.0.101 scope link
    10.78.2.3/24 brd 10.78.2.255
    10.79.0.1 peer 10.79.0.2/32
  }
  virtual_ipaddress_excluded {
    10.78.3.3/32
    fd78::5/64
  }
}
vrrp_instance VI_2 {
  state BACKUP
  interface eth0
  version 3
  advert_int 0.5
  virtual_router_id 52
  priority 90
  nopreempt
  accept
  garp_master_delay 2
  virtual_ipaddress {
    fe80::77:1
    fd77::7/64
  }
}
vrrp_instance VI_3 {
  interface eth0
  virtual_router_id 53
  priority 90
  version 3
  preempt_delay 7
  unicast_src_ip 10.77.0.11
  unicast_peer {
    10.77.0.99
  }
  track_interface {
    eth0 weight 10
  }
  track_script {
    good
    bad
  }
  track_file {
    number weight 1
  }
  track_process {
    nothing weight 4
    init
  }
  virtual_ipaddress {
    10.77.0.9
  }
}
`

/** Where walks differ and why; everything else must be equal to the letter. */
const EXPLAINED: readonly (readonly [where: string, why: string])[] = [
  [`${KEEPALIVED}.1.1.0`, 'the name and version of the program'],
  [`${INSTANCE}.36.`, 'vrrpInstanceV3ChecksumAsV2 came after 2.2.7'],
  [`${KEEPALIVED}.2.6.1.11.`, '2.2.7 calls addresses not advertised that are'],
  [`${KEEPALIVED}.2.9.1.10.`, 'vrrpScriptPath came after 2.2.7'],
  [`${KEEPALIVED}.2.9.1.11.`, 'vrrpScriptIntervalUsec came after 2.2.7'],
  [`${KEEPALIVED}.2.9.1.12.`, 'vrrpScriptTimeoutUsec came after 2.2.7'],
  [`${KEEPALIVED}.2.12.1.3.`, '2.2.7 shows the weight of the file in place of that of who tracks it'],
  [`${KEEPALIVED}.2.20.1.3.`, '2.2.7 shows the weight of the process in place of that of who tracks it'],
  [`${KEEPALIVED}.2.21.1.5.`, '2.2.7 shows 2 for initial and 3 for partial, its MIB has it the other way round'],
  [`${VRRP_MIB}.1.3.1.7.`, '2.2.7 says 0.0.0.0 while it is MASTER itself; RFC 2787 wants its own address'],
  [`${VRRP_MIB}.1.3.1.13.`, 'a time: 2.2.7 counts from its own start, RFC 2787 wants sysUpTime'],
  [`${VRRPV3_MIB}.1.1.1.1.12.`, 'a duration'],
]

function withoutExplained(walk: readonly string[]): readonly string[] {
  return walk.filter(line => !EXPLAINED.some(([where]) => line.startsWith(`.${where}`)))
}

labTest('walks of KEEPALIVED-MIB, VRRP-MIB and VRRPV3-MIB and the traps are those of keepalived', async lab => {
  const real = await shown(lab, 'keepalived')
  if (subject === 'keepalived') return
  const ours = await shown(lab, 'keepalived-ts')
  assert.ok(ours.walk.length > 300, `only ${ours.walk.length} values`)
  assert.deepEqual(withoutExplained(ours.walk), withoutExplained(real.walk))
  for (const [where, why] of EXPLAINED) {
    assert.ok(
      ours.walk.some(line => line.startsWith(`.${where}`)),
      `nothing at ${where} (${why}): the table is out of date`,
    )
  }
  // Group and members are told in another order. 1.3.6.1.6.3 is what snmpd has to tell of itself.
  const sorted = (traps: readonly (readonly string[])[]) =>
    traps
      .map(trap => trap.join(' '))
      .filter(trap => !trap.includes('= OID: .1.3.6.1.6.3.'))
      .sort()
  assert.deepEqual(sorted(ours.traps), sorted(real.traps))
})

async function shown(lab: Lab, kind: Kind) {
  const a = lab.router('a')
  const snmp = new SnmpWorld(lab, a)
  snmp.startMaster()
  if (kind === 'keepalived') await snmp.startTraps()
  const world = kind === 'keepalived' ? snmp : worldOf(lab)
  worlds.set(lab, world)
  const before = world.traps.length
  const since = epochNowUs()
  a.start({ kind, config: CONFIG, files: { number: '3\n' }, arguments: ['-x', '-P', '-A', snmp.socket] })
  await becomesMaster(lab, 'a', { since })
  await becomesMaster(lab, 'a', { since, vrid: 53, vip: '10.77.0.9/32' })
  await sleep(1_500)
  const walk = await snmp.walk(KEEPALIVED, VRRP_MIB, VRRPV3_MIB)
  await a.stop()
  await sleep(500)
  snmp.killMaster()
  return { walk, traps: world.traps.slice(before) }
}

/** One snmptrapd hears both programs. */
const worlds = new WeakMap<Lab, SnmpWorld>()
function worldOf(lab: Lab): SnmpWorld {
  return worlds.get(lab)!
}

labTest('a takeover changes the state that is shown and is told by traps', async lab => {
  const [a, b] = [lab.router('a'), lab.router('b')]
  const snmp = new SnmpWorld(lab, b)
  snmp.startMaster()
  await snmp.startTraps()
  a.start({ kind: 'keepalived', config: configText([{ priority: 200 }]) })
  await becomesMaster(lab, 'a')
  b.start({
    kind: subject,
    config: configText([{ priority: 100 }], '', ['enable_traps']),
    arguments: snmpArguments(snmp),
  })
  await snmp.served(INSTANCE)
  await snmp.becomes(`${INSTANCE}.4.1`, 'INTEGER: 1')
  assert.equal(await snmp.get(`${KEEPALIVED}.2.6.1.10.1.1`), 'INTEGER: 2')
  const before = snmp.traps.length
  a.kill()
  await becomesMaster(lab, 'b')
  const isMasterTrap = (trap: readonly string[]) =>
    trap.includes(`.1.3.6.1.6.3.1.1.4.1.0 = OID: .${KEEPALIVED}.2.10.0.2`) &&
    trap.includes(`.${INSTANCE}.2 = STRING: "VI_1"`) &&
    trap.includes(`.${INSTANCE}.4 = INTEGER: 2`)
  await lab.waitFor('the trap', () => snmp.traps.slice(before).some(isMasterTrap), 3_000)
  await snmp.becomes(`${INSTANCE}.4.1`, 'INTEGER: 2', 1_000)
  await snmp.becomes(`${KEEPALIVED}.2.6.1.10.1.1`, 'INTEGER: 1', 1_000)
})

labTest('priority and preemption can be set, nothing else can', async lab => {
  const a = lab.router('a')
  const snmp = new SnmpWorld(lab, a)
  snmp.startMaster()
  a.start({ kind: subject, config: configText([{ priority: 100 }]), arguments: snmpArguments(snmp) })
  await becomesMaster(lab, 'a')
  await snmp.served(INSTANCE)
  assert.match(await snmp.set(`${INSTANCE}.7.1`, 'i', '123'), /INTEGER: 123/)
  await lab.waitFor('adverts with the new priority', () => lab.adverts({ from: 'a', priority: 123 }).length > 0, 5_000)
  assert.equal(await snmp.get(`${INSTANCE}.8.1`), 'INTEGER: 123')
  assert.match(await snmp.set(`${INSTANCE}.13.1`, 'i', '2'), /INTEGER: 2/)
  assert.equal(await snmp.get(`${INSTANCE}.13.1`), 'INTEGER: 2')
  if (subject === 'keepalived-ts') assert.match(await snmp.set(`${INSTANCE}.7.1`, 'i', '300'), /wrongValue/)
  assert.match(await snmp.set(`${INSTANCE}.7.1`, 's', 'x'), /wrongType/)
  assert.match(await snmp.set(`${INSTANCE}.4.1`, 'i', '1'), /notWritable/)
  assert.equal(lab.adverts({ from: 'a', priority: 0 }).length, 0)
})

labTest('the subagent is back soon after its master agent is', async lab => {
  const a = lab.router('a')
  const snmp = new SnmpWorld(lab, a)
  // Nobody listens yet.
  a.start({ kind: subject, config: configText([{ priority: 100 }]), arguments: snmpArguments(snmp) })
  await becomesMaster(lab, 'a')
  snmp.startMaster()
  await snmp.served(INSTANCE, 40_000)
  snmp.killMaster()
  await sleep(1_000)
  snmp.startMaster()
  await snmp.served(INSTANCE, 40_000)
  assert.equal(await snmp.get(`${INSTANCE}.2.1`), 'STRING: "VI_1"')
})

labTest('adverts every 100 ms are not late while 30 instances are walked again and again', async lab => {
  const a = lab.router('a')
  const snmp = new SnmpWorld(lab, a)
  snmp.startMaster()
  const instances = Array.from({ length: 30 }, (_, i) => ({
    name: `VI_${i + 1}`,
    vrid: 51 + i,
    priority: 200,
    version: 3 as const,
    advertInt: 0.1,
    vips: [`10.77.0.${100 + i}/24`],
  }))
  a.start({ kind: subject, config: configText(instances), arguments: snmpArguments(snmp) })
  for (const { vrid, vips } of instances) await becomesMaster(lab, 'a', { vrid, vip: vips[0]! })
  await snmp.served(INSTANCE)
  // The host may take a core away for longer than half an interval: the best of three counts.
  const worst: number[] = []
  for (let attempt = 0; attempt < 3 && !worst.some(gap => gap <= 150); attempt++) {
    const since = epochNowUs()
    let values = 0
    while (epochNowUs() - since < 3_000_000) values += (await snmp.bulkWalk(KEEPALIVED)).length
    assert.ok(values > 1_000, `only ${values} values`)
    const times = lab.adverts({ from: 'a', vrid: 51, since }).map(({ at }) => at)
    worst.push(Math.max(...times.slice(1).map((at, i) => (at - times[i]!) / 1_000)))
  }
  assert.ok(Math.min(...worst) <= 150, `worst gaps ${worst.join(', ')} ms`)
})

function snmpArguments(snmp: SnmpWorld): string[] {
  return ['-x', '-P', '-A', snmp.socket]
}
