// Keywords that are understood and kept, but change nothing in this version: nobody should have to find that out by surprise.

import type { BuildContext } from './build-context.ts'
import { complain } from './build-context.ts'
import type { Entry } from './grammar/entry.ts'

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
