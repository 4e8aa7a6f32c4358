// `keepalived-ts fmt`: lays out configuration files with src/config/format. This file reads and writes them and gives
// the exit status: 0 all is well, 1 a file is not formatted (--check), could not be read or written, or has braces that
// do not match.

import { parseArgs } from 'node:util'
import { type FormatResult, formatConfiguration } from '../../config/format/format.ts'
import { fileSizeBytesMax } from '../../config/text/source.ts'
import { messageOf } from '../../lib/errors.ts'
import type { CommandOutput } from '../../lib/output.ts'
import {
  type ConfigText,
  decodeConfigText,
  encodeConfigText,
  readConfigText,
  replaceConfigText,
} from '../loading/config-text-file.ts'

export const fmtSynopsis = 'fmt [--check | -w] [--tabs | --indent=N] FILE...'

/** Blanks for one level of depth. */
const indentDefault = 4
const indentMax = 16

interface Request {
  readonly paths: readonly string[]
  readonly indent: string
  readonly mode: 'print' | 'check' | 'write'
}

/** Resolves with the exit status. `-` as a file is `input`, by default the standard input. */
export async function runFmt(
  args: readonly string[],
  output: CommandOutput,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<number> {
  const request = readRequest(args)
  if (typeof request === 'string') {
    output.error(`keepalived-ts: ${request}\nUsage: keepalived-ts ${fmtSynopsis}\n`)
    return 1
  }
  let status = 0
  for (const path of request.paths) status = Math.max(status, await formatFile(path, request, output, input))
  return status
}

function readRequest(args: readonly string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        write: { type: 'boolean', short: 'w', default: false },
        tabs: { type: 'boolean', default: false },
        indent: { type: 'string' },
      },
    })
    const { check, write, tabs, indent } = values
    if (check && write) return '--check and -w exclude each other'
    if (tabs && indent !== undefined) return '--tabs and --indent exclude each other'
    if (indent !== undefined && !(/^\d{1,2}$/.test(indent) && Number(indent) <= indentMax))
      return `--indent takes a number from 0 to ${indentMax}`
    if (positionals.length === 0) return 'fmt needs a file, or - for the standard input'
    if (positionals.length > 1 && !check && !write) return 'more than one file needs --check or -w'
    if (write && positionals.includes('-')) return 'the standard input cannot be written back'
    const mode = check ? 'check' : write ? 'write' : 'print'
    return { paths: positionals, mode, indent: tabs ? '\t' : ' '.repeat(Number(indent ?? indentDefault)) }
  } catch (thrown) {
    return messageOf(thrown)
  }
}

async function formatFile(
  path: string,
  request: Request,
  output: CommandOutput,
  input: AsyncIterable<Uint8Array>,
): Promise<number> {
  try {
    const source = path === '-' ? await readAll(input) : readConfigText(path)
    const result = formatConfiguration(source.text, request)
    tellUnbalanced(path, result, output)
    const status = deliver(path, source, result.text, request.mode, output)
    return result.unbalanced === undefined ? status : 1
  } catch (thrown) {
    output.error(`keepalived-ts: ${path}: ${messageOf(thrown)}\n`)
    return 1
  }
}

function deliver(path: string, source: ConfigText, text: string, mode: Request['mode'], output: CommandOutput): number {
  const isFormatted = text === source.text
  switch (mode) {
    case 'print':
      output.out(source.encoding === 'utf8' ? text : encodeConfigText({ ...source, text }))
      return 0
    case 'check':
      if (!isFormatted) output.out(`${path}\n`)
      return isFormatted ? 0 : 1
    case 'write':
      if (!isFormatted) replaceConfigText(path, { ...source, text })
      return 0
  }
}

function tellUnbalanced(path: string, { unbalanced }: FormatResult, output: CommandOutput): void {
  if (unbalanced === undefined) return
  const what = unbalanced.reason === 'surplus' ? 'this } closes nothing' : 'a { of this line is never closed'
  output.error(`keepalived-ts: ${path}:${unbalanced.line}: ${what}; from here on the text is left as it is\n`)
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<ConfigText> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    length += chunk.length
    if (length > fileSizeBytesMax) throw new Error(`the input is larger than ${fileSizeBytesMax / 1024 / 1024} MiB`)
    chunks.push(chunk)
  }
  return decodeConfigText(Buffer.concat(chunks))
}
