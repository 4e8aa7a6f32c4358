// Sends raw Ethernet frames from a node of the lab, at a given pace, by a child process in the node's namespace.

import { once } from 'node:events'
import { spawnIn } from './command.ts'
import type { LabNode } from './node.ts'
import { childProgram } from './paths.ts'

export interface Volley {
  readonly frames: readonly Uint8Array[]
  /** How many frames to send in all; the given ones are repeated in turn. */
  readonly count: number
  /** Frames sent back to back before a pause. */
  readonly burst: number
  /** Length of the pause, milliseconds. */
  readonly pauseMs: number
}

/** Resolves when everything has been sent, with the number of frames the kernel took. */
export async function inject(node: LabNode, volley: Volley): Promise<number> {
  const child = spawnIn(node.namespace, [process.execPath, childProgram('injector'), node.interface], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.stdin?.end(
    JSON.stringify({ ...volley, frames: volley.frames.map(frame => Buffer.from(frame).toString('base64')) }),
  )
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`injector: exit ${code}: ${errors}`)
  return Number(output)
}
