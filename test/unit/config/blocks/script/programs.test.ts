// What enable_script_security must know before it lets a command run: every program in it, or the word because of which nobody knows.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { ScriptCommand } from '../../../../../src/config/blocks/script/model.ts'
import { programsOf } from '../../../../../src/config/blocks/script/programs.ts'
import { shellFor } from '../../../../../src/config/blocks/script/shell-syntax.ts'
import { parseScriptWords } from '../../../../../src/config/blocks/script/words.ts'

function commandOf(text: string): ScriptCommand {
  const words = parseScriptWords(`script "${text}"`)
  assert.ok(words.ok)
  const place = { file: 'test.conf', line: 1 }
  return { argv: words.value.argv, text: words.value.text, shell: shellFor(words.value.text) !== undefined, place }
}

for (const [text, programs] of [
  ['/usr/bin/check --port 80', '/usr/bin/check'],
  ['killall -0 nginx', 'killall'],
  ['curl -sf http://127.0.0.1/ | grep -q welcome', 'curl grep'],
  ['/bin/true && /tmp/w/exposed.sh', '/bin/true /tmp/w/exposed.sh'],
  ['/bin/sh /tmp/w/exposed.sh', '/bin/sh /tmp/w/exposed.sh'],
  ["/bin/sh -c '/opt/a.sh; /opt/b.sh'", '/bin/sh /opt/a.sh /opt/b.sh'],
  ["bash -ec 'exec /opt/a.sh'", 'bash /opt/a.sh'],
  ['/usr/bin/timeout 3 /opt/a.sh', '/usr/bin/timeout /opt/a.sh?'],
  ['timeout 3 sh /opt/a.sh', 'timeout sh /opt/a.sh'],
  ['python3 -u /opt/check.py x', 'python3 /opt/check.py'],
  ['if [ -f /etc/flag ]; then /opt/a.sh; fi', '/opt/a.sh'],
  ['LANG=C /opt/a.sh >/dev/null 2>&1', '/opt/a.sh'],
  ['test -s /run/x || exit 1', ''],
  ['</run/flag', ''],
] as const) {
  test(`${text} runs ${programs || 'nothing'}`, () => {
    const found = programsOf(commandOf(text))
    assert.ok(found.ok, found.ok ? '' : found.error)
    assert.equal(found.value.map(({ name, certain }) => (certain ? name : `${name}?`)).join(' '), programs)
  })
}

for (const [text, reason] of [
  ['cd /tmp/w && ./exposed.sh', /'cd'/],
  ['./check.sh', /relative path '\.\/check\.sh'/],
  ['scripts/check.sh', /relative path/],
  ['/bin/true && ./exposed.sh', /relative path/],
  ['sh check.sh', /relative path 'check\.sh'/],
  ['. /tmp/w/exposed.sh', /'\.'/],
  ['source /tmp/w/x', /'source'/],
  ['eval /tmp/x', /'eval'/],
  ['$CHECK --now', /in place of a program/],
  ['$(cat /tmp/x)', /substitution/],
  ['/bin/echo `/tmp/x`', /substitution/],
  ['(/opt/a.sh)', /parentheses/],
  ['for x in /tmp/*.sh; do $x; done', /'for'/],
  ["perl -e 'exec shift' /opt/a.sh", /program text for perl/],
  ['env ./x.sh', /relative path/],
] as const) {
  test(`nobody can tell what ${text} runs`, () => {
    const found = programsOf(commandOf(text))
    assert.match(found.ok ? 'told' : found.error, reason)
  })
}
