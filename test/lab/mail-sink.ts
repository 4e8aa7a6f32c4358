// A mail server on a router's loopback address, port 25: what `smtp_server 127.0.0.1` of the founding example reaches.

import { eachLine, spawnIn } from './command.ts'
import type { Lab } from './lab.ts'
import { childProgram } from './paths.ts'
import type { Router } from './router.ts'

const START_BOUND_MS = 10_000

/** Resolves when it listens. Mails appear on the lab's timeline. Ends with the lab. */
export async function startMailSink(lab: Lab, router: Router): Promise<void> {
  const child = spawnIn(router.namespace, [process.execPath, childProgram('mail-sink')])
  let listening = false
  eachLine(child.stdout, line => {
    if (line === 'listening') listening = true
    else lab.timeline.record({ kind: 'mail', from: router.name, ...JSON.parse(line) })
    lab.timeline.pulse()
  })
  eachLine(child.stderr, line => console.error(`mail sink ${router.name}: ${line}`))
  lab.onClose(() => child.kill('SIGKILL'))
  await lab.waitFor(`mail sink of ${router.name}`, () => listening, START_BOUND_MS)
}
