import assert from 'node:assert/strict'
import test from 'node:test'
import { instanceText, loadText } from '../../load-text.ts'

const others = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nann:x:7:7::/:/bin/sh\n', '/etc/group': 'staff:x:7:ann\n' }

function unknownUsers(body: string, before = ''): readonly string[] {
  const { diagnostics, testExitCode } = loadText(before + instanceText(body), { others })
  const found = diagnostics.filter(({ code }) => code === 'KA1314')
  return found.map(({ span, message }) => `${span?.line}:${span?.column} ${message}, ${testExitCode}`)
}

test('a user behind a command that the host does not have: said once, and no fault, as in keepalived', () => {
  const security = 'global_defs {\n  enable_script_security\n  script_user ann\n}\n'
  assert.deepEqual(unknownUsers('  notify_master "/usr/bin/true" bob', security), ["8:3 there is no user 'bob', 0"])
  assert.deepEqual(unknownUsers('  notify_master "/usr/bin/true" ann nobodies', security), [
    "8:3 there is no user 'ann' with a group 'nobodies', 0",
  ])
  assert.deepEqual(unknownUsers('  notify_master "/usr/bin/true" ann staff', security), [])
})

test('the user keyword of a script is a fault', () => {
  const script = 'vrrp_script chk {\n  script "/usr/bin/true"\n  user bob\n}\n'
  assert.deepEqual(unknownUsers('  track_script {\n    chk\n  }', script), ["3:3 there is no user 'bob', 6"])
})

test('words behind the command of a vrrp_script name no user', () => {
  const script = 'vrrp_script chk {\n  script "/usr/bin/true" bob\n}\n'
  assert.deepEqual(unknownUsers('  track_script {\n    chk\n  }', script), [])
})
