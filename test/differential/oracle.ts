// What Debian's keepalived says of configurations (`keepalived -t`), many in one go: one shell in the namespace, one result a file.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from './host.ts'

export interface OracleVerdict {
  /** Exit status of `keepalived -t`; 139 and the like: it died of a signal. 124: not done within the bound. */
  readonly exitCode: number
  /** What it wrote. */
  readonly text: string
}

/** One `keepalived -t` may take this long. */
const SECONDS_MAX = 5

/** The verdict of keepalived on each of `texts` (bytes), in their order. Writes into `folder`. */
export async function judgeAll(
  host: Host,
  folder: string,
  texts: readonly Buffer[],
): Promise<readonly OracleVerdict[]> {
  mkdirSync(folder, { recursive: true })
  for (const [i, text] of texts.entries()) writeFileSync(join(folder, `${i}.conf`), text)
  // The C library and a dying keepalived write to stderr too; core files are of no use.
  const script = `
    ulimit -c 0
    cd '${folder}'
    i=0
    while [ $i -lt ${texts.length} ]; do
      timeout -s KILL ${SECONDS_MAX} keepalived -t -f $i.conf >$i.out 2>&1
      echo $? >$i.code
      i=$((i + 1))
    done
  `
  const { code, stderr } = await host.attempt('sh', '-c', `{ ${script} } 2>/dev/null`)
  if (code !== 0) throw new Error(`keepalived -t could not be run: ${stderr}`)
  return texts.map((_, i) => ({
    exitCode: Number(readFileSync(join(folder, `${i}.code`), 'utf8')),
    text: readFileSync(join(folder, `${i}.out`), 'latin1'),
  }))
}
