// Is this one of the processes that a vrrp_track_process counts? Pure. keepalived.conf(5) vrrp_track_process.

import type { VrrpTrackProcess } from '../../config/blocks/tracking/model.ts'
import type { ProcessFacts } from '../../native/process-table.ts'

/** What the kernel keeps of a name, in bytes. */
const nameLengthMax = 15

/** Answers for one definition, which is turned into bytes once. */
export type ProcessMatcher = (facts: ProcessFacts) => boolean

export function matcherOf(process: VrrpTrackProcess): ProcessMatcher {
  const command = bytesOf(process.command)
  if (!process.fullCommand) {
    const name = command.slice(0, nameLengthMax)
    return facts => facts.name === name
  }
  const wanted = parametersOf(process)
  const { parameterMatch } = process
  return ({ commandLine }) => {
    const end = commandLine.indexOf('\0')
    const [first, rest] = end < 0 ? [commandLine, ''] : [commandLine.slice(0, end), commandLine.slice(end + 1)]
    return first === command && fits(rest, wanted, parameterMatch)
  }
}

/** How much of a command line has to be known to answer for all of these: a little more than the longest that is wanted. */
export function commandLineLengthFor(processes: readonly VrrpTrackProcess[]): number {
  const lengths = processes
    .filter(process => process.fullCommand)
    .map(process => bytesOf(process.command).length + parametersOf(process).length + 2)
  return Math.max(0, ...lengths)
}

function fits(rest: string, wanted: string, how: VrrpTrackProcess['parameterMatch']): boolean {
  switch (how) {
    case 'any':
      return true
    case 'exact':
      return rest === wanted
    case 'partial':
      return rest.startsWith(wanted)
    case 'initial':
      // The last parameter may go on.
      return rest.startsWith(wanted.slice(0, -1))
  }
}

function parametersOf({ parameters }: VrrpTrackProcess): string {
  return parameters.map(parameter => `${bytesOf(parameter)}\0`).join('')
}

/** A character for each byte, as the facts have them. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
