// Rows of track_script and track_interface to what an instance or a sync group tracks. A name inside track_script that is an
// interface and not a script is taken as a tracked interface (beyond keepalived, which ignores such a row).

import type { Entry } from '../../language/entry.ts'
import { rowsOf } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import type { TrackedInterface, TrackedScript, VrrpScript } from './model.ts'
import { weightOf } from './weight.ts'

interface Tracking {
  readonly scripts: readonly TrackedScript[]
  readonly interfaces: readonly TrackedInterface[]
}

/** A script and where it was defined, so that a use above its definition can be told from an unknown name. */
export interface KnownScripts {
  /** Scripts that are usable, in file order. */
  readonly scripts: readonly VrrpScript[]
  /** Position of the definitions among the blocks of the outermost level. */
  readonly positions: ReadonlyMap<string, number>
  /** Lines of the scripts that were left out for a fault of their own. */
  readonly refused: ReadonlyMap<string, number>
}

/** What `block` tracks; `position` is its place at the outermost level, before which its scripts must be defined. */
export function buildTracking(
  block: Entry,
  position: number,
  known: KnownScripts,
  ownInterface: string | undefined,
  context: BuildContext,
): Tracking {
  const scripts: TrackedScript[] = []
  const interfaces: TrackedInterface[] = []
  for (const row of rowsOf(block, vrrpInstance.trackScript)) {
    const name = String(row.values[0])
    const script = findScript(name, position, known)
    if (script !== undefined) addScript(row, script, scripts, context)
    else if (isInterface(name, context)) addInterfaceOfScriptList(row, name, interfaces, context)
    else complainOfUnknownScript(row, name, known, context)
  }
  for (const row of rowsOf(block, vrrpInstance.trackInterface)) addInterface(row, ownInterface, interfaces, context)
  return { scripts, interfaces }
}

function findScript(name: string, position: number, known: KnownScripts): VrrpScript | undefined {
  const defined = known.positions.get(name)
  if (defined === undefined || defined > position) return undefined
  return known.scripts.find(script => script.name === name)
}

function isInterface(name: string, context: BuildContext): boolean {
  return !context.strictKeepalived && context.interfaceExists(name)
}

function addScript(row: Entry, script: VrrpScript, scripts: TrackedScript[], context: BuildContext): void {
  if (scripts.some(tracked => tracked.script === script.name)) {
    complainOfDuplicate(row, script.name, context)
    return
  }
  scripts.push({ script: script.name, ...weightOf(row, script, context) })
}

function addInterfaceOfScriptList(
  row: Entry,
  name: string,
  interfaces: TrackedInterface[],
  context: BuildContext,
): void {
  const message = `'${name}' in track_script is an interface, not a vrrp_script; it is tracked as an interface`
  complain(context, 'interface-in-track-script', row, message, {
    help: `write it into track_interface { ${name} }; keepalived ignores it here`,
  })
  if (!interfaces.some(tracked => tracked.interface === name)) {
    interfaces.push({ interface: name, ...weightOf(row, { weight: 0, reverse: false }, context) })
  }
}

function addInterface(
  row: Entry,
  ownInterface: string | undefined,
  interfaces: TrackedInterface[],
  context: BuildContext,
): void {
  const name = String(row.values[0])
  if (name === ownInterface) {
    const message = `${name} is the interface of the instance and is tracked anyway; the row is left out`
    complain(context, 'duplicate-tracker', row, message, { help: 'remove the row, or set dont_track_primary' })
    return
  }
  if (interfaces.some(tracked => tracked.interface === name)) {
    complainOfDuplicate(row, name, context)
    return
  }
  interfaces.push({ interface: name, ...weightOf(row, { weight: 0, reverse: false }, context) })
}

function complainOfDuplicate(row: Entry, name: string, context: BuildContext): void {
  complain(context, 'duplicate-tracker', row, `${name} is tracked twice; the later row is left out`, {
    help: 'remove one of the rows',
  })
}

function complainOfUnknownScript(row: Entry, name: string, known: KnownScripts, context: BuildContext): void {
  const refusedAt = known.refused.get(name)
  if (refusedAt !== undefined) {
    const message = `vrrp_script ${name} was left out, so it is not tracked`
    complain(context, 'unknown-script', row, message, { help: `mend the vrrp_script at line ${refusedAt}` })
    return
  }
  const later = known.scripts.find(script => script.name === name)
  const names = known.scripts.map(script => script.name)
  const help =
    later !== undefined
      ? `vrrp_script ${name} is defined below, at line ${later.place.line}; move it above this block`
      : names.length === 0
        ? 'define it with vrrp_script above this block'
        : `scripts that are defined: ${names.join(', ')}`
  complain(context, 'unknown-script', row, `no vrrp_script '${name}' is defined so far; the row is left out`, { help })
}
