// Version and environment, for --version and the first log line.

import { readFileSync } from 'node:fs'
import { release } from 'node:os'

/** Version in package.json, which lies beside the compiled tree in a checkout as well as in an installed package. */
export function programVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'))
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version)
  return 'unknown'
}

/** What `--version` prints: program, Node.js, kernel, distribution. */
export function versionText(): string {
  return [
    `keepalived-ts ${programVersion()}`,
    `Running on Node.js ${process.versions.node}, Linux ${release()}`,
    `Distribution: ${distribution()}`,
    '',
  ].join('\n')
}

function distribution(): string {
  try {
    const line = /^PRETTY_NAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))
    return line?.[1]?.replace(/^"|"$/g, '') ?? 'unknown'
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return 'unknown'
    throw thrown
  }
}
