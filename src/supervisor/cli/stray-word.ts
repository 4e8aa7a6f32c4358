// Words on the command line that belong to no option. keepalived ignores them and starts; here some words are commands,
// so a misspelt command must not become a daemon that takes the address. Pure.

import { suggest } from '../../config/report/suggest.ts'

/**
 * Why a line that would start the daemon is refused, or undefined if it may start it. `first` is the first argument as
 * written, `words` are those that belong to no option, `commands` the names of all commands.
 */
export function strayCommand(first: string, words: readonly string[], commands: readonly string[]): string | undefined {
  const [word] = words
  if (word === undefined) return undefined
  const meant = words.find(given => commands.includes(given))
  if (meant !== undefined) return `'${meant}' is a command and comes first: keepalived-ts ${meant} …`
  const near = nearest(words, commands)
  if (first !== word && near === undefined) return undefined
  const help = near === undefined ? "'keepalived-ts --help' lists the commands" : `did you mean '${near}'?`
  return `there is no command '${word}'; ${help}`
}

function nearest(words: readonly string[], commands: readonly string[]): string | undefined {
  for (const word of words) {
    const near = suggest(word, commands)
    if (near !== undefined) return near
  }
  return undefined
}
