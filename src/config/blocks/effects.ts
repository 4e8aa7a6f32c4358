// Keywords that are understood and kept, but change nothing in this version: nobody should have to find that out by surprise.

import type { Entry } from '../language/entry.ts'
import type { BuildContext } from './context.ts'
import { complain } from './context.ts'

/** One warning for each used keyword that is understood but does nothing yet. */
export function adviseOnEffects(root: Entry, context: BuildContext): void {
  const uses: Uses = new Map()
  collectWithoutEffect(root, '', uses)
  for (const [path, { first, count }] of uses) {
    const times = count === 1 ? '' : ` (used ${count} times)`
    complain(context, 'not-in-effect', first, `${path} is parsed, but not in effect in this version${times}`, {
      help: 'this version ignores it; if this node needs its effect, stay with keepalived here',
    })
  }
}

type Uses = Map<string, { readonly first: Entry; count: number }>

function collectWithoutEffect(entry: Entry, path: string, uses: Uses): void {
  for (const child of entry.options) visit(child, path, uses)
  for (const child of entry.children) visit(child, path, uses)
}

function visit(child: Entry, path: string, uses: Uses): void {
  const { keyword, state } = child.spec
  const own = keyword === '<row>' ? path : path === '' ? keyword : `${path}/${keyword}`
  if (state === 'in-effect' || keyword === '<row>') {
    collectWithoutEffect(child, own, uses)
    return
  }
  const use = uses.get(own)
  if (use === undefined) uses.set(own, { first: child, count: 1 })
  else use.count++
}
