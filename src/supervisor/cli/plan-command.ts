// `keepalived-ts plan -f new.conf`: what a reload would change in the running daemon, or against a second file, without doing it.
// Exit status: 0 the plan was made, 1 there is nothing to compare with, 2 the new file cannot be used.

import { parseArgs } from 'node:util'
import type { LoadResult } from '../../config/load.ts'
import { maskSecrets } from '../../config/plan/mask.ts'
import { planReload } from '../../config/plan/plan.ts'
import { planAsData, planText } from '../../config/plan/plan-text.ts'
import { renderDiagnostics } from '../../config/report/diagnostic-text.ts'
import { messageOf } from '../../lib/errors.ts'
import type { CommandOutput } from '../../lib/output.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { askDaemon } from '../control/client.ts'
import { type ConfigAnswer, readConfigAnswer } from '../control/running-config.ts'
import { defaultConfigId, hostInterfaces, loadNodeFile, type NodeFile, parseNodeFile } from '../loading/node-file.ts'
import { digestWith, maskedConfig } from '../loading/packed-config.ts'
import { instancePaths } from '../process/instance-paths.ts'
import { defaultConfigFile, defaultPidFile } from '../process/option-table.ts'

const exitMade = 0
const exitNothingToCompare = 1
const exitUnusable = 2

interface PlanOptions {
  /** undefined: the file that the daemon runs. */
  readonly file: NodeFile | undefined
  readonly against: NodeFile | undefined
  readonly pidFile: string
  readonly json: boolean
}

export async function runPlan(args: readonly string[], output: CommandOutput): Promise<number> {
  try {
    const options = parse(args)
    const old = await oldConfig(options)
    // The daemon may live in a network namespace of its own.
    const file = options.file ?? (old.ok ? old.value.source : { path: defaultConfigFile, configId: defaultConfigId() })
    const fresh = loadNodeFile(file, old.ok ? old.value.interfaces : hostInterfaces())
    if (fresh.config === undefined) return refuse(file, fresh, output)
    if (!old.ok) return complain(output, old.error)
    const { config, salt, roles } = old.value
    const plan = planReload(config, maskSecrets(fresh.config, digestWith(salt)), roles)
    output.out(options.json ? `${JSON.stringify(planAsData(plan), undefined, 2)}\n` : planText(plan))
    return exitMade
  } catch (thrown) {
    return complain(output, messageOf(thrown))
  }
}

function parse(args: readonly string[]): PlanOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'use-file': { type: 'string', short: 'f' },
      'config-id': { type: 'string', short: 'i' },
      against: { type: 'string' },
      pid: { type: 'string', short: 'p', default: defaultPidFile },
      json: { type: 'boolean', default: false },
    },
  })
  const configId = values['config-id'] ?? defaultConfigId()
  const fileOf = (argument: string): NodeFile => {
    const parsed = parseNodeFile(argument)
    return parsed.configId === defaultConfigId() ? { ...parsed, configId } : parsed
  }
  return {
    file: values['use-file'] === undefined ? undefined : fileOf(values['use-file']),
    against: values.against === undefined ? undefined : fileOf(values.against),
    pidFile: values.pid,
    json: values.json,
  }
}

/** What the new file is compared with, secrets masked. A second file has no roles, and its interfaces need not be here. */
async function oldConfig({ against, pidFile }: PlanOptions): Promise<Result<ConfigAnswer, string>> {
  if (against !== undefined) {
    const { config, diagnostics, sources } = loadNodeFile(against, undefined)
    if (config !== undefined)
      return ok({ ...maskedConfig(config), roles: {}, interfaces: hostInterfaces(), source: against })
    return err(`${against.path} cannot be used\n\n${renderDiagnostics(errorsOf(diagnostics), sources)}`)
  }
  try {
    const response = await askDaemon(instancePaths(pidFile).socket, { cmd: 'config' })
    return response.ok ? readConfigAnswer(response.value) : err(response.error)
  } catch (thrown) {
    return err(messageOf(thrown))
  }
}

function refuse(file: NodeFile, { diagnostics, sources }: LoadResult, output: CommandOutput): number {
  output.error(`keepalived-ts: ${file.path} cannot be used: a reload would be refused and change nothing\n\n`)
  output.error(renderDiagnostics(errorsOf(diagnostics), sources))
  return exitUnusable
}

function errorsOf(diagnostics: LoadResult['diagnostics']): LoadResult['diagnostics'] {
  return diagnostics.filter(diagnostic => diagnostic.severity === 'error')
}

function complain(output: CommandOutput, text: string): number {
  output.error(`keepalived-ts: ${text.trimEnd()}\n`)
  return exitNothingToCompare
}
