// --strict-keepalived: what we know or allow beyond keepalived is refused, and what keepalived does not understand we do not either.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { grammar } from '../../src/config/blocks/keywords.ts'
import type { KeywordSpec } from '../../src/config/language/spec.ts'
import { subjectMain } from '../lab/paths.ts'

interface Extension {
  readonly name: string
  readonly text: string
  /** A code that only strict mode reports. */
  readonly refusal: string
}

const instance = (body: string, vrid = '  virtual_router_id 51\n') =>
  `vrrp_instance A {\n  interface lo0\n${vrid}${body}  virtual_ipaddress {\n    192.0.2.9/24\n  }\n}\n`
const dynamic = 'global_defs {\n  dynamic_interfaces\n}\n'

const extensions: readonly Extension[] = [
  {
    name: 'drain_on_reload',
    text: 'virtual_server 192.0.2.1 80 {\n  protocol TCP\n  lb_algo rr\n  lb_kind NAT\n  drain_on_reload 60\n  real_server 192.0.2.11 80 {\n  }\n}\n',
    refusal: 'KA1213',
  },
  {
    name: 'verify_certificate',
    text: 'virtual_server 192.0.2.1 443 {\n  protocol TCP\n  lb_algo rr\n  lb_kind NAT\n  real_server 192.0.2.11 443 {\n    SSL_GET {\n      verify_certificate www.example.org\n      url {\n        path /\n      }\n    }\n  }\n}\n',
    refusal: 'KA1213',
  },
  ...['user me', 'password secret', 'starttls', 'tls', 'no_verify', 'clear_text'].map(option => ({
    name: `smtp_server … ${option}`,
    text: `global_defs {\n  smtp_server 192.0.2.25 25 ${option}\n}\n`,
    refusal: 'KA1213',
  })),
  { name: 'an instance without virtual_router_id', text: dynamic + instance('', ''), refusal: 'KA1340' },
  {
    name: 'no-break spaces as blanks',
    text: dynamic + instance('\u00a0\u00a0priority\u00a0100\n'),
    refusal: 'KA1201',
  },
  {
    name: 'an interface among the scripts',
    text: dynamic + instance('  track_script {\n    lo\n  }\n'),
    refusal: 'KA1306',
  },
]

for (const { name, text, refusal } of extensions) {
  test(`strict: ${name} is refused`, () => {
    const [loose, strict] = [checkText(text, []), checkText(text, ['--strict-keepalived'])]
    assert.ok(!loose.codes.includes(refusal), `already reported without the option: ${loose.codes}`)
    assert.ok(strict.codes.includes(refusal), `only ${strict.codes}`)
    assert.notEqual(strict.status, 0)
  })
}

test('strict: a configuration without extensions is as good as before', () => {
  const plain = dynamic + instance('  priority 100\n')
  assert.equal(checkText(plain, []).status, 0)
  assert.equal(checkText(plain, ['--strict-keepalived']).status, 0)
})

test('strict: every keyword that the grammar marks as ours is in this test', () => {
  const tested = extensions.map(({ text }) => text).join('')
  for (const keyword of extensionKeywords(grammar)) assert.match(tested, new RegExp(`\\b${keyword}\\b`), keyword)
})

function extensionKeywords(spec: KeywordSpec): readonly string[] {
  const inner = [...spec.options, ...spec.children, ...(spec.row === undefined ? [] : [spec.row])].flatMap(
    extensionKeywords,
  )
  return spec.extension ? [spec.keyword, ...inner] : inner
}

/** Codes and exit status of `--config-test=json`. */
function checkText(text: string, options: readonly string[]): { codes: readonly string[]; status: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'strict-'))
  try {
    const path = join(folder, 'keepalived.conf')
    writeFileSync(path, text)
    const args = [subjectMain, '--config-test=json', '-f', path, ...options]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const rows: readonly { readonly code: string }[] = JSON.parse(stdout)
    return { codes: rows.map(({ code }) => code), status }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
