import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test from 'node:test'
import { effectiveCapabilities, missingCapabilities } from '../../../src/native/capability.ts'

test('the effective set is read from the status file', () => {
  assert.equal(effectiveCapabilities('Name:\tx\nCapPrm:\t00\nCapEff:\t0000000000003000\n'), 0x3000n)
  assert.equal(effectiveCapabilities('Name:\tx\n'), 0n)
})

const skipAs = (...names: Parameters<typeof missingCapabilities>[0]) => {
  const missing = missingCapabilities(names)
  return missing.length > 0 ? `needs ${missing.join(', ')}` : false
}

/** Runs a script in a process of its own, since both calls last for the life of the process. */
function inChild(script: string, ...wrapper: readonly string[]): unknown {
  const url = new URL('../../../src/native/schedule.js', import.meta.url)
  const code = `import * as schedule from ${JSON.stringify(url.href)}\nimport { readFileSync } from 'node:fs'\n${script}`
  const [command, ...args] = [...wrapper, process.execPath, '--input-type=module', '-e', code]
  return JSON.parse(execFileSync(command!, args, { encoding: 'utf8' }))
}

test('real-time scheduling is of the calling thread', { skip: skipAs('SYS_NICE') }, () => {
  // Fields 40 and 41 of /proc/…/stat: priority and policy (2 is SCHED_RR).
  const script = `
    const ok = schedule.setRealtime(7)
    const fields = readFileSync('/proc/thread-self/stat', 'latin1').replace(/^.*\\) /, '').split(' ')
    console.log(JSON.stringify([ok, fields[37], fields[38]]))`
  assert.deepEqual(inChild(script), [true, '7', '2'])
})

test('without the capabilities both say no, and the missing ones are named', {
  skip: skipAs('SETUID', 'SETGID'),
}, () => {
  const script = `
    const { missingCapabilities } = await import(${JSON.stringify(new URL('../../../src/native/capability.js', import.meta.url).href)})
    const missing = missingCapabilities(['NET_ADMIN', 'NET_RAW'])
    console.log(JSON.stringify([schedule.setRealtime(7), missing]))`
  const unprivileged = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
  assert.deepEqual(inChild(script, ...unprivileged), [false, ['NET_ADMIN', 'NET_RAW']])
})
