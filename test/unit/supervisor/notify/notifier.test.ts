import assert from 'node:assert/strict'
import test from 'node:test'
import type { NotifyScripts, ScriptCommand } from '../../../../src/config/blocks/script/model.ts'
import type { Config } from '../../../../src/config/model.ts'
import type { Mail } from '../../../../src/supervisor/notify/mail-text.ts'
import { type FifoPort, type Notification, Notifier } from '../../../../src/supervisor/notify/notifier.ts'

const place = { file: 'test', line: 1 }
const script = (text: string): ScriptCommand => ({ argv: [text], shell: false, text, place })
const all: NotifyScripts = {
  master: script('m'),
  backup: script('b'),
  fault: script('f'),
  stop: script('s'),
  deleted: script('d'),
  masterRxLowerPri: script('rx'),
  any: script('any'),
  notifyDeleted: false,
}

/** Only the parts of a configuration that the notifier reads. */
function configOf(parts: { instances?: object[]; syncGroups?: object[]; global?: object }): Config {
  const global = {
    routerId: 'R1',
    notificationEmail: ['a@x'],
    smtpServer: { host: 'h', port: 25, tls: 'none', tlsVerify: false },
    noEmailFaults: false,
    notifyFifo: '/g',
    vrrpNotifyFifo: '/v',
    ...parts.global,
  }
  return { scripts: [], instances: [], syncGroups: [], ...parts, global } as unknown as Config
}

function bench() {
  const calls: string[] = []
  const fifos = new Map<string, string>()
  const makeFifo = (path: string): FifoPort => ({
    open: async () => {
      fifos.set(path, 'open')
      if (path === '/bad') throw new Error('not a FIFO')
    },
    write: line => calls.push(`${path} ${line.trimEnd()}`),
    close: () => fifos.set(path, 'closed'),
  })
  const note = (level: string) => (event: string) => level !== 'debug' && calls.push(`${level} ${event}`)
  const notifier = new Notifier({
    log: { error: note('error'), warn: note('warn'), info: note('info'), debug: note('debug') },
    scripts: {
      push: job => job.runs.map(run => calls.push(`run ${[run.command.text, ...run.extraArgs].join(' ')}`)),
      drain: async ms => void calls.push(`drain ${ms}`),
    },
    mails: {
      push: (mail: Mail) => calls.push(`mail ${mail.from} ${mail.subject}`),
      flush: async ms => calls.push(`flush ${ms}`),
    },
    makeFifo,
    defaultSender: 'root@here',
  })
  const tell = (state: string, kind = 'INSTANCE', name = 'V', priority = 100) => {
    calls.length = 0
    notifier.notify({ kind, name, state, priority } as Notification)
    return [...calls]
  }
  return { notifier, calls, fifos, tell }
}

const instance = (changes: object = {}) => ({ name: 'V', notify: all, smtpAlert: true, ...changes })

test('the order is state script, generic script, global FIFO, vrrp FIFO, mail', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({ instances: [instance()] }))
  assert.deepEqual(tell('MASTER'), [
    'run m',
    'run any INSTANCE V MASTER 100',
    '/g INSTANCE "V" MASTER 100',
    '/v INSTANCE "V" MASTER 100',
    'mail root@here [R1] VRRP Instance V - Entering MASTER state',
  ])
})

test('each state runs its own script; a group tells priority 0', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({ instances: [instance()], syncGroups: [instance({ name: 'G' })] }))
  for (const [state, own] of [
    ['BACKUP', 'run b'],
    ['FAULT', 'run f'],
    ['MASTER_RX_LOWER_PRI', 'run rx'],
    ['STOP', 'run s'],
  ] as const) {
    assert.equal(tell(state)[0], own)
  }
  assert.deepEqual(tell('FAULT', 'GROUP', 'G', 77).slice(0, 3), [
    'run f',
    'run any GROUP G FAULT 0',
    '/g GROUP "G" FAULT 0',
  ])
})

test('priority changes go to the FIFOs only, as often as they come', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({ instances: [instance()] }))
  const lines = ['/g INSTANCE "V" MASTER_PRIORITY 90', '/v INSTANCE "V" MASTER_PRIORITY 90']
  assert.deepEqual(tell('MASTER_PRIORITY', 'INSTANCE', 'V', 90), lines)
  assert.deepEqual(tell('MASTER_PRIORITY', 'INSTANCE', 'V', 90), lines)
})

test('the same state twice in a row is told once', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({ instances: [instance()] }))
  assert.notDeepEqual(tell('MASTER'), [])
  assert.deepEqual(tell('MASTER'), [])
  assert.notDeepEqual(tell('MASTER_RX_LOWER_PRI'), [])
  assert.deepEqual(tell('MASTER'), [])
  assert.notDeepEqual(tell('BACKUP'), [])
})

test('no mail for the state that was mailed last, even after an unmailed FAULT', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({ instances: [instance()], global: { noEmailFaults: true } }))
  const mails = (state: string) => tell(state).filter(call => call.startsWith('mail')).length
  assert.deepEqual(['MASTER', 'FAULT', 'MASTER', 'BACKUP'].map(mails), [1, 0, 0, 1])
})

test('a removed instance reports FAULT without notify_fault, or DELETED where notify_deleted is set', async () => {
  const { notifier, tell } = bench()
  const loud = instance({ name: 'W', notify: { ...all, notifyDeleted: true } })
  await notifier.configure(configOf({ instances: [instance(), loud] }))
  tell('MASTER')
  tell('MASTER', 'INSTANCE', 'W')
  await notifier.configure(configOf({}))
  assert.deepEqual(tell('DELETED').slice(0, 2), ['run any INSTANCE V FAULT 100', '/g INSTANCE "V" FAULT 100'])
  assert.deepEqual(tell('DELETED', 'INSTANCE', 'W').slice(0, 2), ['run d', 'run any INSTANCE W DELETED 100'])
})

test('a removed instance that was in FAULT says nothing, and tells FAULT again when it comes back', async () => {
  const { notifier, tell } = bench()
  const config = configOf({ instances: [instance()] })
  await notifier.configure(config)
  tell('FAULT')
  await notifier.configure(configOf({}))
  assert.deepEqual(tell('DELETED'), [])
  await notifier.configure(config)
  assert.equal(tell('FAULT')[0], 'run f')
})

test('a reload keeps FIFOs that are still named open, closes the others, and survives one that cannot be opened', async () => {
  const { notifier, calls, fifos } = bench()
  await notifier.configure(configOf({}))
  await notifier.configure(configOf({ global: { notifyFifo: '/bad' } }))
  assert.deepEqual(Object.fromEntries(fifos), { '/g': 'closed', '/v': 'open', '/bad': 'open' })
  assert.deepEqual(calls, ['error fifo-failed'])
  await notifier.stop()
  assert.deepEqual(Object.fromEntries(fifos), { '/g': 'closed', '/v': 'closed', '/bad': 'closed' })
  assert.ok(calls.includes('drain 1000') && calls.includes('flush 1000'))
})

test('a name that is not configured is logged, not told', async () => {
  const { notifier, tell } = bench()
  await notifier.configure(configOf({}))
  assert.deepEqual(tell('MASTER', 'INSTANCE', 'ghost'), ['warn notify-unknown'])
})
