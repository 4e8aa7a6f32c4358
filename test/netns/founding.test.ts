// The founding example (two nodes, nginx behind one address): stopping nginx, touching the down file, cutting the
// interface and killing the node each move the address, and it comes back.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { epochNowUs } from '../lab/clock.ts'
import { FOUNDING_VIP, foundingLab, foundingRole, foundingStart } from '../lab/founding.ts'
import { Lab } from '../lab/lab.ts'
import { answers, startProber } from '../lab/prober.ts'
import { becomesBackup, becomesMaster, lastAdvert } from '../lab/role.ts'
import { skip } from '../lab/scenario.ts'
import { subject } from '../lab/subject.ts'
import { WebServer } from '../lab/web-server.ts'

const NAMES: Readonly<Record<string, string>> = { a: '172.16.36.70', b: '172.16.36.71' }

test('each event of the founding example moves the address and back', { skip, timeout: 180_000 }, async t => {
  await Lab.with(foundingLab, async lab => {
    const [a, b] = [lab.router('a'), lab.router('b')]
    const [webA, webB] = [new WebServer(lab, a), new WebServer(lab, b)]
    webA.start()
    webB.start()
    a.start(foundingStart('a', subject))
    b.start(foundingStart('b', subject))
    await servedBy(lab, 'a', 0, true)

    const moves = async (title: string, cause: () => Promise<void> | void, mend: () => Promise<void> | void) => {
      await t.test(title, async () => {
        const causedAt = epochNowUs()
        await cause()
        await servedBy(lab, 'b', causedAt)
        const mendedAt = epochNowUs()
        await mend()
        await servedBy(lab, 'a', mendedAt)
        await becomesBackup(lab, 'b', foundingRole)
      })
    }

    await moves(
      'nginx stops',
      () => webA.stop(),
      () => webA.start(),
    )
    await moves(
      'the down file is touched',
      () => a.writeFile('down', ''),
      () => rmSync(join(a.folder, 'etc', 'down')),
    )
    await moves(
      'the interface is cut',
      () => a.linkDown(),
      () => a.linkUp(),
    )
    await moves(
      'the node is killed',
      () => {
        a.kill()
        webA.kill()
        return a.linkDown()
      },
      async () => {
        await a.linkUp()
        webA.start()
        a.start(foundingStart('a', subject))
      },
    )
    await t.test('the notify script was told, and the password is on the wire', () => {
      const path = join(a.folder, 'etc', 'notified')
      assert.ok(existsSync(path))
      const told = readFileSync(path, 'utf8').split('\n').slice(0, -1)
      assert.deepEqual(told.filter(state => state === 'fault').length, 1)
      assert.equal(told.filter(state => state === 'master').length, 5)
      assert.equal(lastAdvert(lab, 'a', 100).authData, Buffer.from('99999999').toString('hex'))
    })
  })
})

/** The address is on the node, advertised by it, and a client that asks it reaches the node's own nginx. */
async function servedBy(lab: Lab, name: 'a' | 'b', since: number, first = false): Promise<void> {
  await becomesMaster(lab, name, { ...foundingRole, since, boundMs: 15_000 })
  if (first) startProber(lab, { protocol: 'http', address: FOUNDING_VIP, port: 80, intervalMs: 100, timeoutMs: 500 })
  await lab.waitFor(`the client is served by ${name}`, () => answers(lab, since).at(-1)?.by === NAMES[name], 5_000)
}
