import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { ScriptCommand } from '../../src/config/blocks/script/model.ts'
import type { Log } from '../../src/lib/log.ts'
import { Alerting } from '../../src/supervisor/notify/alerting.ts'

function bench(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'ka-omega-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const out = join(dir, 'out')
  const events: string[] = []
  const note = (event: string) => void events.push(event)
  const log: Log = { error: note, warn: note, info: () => {}, debug: () => {} }
  const read = () => (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n') : [])
  return { out, events, read, alerting: new Alerting(log) }
}

const command = (text: string): ScriptCommand => ({ argv: [text], shell: true, text, place: { file: 'test', line: 1 } })

test('the scripts that omega promises come to their end at a stop', async t => {
  const { alerting, out, events, read } = bench(t)
  alerting.runScript(command(`echo begin >>${out}; sleep 0.3; echo end >>${out}`))
  await alerting.stop()
  assert.deepEqual(read(), ['begin', 'end'])
  assert.ok(!events.includes('server-script-failed'))
})

test('a script of a server that does not come to its end is ended with a line, and the stop goes on', async t => {
  const { alerting, out, events, read } = bench(t)
  alerting.runScript(command(`echo begin >>${out}; exec sleep 60`))
  await alerting.stop()
  assert.deepEqual(read(), ['begin'])
  assert.equal(events.filter(event => event === 'server-script-failed').length, 1)
})
