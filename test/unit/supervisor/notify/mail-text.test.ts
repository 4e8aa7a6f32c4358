import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { fifoLine } from '../../../../src/supervisor/notify/fifo.ts'
import { type MailSettings, mailDate, mailFor, type Transition } from '../../../../src/supervisor/notify/mail-text.ts'

const settings: MailSettings = {
  smtpAlert: true,
  serverKnown: true,
  recipients: ['a@example.com', 'b@example.com'],
  from: 'ka@example.com',
  routerId: 'LVS_1',
  noEmailFaults: false,
}
const instance = (state: string): Transition => ({ kind: 'INSTANCE', name: 'VI_1', state })
const group = (state: string): Transition => ({ kind: 'GROUP', name: 'G1', state })

test('subjects and bodies are those of keepalived', () => {
  const table: [Transition, string, string][] = [
    [instance('MASTER'), 'VRRP Instance VI_1 - Entering MASTER state', '=> VRRP Instance is now owning VRRP VIPs <='],
    [
      instance('BACKUP'),
      'VRRP Instance VI_1 - Entering BACKUP state',
      '=> VRRP Instance is no longer owning VRRP VIPs <=',
    ],
    [
      instance('FAULT'),
      'VRRP Instance VI_1 - Entering FAULT state',
      '=> VRRP Instance is no longer owning VRRP VIPs <=',
    ],
    [instance('STOP'), 'VRRP Instance VI_1 - Stopping', '=> VRRP Instance stopping <='],
    [instance('DELETED'), 'VRRP Instance VI_1 - Deleted', '=> VRRP Deleted at reload <='],
    [
      group('MASTER'),
      'VRRP Group G1 - Entering MASTER state',
      '=> All VRRP group instances are now in MASTER state <=',
    ],
    [
      group('BACKUP'),
      'VRRP Group G1 - Entering BACKUP state',
      '=> All VRRP group instances are now in BACKUP state <=',
    ],
    [group('FAULT'), 'VRRP Group G1 - Entering FAULT state', '=> All VRRP group instances are now in FAULT state <='],
    [group('STOP'), 'VRRP Group G1 - Stopping', '=> All VRRP group instances are now stopping <='],
  ]
  for (const [transition, subject, body] of table) {
    assert.deepEqual(mailFor(transition, settings, undefined), {
      from: 'ka@example.com',
      to: ['a@example.com', 'b@example.com'],
      subject: `[LVS_1] ${subject}`,
      body,
    })
  }
})

test('no mail without smtp_alert, server or recipient, for a repeated state, a suppressed FAULT or an event without text', () => {
  const none = (transition: Transition, changes: Partial<MailSettings>, last?: string) =>
    assert.equal(mailFor(transition, { ...settings, ...changes }, last), undefined)
  none(instance('MASTER'), { smtpAlert: false })
  none(instance('MASTER'), { serverKnown: false })
  none(instance('MASTER'), { recipients: [] })
  none(instance('MASTER'), {}, 'MASTER')
  none(instance('FAULT'), { noEmailFaults: true })
  none(group('DELETED'), {})
  none(instance('MASTER_RX_LOWER_PRI'), {})
  none(instance('MASTER_PRIORITY'), {})
  assert.ok(mailFor(instance('BACKUP'), { ...settings, noEmailFaults: true }, 'MASTER'))
})

test('the date is local time with its offset and names the same instant', () => {
  assert.equal(mailDate(Date.UTC(2024, 1, 29, 23, 30, 5), 60), 'Fri, 01 Mar 2024 00:30:05 +0100')
  assert.equal(mailDate(Date.UTC(2024, 0, 1, 2, 0, 0), -210), 'Sun, 31 Dec 2023 22:30:00 -0330')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: -720, max: 840 }), (seconds, offset) => {
      assert.equal(Date.parse(mailDate(seconds * 1000, offset)), seconds * 1000)
    }),
  )
})

test('FIFO lines have the name quoted and one newline', () => {
  assert.equal(fifoLine('INSTANCE', 'VI_1', 'MASTER', 150), 'INSTANCE "VI_1" MASTER 150\n')
  assert.equal(fifoLine('GROUP', 'G1', 'FAULT', 0), 'GROUP "G1" FAULT 0\n')
})
