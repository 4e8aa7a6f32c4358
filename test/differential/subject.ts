// What we say of a configuration on the same host: loadConfig in this process, with the real files and the namespace's interfaces.

import { hostname } from 'node:os'
import { type LoadResult, loadConfig } from '../../src/config/load.ts'
import { realFiles } from '../../src/supervisor/loading/config-files.ts'

/** Loads the file as `--config-test` does on a host with these interfaces. */
export function loadOn(interfaces: readonly string[], path: string, strictKeepalived = false): LoadResult {
  return loadConfig(path, {
    files: realFiles(),
    configId: hostname().split('.')[0]!,
    environment: process.env,
    allIncludeChecks: false,
    strictKeepalived,
    hostName: hostname(),
    random: () => 0.5,
    interfaceExists: name => interfaces.includes(name),
    interfaceNames: () => interfaces,
  })
}
