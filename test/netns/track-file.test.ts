// A number in a file moves the role. keepalived.conf(5): track_file.

import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { configText } from '../lab/config-text.ts'
import { becomesBackup, becomesMaster, lastAdvert, staysMaster } from '../lab/role.ts'
import { scenario } from '../lab/scenario.ts'

const LOW = { priority: 100 }
const TRACKS = ['track_file {', '  load', '}']

function fileBlock(more: string): string {
  return `vrrp_track_file load {
  file "/etc/keepalived/load"
  ${more}
}`
}

describe('track_file', { concurrency: 4 }, () => {
  scenario('the number times the weight moves the priority, and without the file it counts as 0', async stage => {
    const { lab, a, b, pair } = stage
    const config = configText([{ priority: 150, lines: TRACKS }], fileBlock('weight -2'))
    a.start({ kind: pair.a, config, files: { load: '10\n' } })
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'a')
    await lab.waitFor('a advertises 150 - 20', () => lastAdvert(lab, 'a').priority === 130, 3_000)
    await staysMaster(lab, 'a', 2_000)
    const since = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '0x20\n')
    await becomesMaster(lab, 'b', { since })
    await becomesBackup(lab, 'a')
    assert.equal(lab.adverts({ from: 'a', since }).at(-1)?.priority, 86)
    const removedAt = epochNowUs()
    rmSync(join(a.folder, 'etc', 'load'))
    await becomesMaster(lab, 'a', { since: removedAt })
    await lab.waitFor('a advertises 150', () => lastAdvert(lab, 'a').priority === 150, 3_000)
    await becomesBackup(lab, 'b')
  })

  scenario('with weight 0 anything but 0 is a fault', async ({ lab, a, b, pair }) => {
    const config = configText([{ priority: 150, lines: TRACKS }], fileBlock('weight 0'))
    a.start({ kind: pair.a, config, files: { load: '0\n' } })
    await becomesMaster(lab, 'a')
    b.start({ kind: pair.b, config: configText([LOW]) })
    await staysMaster(lab, 'a', 2_000)
    const since = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '1')
    await becomesMaster(lab, 'b', { since })
    assert.ok(lab.adverts({ from: 'a', since, priority: 0 }).length > 0, 'it resigns')
    assert.match(lab.log('a').join('\n'), /FAULT/)
    const mendedAt = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '0')
    await becomesMaster(lab, 'a', { since: mendedAt })
    await becomesBackup(lab, 'b')
  })

  scenario('a number of -254 or less is a fault', async ({ lab, a, b, pair }) => {
    const config = configText([{ priority: 150, lines: TRACKS }], fileBlock('weight 1'))
    a.start({ kind: pair.a, config, files: { load: '-30' } })
    b.start({ kind: pair.b, config: configText([LOW]) })
    await becomesMaster(lab, 'a')
    await lab.waitFor('a advertises 120', () => lastAdvert(lab, 'a').priority === 120, 3_000)
    const since = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '-254')
    await becomesMaster(lab, 'b', { since })
    assert.match(lab.log('a').join('\n'), /FAULT/)
    const mendedAt = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '-49')
    await becomesMaster(lab, 'a', { since: mendedAt })
    await lab.waitFor('a advertises 101', () => lastAdvert(lab, 'a').priority === 101, 3_000)
  })

  scenario('a file that the whole sync group tracks moves all members', async ({ lab, a, b, pair }) => {
    const vips = ['10.77.0.101/24']
    const group = 'vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n  track_file {\n    load\n  }\n}'
    const both = (priority: number) => [
      { name: 'VI_1', priority },
      { name: 'VI_2', vrid: 52, priority, vips },
    ]
    const plain = group.replace(/ {2}track_file \{[^}]*\}\n/, '')
    a.start({
      kind: pair.a,
      config: configText(both(150), `${fileBlock('weight 1')}\n${group}`),
      files: { load: '0' },
    })
    b.start({ kind: pair.b, config: configText(both(100), plain) })
    await becomesMaster(lab, 'a')
    await becomesMaster(lab, 'a', { vrid: 52, vip: vips[0]! })
    const since = epochNowUs()
    writeFileSync(join(a.folder, 'etc', 'load'), '-60')
    await becomesMaster(lab, 'b', { since })
    await becomesMaster(lab, 'b', { since, vrid: 52, vip: vips[0]! })
    await becomesBackup(lab, 'a')
    await becomesBackup(lab, 'a', { vrid: 52, vip: vips[0]! })
  })
})
