// A kernel without IPVS: told once and clearly, and checks, notifications and reloads go on.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import test, { before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Director, makeLink } from './director.ts'

function config(octet: number): string {
  const check = 'TCP_CHECK {\nconnect_timeout 1\nretry 0\nwarmup 0\ndelay_loop 0.3\n}\n'
  return `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.${octet} 80 {\n${check}}\n}\n`
}

async function says(director: Director, pattern: RegExp): Promise<void> {
  const deadline = Date.now() + 90_000
  while (!pattern.test(director.output.join(''))) {
    assert.ok(Date.now() < deadline, `never said ${pattern}\n${director.output.join('')}`)
    await pause(50)
  }
}

before(() => {
  const modules = readdirSync('/sys/module').filter(name => /^ip_vs/.test(name))
  // The schedulers first: they use the module itself.
  for (const name of modules.sort((a, b) => b.length - a.length)) execFileSync('rmmod', [name])
  makeLink()
})

test('one error, then checks and reloads go on', async () => {
  const director = new Director('keepalived-ts', config(11))
  try {
    await says(director, /No load balancing: this kernel has no IPVS; install the kernel module ip_vs/)
    await says(director, /Removing service \[10\.0\.0\.11\]:tcp:80/)
    director.reload(config(12))
    await says(director, /Removing service \[10\.0\.0\.12\]:tcp:80/)
    assert.equal(director.output.join('').match(/this kernel has no IPVS/g)?.length, 1)
    // Long enough for a look at the table, if there were one.
    await pause(12_000)
    assert.doesNotMatch(director.output.join(''), /refused|Cannot read|Somebody else/)
  } finally {
    await director.stop()
  }
})
