// The log of this process, behind the Log port: pino makes one record of each event, and every sink gets it in the form
// that suits it (a line for people, JSON, or a line with a syslog priority). Floods are counted instead of written. It
// never blocks, see log-sink.ts and docs/adr/0002-log-sinks.md.

import { existsSync, fstatSync } from 'node:fs'
import { pino } from 'pino'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { EventName } from '../../lib/log-events.ts'
import { monotonicNowUs, usPerSecond } from '../../lib/time.ts'
import type { LogFacility } from '../process/option-table.ts'
import type { Options } from '../process/options.ts'
import { FloodFilter, type FloodReport } from './log-flood.ts'
import { fileSink, type LogSink, syslogSink } from './log-sink.ts'
import { type Fields, sentenceOf } from './sentence.ts'

type Level = keyof Log
type LineForm = 'human' | 'json' | 'priority'

export interface LogTarget {
  readonly sink: LogSink
  readonly form: LineForm
}

export interface OpenLog extends Log {
  /** Writes what waits (bounded) and lets go of the sinks. */
  close(): Promise<void>
}

interface LogSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stderrIsTerminal: boolean
  readonly processName: string
}

export type LogOptions = Pick<
  Options,
  'logConsole' | 'logDetail' | 'logFacility' | 'logFile' | 'logFormat' | 'syslog' | 'dontFork'
>

const reportEveryMs = 10_000
const closeWithinMs = 500
/** syslog severities, RFC 5424 §6.2.1. */
const severities: Readonly<Record<Level, number>> = { error: 3, warn: 4, info: 6, debug: 7 }
const levelOfNumber: Readonly<Record<number, Level>> = { 50: 'error', 40: 'warn', 30: 'info', 20: 'debug' }
/** Names that a record has by itself. */
const ownNames: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'process', 'event', 'msg'])

/** The log of this process. keepalived's names (`Keepalived`, `Keepalived_vrrp`) are also the tags in syslog. */
export function openLog(options: LogOptions, processName: string): OpenLog {
  const surroundings = { environment: process.env, stderrIsTerminal: process.stderr.isTTY === true, processName }
  const failed: { readonly path: string; readonly reason: string }[] = []
  const targets = logTargets(options, surroundings, (path, reason) => failed.push({ path, reason }))
  const log = createLog(targets, options, processName)
  for (const each of failed) log.error('log-file-unusable', each)
  return log
}

/** Chooses the sinks: terminal or -l, journal, syslog, file. If nothing is left, and nobody asked for silence, stderr. */
export function logTargets(
  options: LogOptions,
  surroundings: LogSurroundings,
  unusable: (path: string, reason: string) => void,
): readonly LogTarget[] {
  const targets: LogTarget[] = []
  const stderr = (form: LineForm) => targets.push({ sink: fileSink('stderr', { fd: 2 }), form })
  const journal = isJournal(surroundings.environment.JOURNAL_STREAM)
  if (options.logFormat === 'json') stderr('json')
  else if (journal) stderr('priority')
  else if (options.logConsole || (surroundings.stderrIsTerminal && options.dontFork)) stderr('human')
  if (options.syslog && !journal && existsSync('/dev/log')) {
    targets.push({ sink: syslogSink(surroundings.processName, process.pid), form: 'priority' })
  }
  if (options.logFile !== undefined) {
    try {
      targets.push({ sink: fileSink('log file', { path: options.logFile }), form: options.logFormat })
    } catch (thrown) {
      // A log that cannot be had is no reason not to guard the address; the other sinks hear of it.
      unusable(options.logFile, messageOf(thrown))
    }
  }
  if (targets.length === 0 && options.syslog) stderr('human')
  return targets
}

