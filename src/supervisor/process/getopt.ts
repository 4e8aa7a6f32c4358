// Long and short options as getopt_long reads them: unique prefixes of long names, clusters of short ones, optional
// arguments that must be attached, options behind words. util.parseArgs knows neither prefixes nor optional arguments,
// hence this. Pure; option-table.ts and options.ts say what the options mean.

export type ArgumentKind = 'none' | 'required' | 'optional'

export interface OptionShape {
  /** The long name, also the name by which the option is reported. */
  readonly long: string
  readonly short?: string
  readonly argument: ArgumentKind
  /** Only the whole name matches, so that it changes no prefix of the other options. */
  readonly wholeNameOnly?: boolean
}

interface GivenOption {
  readonly long: string
  /** As it was written, for messages. */
  readonly written: string
  readonly value?: string
}

export interface CommandLine {
  readonly given: readonly GivenOption[]
  /** Words that are neither options nor arguments of options. */
  readonly words: readonly string[]
  /** One sentence for each thing that is wrong; the whole line is read all the same. */
  readonly errors: readonly string[]
}

interface Reading {
  readonly given: GivenOption[]
  readonly words: string[]
  readonly errors: string[]
  readonly rest: string[]
}

/** Reads a command line (without program name). `lastOption` ends it: everything behind that option is a word. */
export function readCommandLine(
  args: readonly string[],
  shapes: readonly OptionShape[],
  lastOption?: string,
): CommandLine {
  const reading: Reading = { given: [], words: [], errors: [], rest: [...args] }
  while (reading.rest.length > 0) {
    const arg = reading.rest.shift()!
    if (arg === '--' || reading.given.at(-1)?.long === lastOption) {
      reading.words.push(...(arg === '--' ? [] : [arg]), ...reading.rest)
      break
    }
    if (arg.startsWith('--')) readLong(arg, shapes, reading)
    else if (arg.startsWith('-') && arg !== '-') readCluster(arg, shapes, reading, lastOption)
    else reading.words.push(arg)
  }
  return { given: reading.given, words: reading.words, errors: reading.errors }
}

function readLong(arg: string, shapes: readonly OptionShape[], reading: Reading): void {
  const equals = arg.indexOf('=')
  const name = arg.slice(2, equals < 0 ? undefined : equals)
  const attached = equals < 0 ? undefined : arg.slice(equals + 1)
  const candidates = matching(name, shapes)
  const shape = candidates[0]
  if (shape === undefined) {
    reading.errors.push(`unknown option '--${name}'`)
  } else if (candidates.length > 1) {
    const names = candidates.map(candidate => `--${candidate.long}`).join(', ')
    reading.errors.push(`option '--${name}' is ambiguous: ${names}`)
  } else if (shape.argument === 'none' && attached !== undefined) {
    reading.errors.push(`option '--${shape.long}' takes no argument`)
  } else {
    take(shape, `--${shape.long}`, attached, reading)
  }
}

/** A whole name always matches alone, even if it begins another one (`--vrrp`, `--vrrp_pid`). */
function matching(name: string, shapes: readonly OptionShape[]): readonly OptionShape[] {
  const exact = shapes.find(shape => shape.long === name)
  if (exact !== undefined) return [exact]
  return shapes.filter(shape => shape.wholeNameOnly !== true && name !== '' && shape.long.startsWith(name))
}

function readCluster(arg: string, shapes: readonly OptionShape[], reading: Reading, lastOption?: string): void {
  for (let i = 1; i < arg.length; i++) {
    const letter = arg[i]!
    const shape = shapes.find(candidate => candidate.short === letter)
    if (shape === undefined) {
      reading.errors.push(`unknown option '-${letter}'`)
      continue
    }
    if (shape.argument === 'none') {
      reading.given.push({ long: shape.long, written: `-${letter}` })
      if (shape.long === lastOption) return
      continue
    }
    take(shape, `-${letter}`, i + 1 < arg.length ? arg.slice(i + 1) : undefined, reading)
    return
  }
}

function take(shape: OptionShape, written: string, attached: string | undefined, reading: Reading): void {
  if (shape.argument !== 'required') {
    reading.given.push({ long: shape.long, written, ...(attached === undefined ? {} : { value: attached }) })
    return
  }
  // keepalived: `--use-file=` with nothing behind the sign counts as a missing argument.
  const value = attached ?? reading.rest.shift()
  if (value === undefined || value === '') reading.errors.push(`option '${written}' needs an argument`)
  else reading.given.push({ long: shape.long, written, value })
}
