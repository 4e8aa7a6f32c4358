import assert from 'node:assert/strict'
import test from 'node:test'
import type { BfdInstance } from '../../../src/config/blocks/bfd/model.ts'
import type { Config } from '../../../src/config/model.ts'
import { wantsBfd, wantsLvs, wantsVrrp } from '../../../src/supervisor/part-choice.ts'
import { instance, vip } from '../../fixtures/vrrp-instance.ts'
import { lvsConfig } from '../workers/checker/fixture.ts'

const defaults = { vrrp: true, checkers: true, bfd: true, all: false }
const empty = { instances: [], staticAddresses: [], bfd: [] } as unknown as Config
const full: Config = { ...empty, instances: [instance()], lvs: lvsConfig([]), bfd: [{ name: 'b' } as BfdInstance] }

function parts(config: Config, options: Partial<typeof defaults>): string {
  const asked = { ...defaults, ...options }
  const all = { vrrp: wantsVrrp(config, asked), lvs: wantsLvs(config, asked), bfd: wantsBfd(config, asked) }
  return Object.entries(all)
    .flatMap(([name, wanted]) => (wanted ? [name] : []))
    .join(' ')
}

const rows: readonly (readonly [string, Config, Partial<typeof defaults>, string])[] = [
  ['what the file has something for', full, {}, 'vrrp lvs bfd'],
  ['nothing for an empty file', empty, {}, ''],
  ['VRRP for static addresses alone', { ...empty, staticAddresses: [vip('192.0.2.1')] }, {}, 'vrrp'],
  ['--vrrp leaves the checkers out', full, { checkers: false }, 'vrrp bfd'],
  ['--check leaves VRRP out', full, { vrrp: false }, 'lvs bfd'],
  ['--no-bfd leaves BFD out', full, { bfd: false }, 'vrrp lvs'],
  ['--all without instances, but not load balancing without a server', empty, { all: true }, 'vrrp bfd'],
  ['--all does not overrule what is left out', full, { all: true, vrrp: false, bfd: false }, 'lvs'],
]

for (const [title, config, options, expected] of rows) {
  test(`parts that run: ${title}`, () => assert.equal(parts(config, options), expected))
}
