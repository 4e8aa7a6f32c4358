// Reloads, crashes and strangers while real connections go through the director: what is removed drains, what is unchanged is left
// alone, what somebody else has changed is put right.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test, { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Director, makeLink } from './director.ts'
import { ipvsadm, savedTable, shownTable } from './ipvsadm.ts'
import { askAnew, Connection, makeNetwork } from './traffic.ts'

const main = new URL('../../../src/main.js', import.meta.url).pathname
let endNetwork = () => {}

function config(word: string, ...servers: readonly number[]): string {
  const reals = servers.map(n => `real_server 10.9.${n}.2 80 {\n}\n`).join('')
  return `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n${word}\n${reals}}\n`
}

/** `1(1) 2(0)`: servers and their weights. */
function weights(): string {
  return savedTable()
    .flatMap(line => {
      const found = /-r 10\.9\.(\d+)\.2:80 .*-w (\d+)/.exec(line)
      return found === null ? [] : [`${found[1]}(${found[2]})`]
    })
    .sort()
    .join(' ')
}

async function until(wanted: string, director: Director, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms
  while (weights() !== wanted) {
    assert.ok(Date.now() < deadline, `wanted ${wanted}, is ${weights()}\n${director.output.join('').slice(-3_000)}`)
    await pause(50)
  }
}

async function directing(text: string, use: (director: Director) => Promise<void>): Promise<void> {
  process.env.KEEPALIVED_TS_FAULTS = '1'
  const director = new Director('keepalived-ts', text)
  try {
    await use(director)
  } finally {
    await director.stop()
  }
}

/** A connection that a given server answers. */
async function connectionTo(server: number): Promise<Connection> {
  for (let tries = 0; tries < 8; tries++) {
    const connection = new Connection('10.0.0.1', 80)
    if ((await connection.ask()) === String(server)) return connection
    await connection.end()
  }
  return assert.fail(`no connection went to ${server}`)
}

before(async () => {
  makeLink()
  endNetwork = await makeNetwork([1, 2])
})
after(() => endNetwork())

test('drain_on_reload: a long connection outlives the removal of its server, new ones go elsewhere, even if the worker dies', () =>
  directing(config('drain_on_reload 120', 1, 2), async director => {
    await until('1(1) 2(1)', director)
    const long = await connectionTo(2)
    const other = await connectionTo(1)
    director.reload(config('drain_on_reload 120', 1))
    await until('1(1) 2(0)', director)
    assert.deepEqual(await askAnew('10.0.0.1', 80, 3), ['1', '1', '1'])
    assert.equal(await long.ask(), '2')
    execFileSync(process.execPath, [main, 'fault', 'ipvs', 'throw'])
    await pause(3_000)
    assert.equal(weights(), '1(1) 2(0)')
    assert.equal(await long.ask(), '2')
    assert.equal(await other.ask(), '1')
    // Back again: it serves, and does not go when the old time is over.
    director.reload(config('drain_on_reload 120', 1, 2))
    await until('1(1) 2(1)', director)
    director.reload(config('drain_on_reload 120', 1))
    await until('1(1) 2(0)', director)
    await long.end()
    await until('1(1)', director, 90_000)
    await other.end()
  }))

test('drain_on_reload: a connection that does not end is given up when the time is over', () =>
  directing(config('drain_on_reload 3', 1, 2), async director => {
    await until('1(1) 2(1)', director)
    const long = await connectionTo(2)
    director.reload(config('drain_on_reload 3', 1))
    await until('1(1) 2(0)', director)
    await until('1(1)', director)
    await long.end()
  }))

test('a reload leaves connections and counters of unchanged servers alone', () =>
  directing(config('', 1, 2), async director => {
    await until('1(1) 2(1)', director)
    const long = await connectionTo(1)
    const counted = (server: number) =>
      Number(new RegExp(`10\\.9\\.${server}\\.2:80 (\\d+)`).exec(shownTable('--stats').join('\n'))?.[1])
    // The kernel sums its counters up every other second.
    await pause(5_000)
    const had = counted(1)
    assert.ok(had > 0)
    director.reload(`${config('', 1, 2)}virtual_server 10.0.0.1 81 {\nprotocol TCP\nreal_server 10.9.1.2 80 {\n}\n}\n`)
    for (let i = 0; i < 100 && !savedTable().some(line => line.includes('10.0.0.1:81')); i++) await pause(100)
    assert.ok(savedTable().some(line => line.includes('10.0.0.1:81')))
    assert.equal(counted(1), had)
    assert.equal(await long.ask(), '1')
    await long.end()
  }))

test('what somebody else changes with ipvsadm is put right, and told', () =>
  directing(config('', 1, 2), async director => {
    await until('1(1) 2(1)', director)
    ipvsadm('-d', '-t', '10.0.0.1:80', '-r', '10.9.1.2:80')
    ipvsadm('-e', '-t', '10.0.0.1:80', '-r', '10.9.2.2:80', '-m', '-w', '7')
    ipvsadm('-a', '-t', '10.0.0.1:80', '-r', '10.9.3.2:80', '-m')
    await until('1(1) 2(1)', director, 90_000)
    // One look may come between two of the three commands, and the log a moment after the table.
    const told = /Somebody else changed IPVS service \[10\.0\.0\.1\]:tcp:80: .+; putting it back/
    for (let i = 0; i < 100 && !told.test(director.output.join('')); i++) await pause(100)
    assert.match(director.output.join(''), told)
    ipvsadm('-D', '-t', '10.0.0.1:80')
    await until('1(1) 2(1)', director, 90_000)
  }))
