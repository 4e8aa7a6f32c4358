// A command as keepalived shows it in its MIB: every word in single quotes.

import type { ScriptCommand } from '../../../config/blocks/script/model.ts'
import { text, type Value } from './value.ts'

export function scriptText(command: ScriptCommand | undefined): Value | undefined {
  return command === undefined ? undefined : text(command.argv.map(word => `'${word}'`).join(' '))
}

export function hasScripts(...commands: readonly (ScriptCommand | undefined)[]): boolean {
  return commands.some(command => command !== undefined)
}
