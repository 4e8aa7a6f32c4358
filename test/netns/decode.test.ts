// Wireshark's decoder reads our adverts and announcements without a complaint: no malformed packet, no expert warning,
// every checksum good. An independent witness to the encoders (RFC 3768 §5, RFC 5798 §5, RFC 2338 §5.3.6).

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { attempt } from '../lab/command.ts'
import { configText, type InstanceText, VIP6 } from '../lab/config-text.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesMaster } from '../lab/role.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const PASS = ['authentication {', '  auth_type PASS', '  auth_pass secret12', '}']
const AH = ['authentication {', '  auth_type AH', '  auth_pass secret12', '}']

describe('tshark decodes what we send', { concurrency: 4 }, () => {
  labTest('version 2 with a password', lab => judge(lab, { lines: PASS }, { version: '2', authType: '1' }))
  labTest('version 2 inside an authentication header', lab =>
    judge(lab, { lines: AH }, { version: '2', authType: '2' }),
  )
  labTest('version 2 with twenty addresses', lab =>
    judge(lab, { vips: ['10.77.0.100/24', ...many(19)] }, { version: '2', authType: '0' }),
  )
  labTest('version 3 at 100 ms', lab => judge(lab, { version: 3, advertInt: 0.1 }, { version: '3' }))
  labTest('version 3 over IPv6', lab => judge(lab, { version: 3, vips: VIP6 }, { version: '3' }))
  labTest('version 2 over unicast', lab =>
    judge(lab, { lines: ['unicast_peer {', '  10.77.0.12', '}'] }, { version: '2', authType: '0' }),
  )
})

interface Expected {
  readonly version: string
  readonly authType?: string
}

/** A router alone becomes MASTER, sends a few adverts, and resigns; then tshark reads everything it sent. */
async function judge(lab: Lab, instance: Partial<InstanceText>, expected: Expected): Promise<void> {
  const a = lab.router('a')
  a.start({ kind: subject, config: configText([{ priority: 150, ...instance }]) })
  const six = instance.vips === VIP6
  // AH is not decoded by the observer: the address tells.
  await lab.waitFor('MASTER', () => lab.holds('a', six ? VIP6[1] : '10.77.0.100/24'), 10_000)
  if (expected.authType !== '2') await becomesMaster(lab, 'a', { vip: six ? VIP6[1] : '10.77.0.100/24' })
  await lab.timeline.holdsFor('still running', () => a.running, 2_500)
  await a.stop()

  const path = join(lab.folder, 'sent.pcap')
  writeFileSync(
    path,
    lab.wire.pcap(from => from === 'a'),
  )
  const adverts = await fields(path, 'vrrp', ['vrrp.version', 'vrrp.prio', 'vrrp.checksum.status', 'vrrp.auth_type'])
  assert.ok(adverts.length >= 4, `${adverts.length} adverts`)
  for (const [version, priority, checksum, authType] of adverts) {
    assert.equal(version, expected.version)
    assert.ok(priority === '150' || priority === '0')
    assert.equal(checksum, '1', 'checksum good')
    if (expected.authType !== undefined) assert.equal(authType, expected.authType)
  }
  assert.equal(adverts.at(-1)?.[1], '0', 'the last one resigns')
  const announcements = await fields(path, 'arp.isgratuitous == 1 or icmpv6.type == 136', ['frame.number'])
  assert.ok(announcements.length >= 5, `${announcements.length} announcements`)
  const complaints = await fields(path, '_ws.malformed or _ws.expert.severity >= 0x400000', ['_ws.expert.message'])
  assert.deepEqual(complaints.filter(isComplaint), [])
}

/** tshark notes a TTL of 255 to a link-local group or a repeated address as worth knowing; only warnings and errors count. */
function isComplaint(fieldsOfFrame: readonly string[]): boolean {
  return !fieldsOfFrame.join().includes('duplicate IP address')
}

async function fields(path: string, filter: string, names: readonly string[]): Promise<string[][]> {
  const argv = ['-r', path, '-o', 'ip.check_checksum:TRUE', '-Y', filter, '-T', 'fields']
  const { code, stdout, stderr } = await attempt('tshark', [...argv, ...names.flatMap(name => ['-e', name])])
  assert.equal(code, 0, stderr)
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => line.split('\t'))
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.77.0.${150 + i}/24`)
}
