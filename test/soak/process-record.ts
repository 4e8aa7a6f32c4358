// Descriptors, memory and threads of each process that played a router, from its first seconds to its last: /proc(5).
// A process that leaks has more at its end than in the beginning.

import { readdirSync, readFileSync } from 'node:fs'

interface Sample {
  readonly descriptors: number
  readonly rssMb: number
  readonly threads: number
}

export interface ProcessRow {
  readonly name: string
  readonly pid: number
  readonly samples: number
  readonly first: Sample
  readonly last: Sample
}

/** While a process starts its numbers say nothing. */
const SAMPLES_OF_START = 2
/** A worker thread that is just being replaced has its descriptors too, so the least of some samples counts. */
const SAMPLES_AT_EACH_END = 3

export class ProcessRecord {
  readonly #samples = new Map<number, { readonly name: string; readonly samples: Sample[] }>()

  /** Takes a sample; a process that has ended meanwhile is passed over. */
  sample(name: string, pid: number): void {
    const sample = read(pid)
    if (sample === undefined) return
    const known = this.#samples.get(pid) ?? { name, samples: [] }
    this.#samples.set(pid, known)
    known.samples.push(sample)
  }

  /** Processes that lived long enough to be judged. */
  rows(): ProcessRow[] {
    return [...this.#samples].flatMap(([pid, { name, samples }]) => {
      const steady = samples.slice(SAMPLES_OF_START)
      if (steady.length < 2 * SAMPLES_AT_EACH_END) return []
      const first = least(steady.slice(0, SAMPLES_AT_EACH_END))
      const last = least(steady.slice(-SAMPLES_AT_EACH_END))
      return [{ name, pid, samples: samples.length, first, last }]
    })
  }
}

/** One line for people. */
export function describeRow({ name, pid, samples, first, last }: ProcessRow): string {
  const change = (key: keyof Sample) => `${first[key]} -> ${last[key]}`
  return `${name.padEnd(11)} ${String(pid).padStart(7)}  ${String(samples).padStart(4)} samples  descriptors ${change('descriptors')}  RSS ${change('rssMb')} MB  threads ${change('threads')}`
}

function read(pid: number): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const number = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1])
    const rssKb = number('VmRSS')
    // A zombie has neither memory nor descriptors.
    if (!Number.isInteger(rssKb)) return undefined
    const descriptors = readdirSync(`/proc/${pid}/fd`).length
    return { descriptors, rssMb: Math.round(rssKb / 1024), threads: number('Threads') }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ESRCH'))
      return undefined
    throw thrown
  }
}

function least(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample) => Math.min(...samples.map(sample => sample[key]))
  return { descriptors: of('descriptors'), rssMb: of('rssMb'), threads: of('threads') }
}
