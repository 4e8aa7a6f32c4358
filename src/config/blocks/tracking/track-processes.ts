// vrrp_track_process blocks to the model: which processes are counted, and how many there must be. keepalived.conf(5)
// vrrp_track_process. Weights are read where the blocks are referred to (tracked-objects.ts).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, textsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, nameOf } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { vrrpTrackProcess } from './keywords.ts'
import type { VrrpTrackProcess } from './model.ts'

/** What the kernel keeps of a name, in bytes. */
const nameLengthMax = 15
const quorumDefault = 1

/** In file order; a block without a process was reported and is left out. */
export function buildTrackProcesses(root: Entry, context: BuildContext): readonly VrrpTrackProcess[] {
  return entriesOf(root, topLevel.vrrpTrackProcess)
    .map(block => buildProcess(block, context))
    .filter(process => process !== undefined)
}

function buildProcess(block: Entry, context: BuildContext): VrrpTrackProcess | undefined {
  const entry = lastOf(block, vrrpTrackProcess.process)
  const [command, ...parameters] = entry === undefined ? [] : textsOf(entry)
  if (entry === undefined || command === undefined) return undefined
  const parameterMatch = matchOf(block, parameters)
  const fullCommand = isSet(block, vrrpTrackProcess.fullCommand) || parameterMatch !== 'any'
  if (!fullCommand) checkName(command, entry, context)
  const weight = lastOf(block, vrrpTrackProcess.weight)
  return {
    name: nameOf(block),
    command,
    fullCommand,
    parameters,
    parameterMatch,
    weight: typeof weight?.values[0] === 'number' ? weight.values[0] : 0,
    reverse: weight?.values[1] === 'reverse',
    ...buildQuorum(block, context),
    ...buildDelays(block),
  }
}

/** Without parameters `param_match` says that the process must have none. */
function matchOf(block: Entry, parameters: readonly string[]): VrrpTrackProcess['parameterMatch'] {
  const written = lastOf(block, vrrpTrackProcess.paramMatch)
  if (written === undefined) return parameters.length === 0 ? 'any' : 'exact'
  const [how] = written.values
  return how === 'initial' || how === 'partial' ? how : 'exact'
}

function checkName(command: string, entry: Entry, context: BuildContext): void {
  const help = 'write the name that /proc/PID/comm has, or full_command to go by the command line'
  if (command.includes('/')) {
    const message = `the kernel's names of processes have no directory, so nothing is called ${command}`
    complain(context, 'process-name', entry, message, { help })
  } else if (new TextEncoder().encode(command).length > nameLengthMax) {
    const message = `the kernel keeps ${nameLengthMax} characters of a process name; only those of ${command} are compared`
    complain(context, 'process-name', entry, message, { help })
  }
}

/** The one that comes second gives way, as in keepalived; with a maximum of 0 nothing may run. */
function buildQuorum(block: Entry, context: BuildContext): Pick<VrrpTrackProcess, 'quorum' | 'quorumMax'> {
  let quorum: number | undefined
  let quorumMax: number | undefined
  for (const child of block.children) {
    const [number] = child.values
    if (typeof number !== 'number') continue
    if (is(child, vrrpTrackProcess.quorum)) {
      if (quorumMax !== undefined && number > quorumMax) complainOfQuorum(child, number, quorumMax, context)
      else quorum = number
    } else if (is(child, vrrpTrackProcess.quorumMax)) {
      if (number > 0 && quorum !== undefined && quorum > number) complainOfQuorum(child, quorum, number, context)
      else quorumMax = number
    }
  }
  return { quorum: quorumMax === 0 ? 0 : (quorum ?? quorumDefault), ...given('quorumMax', quorumMax) }
}

function complainOfQuorum(at: Entry, quorum: number, quorumMax: number, context: BuildContext): void {
  const message = `quorum ${quorum} and quorum_max ${quorumMax} leave nothing; this one is ignored`
  complain(context, 'bad-value', at, message, { help: 'let quorum be quorum_max at most' })
}

/** `delay` stands for both; whichever comes last counts. */
function buildDelays(block: Entry): Pick<VrrpTrackProcess, 'forkDelayUs' | 'terminateDelayUs'> {
  const delays = { forkDelayUs: 0, terminateDelayUs: 0 }
  for (const child of block.children) {
    const [us] = child.values
    if (typeof us !== 'number') continue
    if (is(child, vrrpTrackProcess.delay) || is(child, vrrpTrackProcess.forkDelay)) delays.forkDelayUs = us
    if (is(child, vrrpTrackProcess.delay) || is(child, vrrpTrackProcess.terminateDelay)) delays.terminateDelayUs = us
  }
  return delays
}
