// Interfaces that the configuration names and the host does not have. keepalived does not start with them unless
// dynamic_interfaces is set.

import { familyOf } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { is, isOneOf, read, readOption } from '../../language/entry.ts'
import { problem } from '../../report/codes.ts'
import type { Span } from '../../report/span.ts'
import { suggest } from '../../report/suggest.ts'
import type { BuildContext } from '../context.ts'
import { vmacOptions, vrrpInstance } from '../instance/keywords.ts'
import { topLevel } from '../keywords.ts'

/** Reports every interface that must exist and does not, once each, with all its uses. True if there was one. */
export function checkInterfaces(root: Entry, context: BuildContext): boolean {
  let missing = false
  const created = new Set(collectCreated(root))
  const uses = new Map<string, Span[]>()
  collectUses(root, uses)
  const existing = context.interfaceNames()
  for (const [name, spans] of uses) {
    if (created.has(name) || context.interfaceExists(name)) continue
    missing = true
    const message = `interface '${name}' does not exist`
    const near = suggest(name, existing)
    const [base = '', alias] = name.split(':')
    if (alias !== undefined && context.interfaceExists(base)) {
      const help = `${name} is a label of an address, no interface: write 'dev ${base} label ${name}' behind the address, or only ${base}`
      context.report(problem('unknown-interface', spans[0], message, { help }))
      continue
    }
    const has = existing.length === 0 ? 'this host has no interface' : `this host has ${existing.join(', ')}`
    context.report(
      problem('unknown-interface', spans[0], message, {
        help: `${near === undefined ? '' : `did you mean '${near}'? `}${has}; write the name of one of them, or dynamic_interfaces in global_defs if ${name} comes later`,
        related: spans.slice(1).map(span => ({ span, message: 'also used here' })),
      }),
    )
  }
  return missing
}

function collectUses(entry: Entry, uses: Map<string, Span[]>): void {
  for (const child of entry.options) collectUsesOf(child, uses)
  for (const child of entry.children) collectUsesOf(child, uses)
}

function collectUsesOf(child: Entry, uses: Map<string, Span[]>): void {
  for (const [i, arg] of child.spec.args.entries()) {
    if (arg.type !== 'interface' || !arg.mustExist) continue
    const values = arg.repeated === true ? child.values.slice(i) : [child.values[i]]
    for (const value of values) {
      if (typeof value !== 'string') continue
      const span = child.words.find(word => word.text === value)?.span ?? child.span
      uses.set(value, [...(uses.get(value) ?? []), span])
    }
  }
  collectUses(child, uses)
}

/** Interfaces that the configuration itself makes (`use_vmac`, `use_ipvlan`), under the names it gives them. */
function collectCreated(root: Entry): readonly string[] {
  const names: string[] = []
  for (const block of root.children.filter(child => is(child, topLevel.vrrpInstance))) {
    for (const entry of block.children) {
      if (!isOneOf(entry, [vrrpInstance.useVmac, vrrpInstance.useIpvlan])) continue
      const named = readOption(entry, vmacOptions.name) ?? entry.values[0]
      const vrid = read(block, vrrpInstance.virtualRouterId)
      names.push(named !== undefined && !isAddress(named) ? named : `vrrp.${vrid}`)
    }
  }
  return names
}

function isAddress(text: string): boolean {
  return familyOf(text) === 6 || /^\d+\./.test(text)
}
