// Notify scripts: which, in what order, with which arguments (keepalived.conf(5): notify*, notify_fifo), at each
// transition of a life: start, election, fault, recovery, stop.

import assert from 'node:assert/strict'
import { closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { configText } from '../lab/config-text.ts'
import type { Lab } from '../lab/lab.ts'
import { becomesMaster } from '../lab/role.ts'
import type { Router } from '../lab/router.ts'
import { labTest } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'

const NOTIFY = { 'notify.sh': '#!/bin/sh\necho "$*" >>/etc/keepalived/notified\n' }
const LINES = [
  'notify_master "/etc/keepalived/notify.sh to-master"',
  'notify_backup "/etc/keepalived/notify.sh to-backup"',
  'notify_fault "/etc/keepalived/notify.sh to-fault"',
  'notify_stop "/etc/keepalived/notify.sh to-stop"',
  'notify "/etc/keepalived/notify.sh any"',
]

describe('notify scripts', { concurrency: 4 }, () => {
  labTest('each transition calls its script and the general one', async lab => {
    const a = lab.router('a')
    a.start({ kind: subject, config: configText([{ priority: 150, lines: LINES }]), files: NOTIFY })
    await expectNotified(lab, a, ['to-backup', 'any INSTANCE VI_1 BACKUP 150'])
    await becomesMaster(lab, 'a')
    await expectNotified(lab, a, ['to-master', 'any INSTANCE VI_1 MASTER 150'])
    await a.linkDown()
    await expectNotified(lab, a, ['to-fault', 'any INSTANCE VI_1 FAULT 150'])
    await a.linkUp()
    await expectNotified(lab, a, ['to-backup', 'any INSTANCE VI_1 BACKUP 150'])
    await expectNotified(lab, a, ['to-master', 'any INSTANCE VI_1 MASTER 150'])
    await a.stop()
    await expectNotified(lab, a, ['to-stop', 'any INSTANCE VI_1 STOP 150'])
  })

  labTest('a sync group moves as one and notifies after its members', async lab => {
    const a = lab.router('a')
    const group = `vrrp_sync_group G1 {
  group {
    VI_1
    VI_2
  }
  notify "/etc/keepalived/notify.sh group"
}`
    const lines = ['notify "/etc/keepalived/notify.sh one"']
    const config = configText(
      [
        { priority: 150, lines },
        { name: 'VI_2', vrid: 52, priority: 150, vips: ['10.77.0.102/24'], lines },
      ],
      group,
    )
    a.start({ kind: subject, config, files: NOTIFY })
    await becomesMaster(lab, 'a')
    await becomesMaster(lab, 'a', { vrid: 52, vip: '10.77.0.102/24' })
    const masters = await lab.waitFor('three notifications of MASTER', () => pick(a, / MASTER /, 3), 5_000)
    assert.deepEqual(masters.toSorted(), [
      'group GROUP G1 MASTER 0',
      'one INSTANCE VI_1 MASTER 150',
      'one INSTANCE VI_2 MASTER 150',
    ])
  })

  labTest('the FIFO says the same in lines', async lab => {
    const a = lab.router('a')
    const fifo = join(a.folder, 'run', 'notify.fifo')
    a.start({ kind: subject, config: configText([{ priority: 150 }], '', ['vrrp_notify_fifo /run/notify.fifo']) })
    await becomesMaster(lab, 'a')
    assert.ok(existsSync(fifo))
    const descriptor = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      let text = ''
      const complete = () => {
        text += readAvailable(descriptor)
        return text.includes(' MASTER ')
      }
      await lab.waitFor('the line about MASTER', complete, 3_000)
      assert.equal(text, 'INSTANCE "VI_1" BACKUP 150\nINSTANCE "VI_1" MASTER 150\n')
    } finally {
      closeSync(descriptor)
    }
  })
})

/** What waits in the FIFO; nothing is no error. */
function readAvailable(descriptor: number): string {
  const buffer = Buffer.alloc(4_096)
  try {
    return buffer.toString('utf8', 0, readSync(descriptor, buffer))
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EAGAIN') return ''
    throw thrown
  }
}

const seen = new WeakMap<Router, number>()

/** The next notifications are these. The two scripts of one transition run at once: their order is not certain. */
async function expectNotified(lab: Lab, router: Router, expected: readonly string[]): Promise<void> {
  const start = seen.get(router) ?? 0
  const lines = await lab.waitFor(
    `notified ${expected.join(' and ')}`,
    () => read(router, 'notified', start + expected.length),
    10_000,
  )
  assert.deepEqual(lines.slice(start, start + expected.length).toSorted(), expected.toSorted())
  seen.set(router, start + expected.length)
}

function pick(router: Router, wanted: RegExp, count: number): string[] | undefined {
  const lines = (read(router, 'notified', 0) ?? []).filter(line => wanted.test(line))
  return lines.length >= count ? lines : undefined
}

/** Lines of a file of /etc/keepalived once there are at least `count`. */
function read(router: Router, name: string, count: number): string[] | undefined {
  const path = join(router.folder, 'etc', name)
  if (!existsSync(path)) return undefined
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.length >= count ? lines : undefined
}