/** A log that writes to the given targets. Detail (-D) lets `debug` events through. */
export function createLog(
  targets: readonly LogTarget[],
  options: Pick<Options, 'logDetail' | 'logFacility'>,
  processName: string,
): OpenLog {
  const flood = new FloodFilter()
  const sentences = new Map<string, string>()
  const record = recorder(targets, options, processName)

  function write(level: Level, event: EventName, fields: object): void {
    if (level === 'debug' && options.logDetail === 0) return
    const shown = { ...fields }
    const sentence = sentenceOf(event, shown)
    const key = `${event}\n${'instance' in shown ? String(shown.instance) : ''}`
    if (flood.admit(key, monotonicNowUs())) record[level]({ event, ...renamed(shown) }, sentence)
    else sentences.set(key, sentence)
  }

  function report(all: boolean): void {
    for (const found of flood.reports(monotonicNowUs(), all)) {
      const fields = floodFields(found, sentences)
      record.warn({ event: 'log-flood', ...fields }, sentenceOf('log-flood', fields))
      if (found.key !== undefined) sentences.delete(found.key)
    }
    for (const { sink } of targets) {
      const count = sink.takeLost()
      const fields = { count, sink: sink.name }
      if (count > 0) record.warn({ event: 'log-lines-lost', ...fields }, sentenceOf('log-lines-lost', fields))
    }
  }

  const timer = setInterval(() => report(false), reportEveryMs)
  timer.unref()
  return {
    error: (event, fields) => write('error', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    info: (event, fields) => write('info', event, fields),
    debug: (event, fields) => write('debug', event, fields),
    close: async () => {
      clearInterval(timer)
      report(true)
      await Promise.all(targets.map(({ sink }) => sink.close(closeWithinMs)))
    },
  }
}

type Recorder = Pick<pino.Logger, Level>

function recorder(
  targets: readonly LogTarget[],
  options: Pick<Options, 'logDetail' | 'logFacility'>,
  processName: string,
): Recorder {
  // pino tells a stream with this mark the level and sentence of each line, so that JSON need not be read again.
  const stream = {
    [pino.symbols.needsMetadataGsym]: true as const,
    lastLevel: 30,
    lastMsg: '',
    write: (json: string) => {
      const level = levelOfNumber[stream.lastLevel] ?? 'info'
      for (const { sink, form } of targets) {
        sink.write(form === 'json' ? json : lineOf(form, level, stream.lastMsg, options.logFacility))
      }
    },
  }
  const settings: pino.LoggerOptions = {
    level: options.logDetail === 0 ? 'info' : 'debug',
    base: { pid: process.pid, process: processName },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
  }
  return pino(settings, stream)
}

function lineOf(form: 'human' | 'priority', level: Level, sentence: string, facility: LogFacility): string {
  if (form === 'human') return `${clockTime(new Date())} ${mark(level, sentence)}${sentence}\n`
  // A line with its own priority: each part of a sentence over several lines needs one.
  const prefix = `<${8 * facilityNumber(facility) + severities[level]}>`
  return sentence
    .split('\n')
    .map(line => `${prefix}${line}\n`)
    .join('')
}

function mark(level: Level, sentence: string): string {
  // The configuration's diagnostics say their severity themselves.
  if (/^(error|warning|note)\[/.test(sentence)) return ''
  if (level === 'error') return 'Error: '
  return level === 'warn' ? 'Warning: ' : ''
}

/** RFC 5424 §6.2.1: user 1, daemon 3, local0 to local7 16 to 23. */
function facilityNumber(facility: LogFacility): number {
  if (facility === 'user') return 1
  return facility === 'daemon' ? 3 : 16 + Number(facility.slice('local'.length))
}

function clockTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const ms = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`
}

function renamed(fields: Fields): Fields {
  const entries = Object.entries(fields)
  if (!entries.some(([name, value]) => ownNames.has(name) || value instanceof Error)) return fields
  return Object.fromEntries(
    entries.map(([name, value]) => [
      ownNames.has(name) ? `${name}_` : name,
      value instanceof Error ? value.message : value,
    ]),
  )
}

function floodFields(found: FloodReport, sentences: ReadonlyMap<string, string>): { [name: string]: string | number } {
  const seconds = Math.max(1, Math.round(found.sinceUs / usPerSecond))
  const what = found.key === undefined ? 'various events' : (sentences.get(found.key) ?? found.key)
  return { count: found.count, seconds, what }
}

/** systemd names the device and inode of the stream it has given us, so that a redirected stderr is told apart. */
function isJournal(journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false
  const stderr = fstatSync(2)
  return journalStream === `${stderr.dev}:${stderr.ino}`
}
