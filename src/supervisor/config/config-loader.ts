// Reads a configuration in a thread of its own, so that a large file never delays an advert.

import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { ConfigTask, LoadedConfig } from './config-task.ts'

/** A reload that takes longer is refused; 100,000 lines take about a second. */
const LOAD_WITHIN_MS = 60_000

/** Like the default export of config-task.ts; rejects when the thread dies or takes too long. */
export async function loadInThread(task: ConfigTask): Promise<LoadedConfig> {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./config-task.js', import.meta.url)),
    minThreads: 0,
    maxThreads: 1,
    atomics: 'disabled',
  })
  pool.on('error', () => {})
  try {
    return await pool.run(task, { signal: AbortSignal.timeout(LOAD_WITHIN_MS) })
  } finally {
    await pool.destroy()
  }
}
