import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Log } from '../../../../src/lib/log.ts'
import { MailQueue, retryDelayMs } from '../../../../src/supervisor/notify/mail-queue.ts'
import type { Mail } from '../../../../src/supervisor/notify/mail-text.ts'
import { failureOf, type Mailer, type SendOutcome } from '../../../../src/supervisor/notify/mailer.ts'

const SENT: SendOutcome = { kind: 'sent', later: [], refused: [] }
const DOWN: SendOutcome = { kind: 'later', scope: 'server', reason: 'refused' }
const mail = (subject: string): Mail => ({ from: 'a@x', to: ['b@x', 'c@x'], subject, body: 'text' })

function bench(answer: (mail: Mail, attempt: number) => SendOutcome | Promise<SendOutcome>) {
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: note, debug: () => {} }
  const attempts: string[] = []
  const mailer: Mailer = {
    send: async tried => {
      attempts.push(tried.subject)
      return answer(tried, attempts.length)
    },
  }
  return { events, attempts, log, mailer }
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come about within 10 s')
    await turn()
  }
}

test('the delay doubles from 1 s to 60 s', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(retryDelayMs),
    [1, 2, 4, 8, 16, 32, 60, 60, 60].map(s => s * 1000),
  )
})

test('mails leave in order, one at a time, and again after the server has been down', async () => {
  const { attempts, events, log, mailer } = bench((_, attempt) => (attempt <= 3 ? DOWN : SENT))
  const queue = new MailQueue(log, { retryDelayMs: () => 1 })
  queue.setMailer(mailer)
  for (const subject of ['1', '2', '3']) queue.push(mail(subject))
  await until(() => queue.counters.sent === 3)
  assert.deepEqual(attempts, ['1', '1', '1', '1', '2', '3'])
  assert.deepEqual(events, ['mail-server-failed', 'mail-server-recovered'])
  assert.deepEqual(queue.counters, { waiting: 0, sent: 3, dropped: 0, refused: 0, retries: 3 })
})

test('a mail that is put off does not hold up the others', async () => {
  const late: SendOutcome = { kind: 'later', scope: 'mail', reason: '450' }
  const { attempts, log, mailer } = bench((tried, attempt) => (tried.subject === 'grey' && attempt < 4 ? late : SENT))
  const queue = new MailQueue(log, { retryDelayMs: () => 5 })
  queue.setMailer(mailer)
  for (const subject of ['grey', '2', '3']) queue.push(mail(subject))
  await until(() => queue.counters.sent === 3)
  assert.deepEqual(attempts.slice(0, 3), ['grey', '2', '3'])
})

test('only the recipients that were put off get the mail again', async () => {
  const recipients: (readonly string[])[] = []
  const { log, mailer } = bench((tried, attempt) => {
    recipients.push(tried.to)
    return attempt === 1 ? { kind: 'sent', later: ['c@x'], refused: [] } : SENT
  })
  const queue = new MailQueue(log, { retryDelayMs: () => 1 })
  queue.setMailer(mailer)
  queue.push(mail('1'))
  await until(() => queue.counters.sent === 2)
  assert.deepEqual(recipients, [['b@x', 'c@x'], ['c@x']])
})

test('a refused mail is logged and not tried again', async () => {
  const { attempts, events, log, mailer } = bench(() => ({ kind: 'refused', reason: '550' }))
  const queue = new MailQueue(log)
  queue.setMailer(mailer)
  queue.push(mail('1'))
  await until(() => queue.counters.refused === 1)
  assert.deepEqual(attempts, ['1'])
  assert.deepEqual(events, ['mail-refused'])
})

test('when too many wait the oldest go', async () => {
  let open: (outcome: SendOutcome) => void = () => {}
  const first = new Promise<SendOutcome>(resolve => {
    open = resolve
  })
  const { attempts, log, mailer } = bench((_, attempt) => (attempt === 1 ? first : SENT))
  const queue = new MailQueue(log, { waitingMax: 3 })
  queue.setMailer(mailer)
  for (let i = 0; i < 10; i++) queue.push(mail(String(i)))
  assert.equal(queue.counters.dropped, 6)
  open(SENT)
  await until(() => queue.counters.sent === 4)
  assert.deepEqual(attempts, ['0', '7', '8', '9'])
})

test('a mail that is too old is given up', async () => {
  const { log, mailer } = bench(() => DOWN)
  const queue = new MailQueue(log, { retryDelayMs: () => 5, ageMsMax: 1 })
  queue.setMailer(mailer)
  queue.push(mail('1'))
  await until(() => queue.counters.dropped === 1)
  assert.equal(queue.counters.waiting, 0)
})

test('flush tries what waits at once, does not wait for a server that is down, and says what is left', async () => {
  const { attempts, log, mailer } = bench((_, attempt) => (attempt <= 2 ? DOWN : SENT))
  const queue = new MailQueue(log, { retryDelayMs: () => 3_600_000 })
  queue.setMailer(mailer)
  queue.push(mail('1'))
  await until(() => queue.counters.retries === 1)
  assert.equal(await queue.flush(60_000), 1)
  assert.equal(attempts.length, 2)

  const healthy = bench(() => SENT)
  const other = new MailQueue(healthy.log)
  other.setMailer(healthy.mailer)
  for (let i = 0; i < 20; i++) other.push(mail(String(i)))
  assert.equal(await other.flush(60_000), 0)
  assert.equal(other.counters.sent, 20)
})

test('flush gives up a server that hangs, and aborts the attempt', async () => {
  let aborted = false
  const mailer: Mailer = {
    send: (_, signal) =>
      new Promise(resolve =>
        signal.addEventListener('abort', () => {
          aborted = true
          resolve(DOWN)
        }),
      ),
  }
  const queue = new MailQueue(bench(() => SENT).log)
  queue.setMailer(mailer)
  queue.push(mail('1'))
  assert.equal(await queue.flush(10), 1)
  assert.equal(aborted, true)
})

test('without a server nothing is kept', () => {
  const queue = new MailQueue(bench(() => SENT).log)
  queue.push(mail('1'))
  assert.deepEqual(queue.counters, { waiting: 0, sent: 0, dropped: 1, refused: 0, retries: 0 })
})

test('5xx is final, 4xx and lost connections are not', () => {
  const error = (fields: object) => Object.assign(new Error('x'), fields)
  const kindOf = (fields: object) => {
    const outcome = failureOf(error(fields))
    return outcome.kind === 'later' ? `later ${outcome.scope}` : outcome.kind
  }
  assert.equal(kindOf({ code: 'EENVELOPE', responseCode: 550, permanent: true }), 'refused')
  assert.equal(kindOf({ code: 'EAUTH', responseCode: 535, permanent: true }), 'refused')
  assert.equal(kindOf({ code: 'EENVELOPE' }), 'refused')
  assert.equal(kindOf({ code: 'EENVELOPE', responseCode: 450, permanent: false }), 'later mail')
  assert.equal(kindOf({ code: 'EMESSAGE', responseCode: 451, permanent: false }), 'later mail')
  assert.equal(kindOf({ code: 'EENVELOPE', responseCode: 421, permanent: false }), 'later server')
  assert.equal(kindOf({ code: 'ESOCKET' }), 'later server')
  assert.equal(kindOf({ code: 'ETIMEDOUT' }), 'later server')
  assert.equal(kindOf({ code: 'EABORT' }), 'later server')
})
