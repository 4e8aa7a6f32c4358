// `keepalived-ts check a.conf b.conf …`: the nodes of one cluster against each other. Needs no daemon and none of the nodes.
// Exit status: 0 they fit together, 1 they do not, 2 a file cannot be used or the command line is wrong.

import { parseArgs } from 'node:util'
import { checkCluster, isConsistent } from '../../config/cluster/check.ts'
import type { ClusterNode } from '../../config/cluster/router.ts'
import { renderTables, tablesAsData } from '../../config/cluster/tables.ts'
import type { LoadResult } from '../../config/load.ts'
import { renderDiagnostics } from '../../config/report/diagnostic-text.ts'
import { messageOf } from '../../lib/errors.ts'
import type { CommandOutput } from '../../lib/output.ts'
import { loadNodeFile, nodeNames, parseNodeFile } from '../loading/node-file.ts'

const exitConsistent = 0
const exitProblems = 1
const exitUnusable = 2

/** `--json`: everything as one object on stdout. Otherwise problems and tables for people, both on stdout. */
export async function runCheck(args: readonly string[], output: CommandOutput): Promise<number> {
  let parsed: { readonly json: boolean; readonly files: readonly string[] }
  try {
    parsed = parse(args)
  } catch (thrown) {
    output.error(`keepalived-ts: ${messageOf(thrown)}\n`)
    return exitUnusable
  }
  if (parsed.files.length === 0) {
    output.error('keepalived-ts: check needs the configuration file of each node: check FILE[@ID]...\n')
    return exitUnusable
  }
  const names = nodeNames(parsed.files)
  const loads = parsed.files.map((argument, i) => ({
    name: names[i]!,
    result: loadNodeFile(parseNodeFile(argument), undefined),
  }))
  const nodes: ClusterNode[] = loads.flatMap(({ name, result: { config } }) =>
    config === undefined ? [] : { name, config },
  )
  if (nodes.length < loads.length) return refuse(loads, output)
  const sources = new Map(loads.flatMap(({ result }) => [...result.sources]))
  const report = checkCluster(nodes, sources)
  if (parsed.json) output.out(`${JSON.stringify(tablesAsData(report), undefined, 2)}\n`)
  else output.out([renderDiagnostics(report.diagnostics, sources), renderTables(report)].filter(Boolean).join('\n'))
  return isConsistent(report) ? exitConsistent : exitProblems
}

function parse(args: readonly string[]): { readonly json: boolean; readonly files: readonly string[] } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  return { json: values.json, files: positionals }
}

function refuse(
  loads: readonly { readonly name: string; readonly result: LoadResult }[],
  output: CommandOutput,
): number {
  for (const { name, result } of loads) {
    if (result.config !== undefined) continue
    const errors = result.diagnostics.filter(diagnostic => diagnostic.severity === 'error')
    output.error(`keepalived-ts: the configuration of ${name} cannot be used:\n\n`)
    output.error(renderDiagnostics(errors, result.sources))
  }
  return exitUnusable
}
