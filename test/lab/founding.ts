// The founding example as a lab: node-70 and node-71 with the configuration files exactly as printed, on an interface
// and with addresses of the printed names. keepalived 2.2.7 itself cannot read them (the print has no-break spaces, and
// it runs no shell syntax), so that for calibration it gets them adapted.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabOptions } from './lab.ts'
import { projectRoot } from './paths.ts'
import type { RoleOptions } from './role.ts'
import type { Kind, StartOptions } from './router.ts'

export const foundingLab: LabOptions = {
  routers: ['a', 'b'],
  interface: 'eno16777736',
  addresses: { a: ['172.16.36.70/16'], b: ['172.16.36.71/16'], client: ['172.16.36.10/16'] },
}

export const foundingRole: RoleOptions = { vrid: 100, vip: '172.16.36.100/16' }
export const FOUNDING_VIP = '172.16.36.100'

const NODES = { a: 'node-70.conf', b: 'node-71.conf' }
const NOTIFY = '#!/bin/bash\necho "$1" >>/etc/keepalived/notified\n'

/** How to start node 70 (`a`) or 71 (`b`). `globals` are lines to add to global_defs. */
export function foundingStart(node: 'a' | 'b', kind: Kind, globals: readonly string[] = []): StartOptions {
  const printed = readFileSync(join(projectRoot, 'test', 'lab', 'founding', NODES[node]), 'utf8')
  const text = printed.replace('global_defs {\n', ['global_defs {', ...globals, ''].join('\n'))
  if (kind === 'keepalived-ts') return { kind, config: text, files: { 'keepalived.sh': NOTIFY } }
  const files: Record<string, string> = { 'keepalived.sh': NOTIFY }
  const config = text.replaceAll('\u00a0', ' ').replace(/script "([^"]*)"/g, (_, command: string) => {
    const name = `script-${Object.keys(files).length}.sh`
    files[name] = `#!/bin/bash\n${command}\n`
    return `script "/etc/keepalived/${name}"`
  })
  return { kind, config, files }
}
