// nftables_ipvs: a group that has only addresses becomes one firewall mark for each protocol, and its addresses rows of
// a map from address and port to that mark. keepalived.conf(5) `nftables_ipvs`, `nftables_ipvs_priority`,
// `nftables_ipvs_start_fwmark`.

import { compareIp, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { hasOption, is, isSet } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import { parseRange } from './address-range.ts'
import { serviceSelectors } from './keywords.ts'
import type { LvsProtocol, NftMarks, NftRow, ServiceAddress } from './model.ts'

const tableDefault = 'keepalived_ipvs'
const priorityDefault = -1
const markDefault = 1_000
/** What nft(8) takes as an identifier. */
const identifier = /^[A-Za-z][A-Za-z0-9_./\\-]{0,126}$/

export class NftDraft {
  readonly #settings: Omit<NftMarks, 'rows'>
  readonly #context: BuildContext
  readonly #rows: NftRow[] = []
  /** By group and protocol; virtual servers that share both share the mark. */
  readonly #marks = new Map<string, { readonly mark: number; readonly services: readonly ServiceAddress[] }>()
  #next: number

  private constructor(settings: Omit<NftMarks, 'rows'>, firstMark: number, context: BuildContext) {
    this.#context = context
    this.#settings = settings
    this.#next = firstMark
  }

  /** undefined: without nftables_ipvs. Its two companions count only below it. */
  static from(defs: Entry | undefined, context: BuildContext): NftDraft | undefined {
    let found: { table: string; priority: number; mark: number } | undefined
    for (const entry of defs?.children ?? []) {
      const [first] = entry.values
      if (is(entry, globalDefs.nftablesIpvs)) {
        found = {
          table: typeof first === 'string' ? first : tableDefault,
          priority: priorityDefault,
          mark: markDefault,
        }
        if (identifier.test(found.table)) continue
        complain(context, 'bad-value', entry, `nftables_ipvs ${found.table} is no name of a table; it is ignored`, {
          help: 'write a letter, then letters, digits, _, ., / or -',
        })
        found = undefined
      } else if (found !== undefined && typeof first === 'number') {
        if (is(entry, globalDefs.nftablesIpvsPriority)) found.priority = first
        if (is(entry, globalDefs.nftablesIpvsStartFwmark)) found.mark = first
      }
    }
    if (found === undefined) return undefined
    const { table, priority, mark } = found
    return new NftDraft({ table, priority, counters: isSet(defs, globalDefs.nftablesCounters) }, mark, context)
  }

  /** The services of a group, one per family; undefined if it has rows with marks of their own. */
  services(group: Entry, protocol: LvsProtocol): readonly ServiceAddress[] | undefined {
    if (group.children.some(row => hasOption(row, serviceSelectors.fwmark))) return undefined
    const key = `${protocol} ${group.values[0]}`
    const known = this.#marks.get(key)
    if (known !== undefined) return known.services
    const mark = this.#next
    const rows = group.children.flatMap(row => this.#free(row, rowOf(row, protocol, mark)))
    const families = ([4, 6] as const).filter(family => rows.some(row => row.family === family))
    const services = families.map(family => ({ kind: 'fwmark', family, mark }) as const)
    if (services.length > 0) this.#next++
    this.#marks.set(key, { mark, services })
    return services
  }

  /** Keeps the row, unless an earlier one has some of its addresses: a packet can have only one mark. */
  #free(entry: Entry, rows: readonly NftRow[]): readonly NftRow[] {
    return rows.filter(row => {
      const other = this.#rows.find(each => overlaps(each, row))
      if (other === undefined) this.#rows.push(row)
      else
        complain(
          this.#context,
          'bad-server',
          entry,
          `'${entry.raw}' overlaps ${other.first} of another row; it is left out`,
          {
            help: 'nftables_ipvs gives each address, port and protocol one mark; name it in one group',
          },
        )
      return other === undefined
    })
  }

  result(): NftMarks {
    return { ...this.#settings, rows: this.#rows }
  }
}

function overlaps(a: NftRow, b: NftRow): boolean {
  if (a.family !== b.family || a.protocol !== b.protocol) return false
  if (a.port !== b.port && a.port !== 0 && b.port !== 0) return false
  const before = (left: string, right: string) => compareIp(parseIp(left)!, parseIp(right)!) < 0
  return !before(a.last, b.first) && !before(b.last, a.first)
}

function rowOf(row: Entry, protocol: LvsProtocol, mark: number): readonly NftRow[] {
  const [text, port] = row.values
  const range = typeof text === 'string' ? parseRange(text) : 'no address'
  if (typeof range === 'string') return []
  const { first, last } = range
  return [
    {
      family: first.length === 4 ? 4 : 6,
      protocol,
      first: formatIp(first),
      last: formatIp(last),
      port: typeof port === 'number' ? port : 0,
      mark,
    },
  ]
}
