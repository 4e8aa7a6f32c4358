// The parameters that need no definition: ${_PWD} ${_INSTANCE} ${_RANDOM MIN MAX} ${_ENV NAME} ${_HASH} ${_BANG}.

import { type Problems, problem, readerCodes, report } from '../report/collector.ts'
import type { Span } from '../report/span.ts'
import { madeText, type Text, type Use } from './text.ts'

export interface BuiltinContext {
  /** Absolute directory of the file being read. */
  readonly directory: string
  readonly configId: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A number from 0 up to but not including 1. */
  readonly random: () => number
}

/** RAND_MAX of the range that keepalived uses without MAX. */
const randomDefaultMax = 32767

/** Does `${NAME ARGS}` name a built-in in a form that it takes? */
export function isBuiltin(name: string, args: string): boolean {
  switch (name) {
    case '_PWD':
    case '_INSTANCE':
    case '_HASH':
    case '_BANG':
      return args === ''
    case '_RANDOM':
      return /^(\d{1,10}([ \t]+\d{1,10})?)?$/.test(args)
    case '_ENV':
      return /^[A-Za-z0-9_]*$/.test(args)
    default:
      return false
  }
}

/** The value; `place` says where the reference stands. Only for what `isBuiltin` accepts. */
export function builtinValue(
  name: string,
  args: string,
  place: Use,
  context: BuiltinContext,
  problems: Problems,
): Text {
  switch (name) {
    case '_PWD':
      return madeText(context.directory, place)
    case '_INSTANCE':
      return madeText(context.configId, place)
    case '_HASH':
      return madeText('#', place)
    case '_BANG':
      return madeText('!', place)
    case '_ENV':
      return madeText(environmentValue(args, place, context, problems), place)
    default:
      return madeText(String(randomNumber(args, place, context, problems)), place)
  }
}

function environmentValue(name: string, place: Use, context: BuiltinContext, problems: Problems): string {
  if (name === '') {
    const message = "'_ENV' needs the name of an environment variable; it is taken as empty"
    report(problems, problem(readerCodes.environmentName, 'general', message, outermost(place), `write \${_ENV NAME}`))
    return ''
  }
  return Object.hasOwn(context.environment, name) ? (context.environment[name] ?? '') : ''
}

function randomNumber(args: string, place: Use, context: BuiltinContext, problems: Problems): number {
  const [min = 0, max = Math.max(min, randomDefaultMax)] = args === '' ? [] : args.split(/[ \t]+/).map(Number)
  if (max < min) {
    const message = `the upper bound ${max} of '_RANDOM' is below the lower bound ${min}, which is taken for both`
    report(
      problems,
      problem(readerCodes.randomRange, 'general', message, outermost(place), `write \${_RANDOM MIN MAX}`),
    )
    return min
  }
  return min + Math.floor(context.random() * (max - min + 1))
}

function outermost(place: Use): Span {
  let use = place
  while (use.outer !== undefined) use = use.outer
  return use.span
}
