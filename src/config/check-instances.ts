// Rules that span several blocks: two virtual routers with one number on one network, interfaces that do not exist, scripts
// without script security, and keywords that have no effect yet.

import { familyOf } from '../lib/ip.ts'
import type { BuildContext } from './build-context.ts'
import { complain, nameOf } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'
import { isSet } from './grammar/entry.ts'
import { problem } from './grammar/problems.ts'
import type { VrrpInstance } from './model.ts'
import { parseScriptWords } from './script-words.ts'
import type { Span } from './token.ts'

/** Two multicast instances of one family, number and group on one interface answer each other's adverts: fatal. */
export function checkRouterIds(
  instances: readonly VrrpInstance[],
  blocks: readonly Entry[],
  context: BuildContext,
): void {
  const seen = new Map<string, VrrpInstance>()
  for (const instance of instances) {
    const block = blocks.find(each => nameOf(each) === instance.name)
    // Unicast instances are a number space of their own, told apart by their peers.
    if (block === undefined || isSet(block, 'unicast_peer')) continue
    const key = `${instance.interface} ${instance.family} ${instance.vrid} ${instance.multicastGroup}`
    const other = seen.get(key)
    if (other === undefined) {
      seen.set(key, instance)
      continue
    }
    const message = `${other.name} and ${instance.name} both use virtual_router_id ${instance.vrid} with IPv${instance.family} on ${instance.interface}`
    const firstBlock = blocks.find(each => nameOf(each) === other.name)
    complain(context, 'duplicate-virtual-router-id', block, message, {
      help: 'give one of them another number, on all of its nodes',
      related: firstBlock === undefined ? [] : [{ span: firstBlock.span, message: `${other.name} is here` }],
    })
  }
}

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
    const has = existing.length === 0 ? 'this host has no interface' : `this host has ${existing.join(', ')}`
    context.report(
      problem('unknown-interface', spans[0], message, {
        help: `${has}; write the name of one of them, or dynamic_interfaces in global_defs if ${name} comes later`,
        related: spans.slice(1).map(span => ({ span, message: 'also used here' })),
      }),
    )
  }
  return missing
}

/**
 * keepalived counts scripts without enable_script_security as a security fault of their own class, but does not come to it
 * if an interface is missing.
 */
export function checkScriptSecurity(root: Entry, missingInterface: boolean, context: BuildContext): void {
  const first = findScript(root, context)
  if (first === undefined) return
  const name = missingInterface ? 'script-security-beside-worse' : 'script-security'
  complain(context, name, first, 'scripts are run but enable_script_security is not set', {
    help: 'write enable_script_security and script_user in global_defs, and make the scripts writable by root only',
  })
}

/** One warning for each used keyword that is understood but does nothing yet. */
export function adviseOnEffects(root: Entry, context: BuildContext): void {
  const uses = new Map<string, { readonly first: Entry; count: number }>()
  collectWithoutEffect(root, '', uses)
  for (const [path, { first, count }] of uses) {
    const times = count === 1 ? '' : ` (used ${count} times)`
    complain(context, 'not-in-effect', first, `${path} is parsed, but not in effect in this version${times}`, {
      help: 'the setting is kept and changes nothing; remove it if you depend on its effect',
    })
  }
}

function collectWithoutEffect(
  entry: Entry,
  path: string,
  uses: Map<string, { readonly first: Entry; count: number }>,
): void {
  for (const child of [...entry.options, ...entry.children]) {
    const { keyword, state } = child.spec
    const own = keyword === '<row>' ? path : path === '' ? keyword : `${path}/${keyword}`
    if (state === 'in-effect' || keyword === '<row>') {
      collectWithoutEffect(child, own, uses)
      continue
    }
    const use = uses.get(own)
    if (use === undefined) uses.set(own, { first: child, count: 1 })
    else use.count++
  }
}

function collectUses(entry: Entry, uses: Map<string, Span[]>): void {
  for (const child of [...entry.options, ...entry.children]) {
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
}

/** Interfaces that the configuration itself makes (`use_vmac`, `use_ipvlan`), under the names it gives them. */
function collectCreated(root: Entry): readonly string[] {
  const names: string[] = []
  for (const block of root.children.filter(child => child.spec.keyword === 'vrrp_instance')) {
    for (const entry of block.children) {
      if (entry.spec.keyword !== 'use_vmac' && entry.spec.keyword !== 'use_ipvlan') continue
      const named = entry.options.find(option => option.spec.keyword === 'name')?.values[0] ?? entry.values[0]
      const vrid = block.children.findLast(child => child.spec.keyword === 'virtual_router_id')?.values[0]
      names.push(typeof named === 'string' && !isAddress(named) ? named : `vrrp.${vrid}`)
    }
  }
  return names
}

function isAddress(text: string): boolean {
  return familyOf(text) === 6 || /^\d+\./.test(text)
}

/** The first statement whose command is there: keepalived does not count what it cannot run. */
function findScript(entry: Entry, context: BuildContext): Entry | undefined {
  for (const child of entry.children) {
    if (namesCommand(child, context)) return child
    const inner = findScript(child, context)
    if (inner !== undefined) return inner
  }
  return undefined
}

function namesCommand(entry: Entry, context: BuildContext): boolean {
  if (!entry.spec.args.some(arg => arg.type === 'script') || entry.spec.keyword === 'regex') return false
  const words = parseScriptWords(entry.raw)
  return words.ok && !words.value.text.startsWith('<') && context.commandExists(words.value.argv[0]!)
}
