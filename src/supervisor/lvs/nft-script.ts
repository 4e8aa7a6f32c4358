// The nftables tables of nftables_ipvs as input for `nft -f -`, which is one transaction: nobody sees half of it. Pure
// text; not who runs it (nft-tables.ts). A packet to an address of a group gets the mark of its group before IPVS looks
// at it (local in, 98). nft(8); keepalived makes the same chain `in` with the maps `tcp_map`, `udp_map` and `sctp_map`.

import type { NftMarks, NftRow } from '../../config/blocks/server/model.ts'

const families = [
  { family: 4, table: 'ip', address: 'ipv4_addr', destination: 'ip daddr' },
  { family: 6, table: 'ip6', address: 'ipv6_addr', destination: 'ip6 daddr' },
] as const

const protocols = ['TCP', 'UDP', 'SCTP'] as const

/** Whatever there was of the table is replaced. A family without rows has no table. */
export function nftScript(marks: NftMarks): string {
  const tables = families.flatMap(({ family, table, address, destination }) => {
    const rows = marks.rows.filter(row => row.family === family)
    if (rows.length === 0) return []
    const used = protocols.filter(protocol => rows.some(row => row.protocol === protocol))
    const maps = used.map(protocol => mapText(rows, protocol, address))
    const counter = marks.counters ? 'counter ' : ''
    const rules = used.map(
      protocol =>
        `    ${counter}meta mark set ${destination} . ${protocol.toLowerCase()} dport map @${protocol.toLowerCase()}_map`,
    )
    const head = `    type filter hook input priority ${marks.priority}; policy accept;`
    return [`table ${table} ${marks.table} {`, ...maps, '  chain in {', head, ...rules, '  }', '}']
  })
  return `${removal(marks.table)}${tables.map(line => `${line}\n`).join('')}`
}

/** Takes the table away, whether or not it is there. */
export function removal(table: string): string {
  return families.map(each => `add table ${each.table} ${table}\ndelete table ${each.table} ${table}\n`).join('')
}

function mapText(rows: readonly NftRow[], protocol: NftRow['protocol'], address: string): string {
  const elements = rows
    .filter(row => row.protocol === protocol)
    .map(row => {
      const addresses = row.first === row.last ? row.first : `${row.first}-${row.last}`
      return `      ${addresses} . ${row.port === 0 ? '0-65535' : row.port} : ${row.mark}`
    })
  const body = ['    flags interval', `    elements = {\n${elements.join(',\n')}\n    }`]
  return `  map ${protocol.toLowerCase()}_map {\n    type ${address} . inet_service : mark\n${body.join('\n')}\n  }`
}
