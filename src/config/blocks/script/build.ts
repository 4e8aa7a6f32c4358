// vrrp_script blocks to the model.

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, nameOf, placeOf } from '../context.ts'
import { vrrpScript } from '../tracking/keywords.ts'
import type { VrrpScript } from '../tracking/model.ts'
import { limitWeight } from '../tracking/weight.ts'
import { buildCommandOf, isRunnable } from './command.ts'

/** The script, or undefined if it has no usable command. */
export function buildScript(block: Entry, context: BuildContext): VrrpScript | undefined {
  const name = nameOf(block)
  const script = lastOf(block, vrrpScript.script)
  if (script === undefined) {
    complain(context, 'script-without-command', block, `vrrp_script ${name} has no script; it is left out`, {
      help: 'write script "COMMAND"',
    })
    return undefined
  }
  const command = buildCommandOf(script, lastOf(block, vrrpScript.user), context)
  if (command === undefined) return undefined
  if (!isRunnable(command, context)) {
    // keepalived disables such a script, and what tracks it goes on without it.
    complain(
      context,
      'script-not-found',
      script,
      `the command ${command.argv[0]} does not exist; the script is left out`,
      {
        help: 'check the path; nothing is tracked by this script as long as it is missing',
      },
    )
    return undefined
  }
  const intervalUs = read(block, vrrpScript.interval)
  const weight = lastOf(block, vrrpScript.weight)
  return {
    name,
    command,
    intervalUs,
    timeoutUs: read(block, vrrpScript.timeout) ?? intervalUs,
    weight: weight === undefined ? 0 : limitWeight(Number(weight.values[0]), weight, context),
    reverse: weight?.values[1] === 'reverse',
    rise: read(block, vrrpScript.rise),
    fall: read(block, vrrpScript.fall),
    initFail: isSet(block, vrrpScript.initFail),
    place: placeOf(block),
  }
}

/** Advice on scripts that nothing tracks: keepalived leaves them out, and so do we. */
export function keepUsedScripts(
  scripts: readonly VrrpScript[],
  used: ReadonlySet<string>,
  file: { readonly blocks: readonly Entry[]; readonly named: ReadonlySet<string> },
  context: BuildContext,
): readonly VrrpScript[] {
  for (const script of scripts) {
    // Where a row that names it was refused, that has been said.
    if (used.has(script.name) || file.named.has(script.name)) continue
    const block = file.blocks.find(each => nameOf(each) === script.name)
    complain(
      context,
      'script-not-used',
      block,
      `vrrp_script ${script.name} is not tracked by anything and will not run`,
      {
        help: `name it in track_script of an instance, or remove it`,
      },
    )
  }
  return scripts.filter(script => used.has(script.name))
}
