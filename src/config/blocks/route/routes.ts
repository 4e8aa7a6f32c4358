// Rows of static_routes and virtual_routes that nobody can watch: without an interface the loss of the route goes unnoticed.

import type { Entry } from '../../language/entry.ts'
import { hasOption, is } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import { topLevel } from '../keywords.ts'
import { routeOptions } from './route-keywords.ts'

/** Reports routes without an interface of their own, unless `no_track` says that they need not be watched. */
export function checkRoutes(root: Entry, context: BuildContext): void {
  for (const route of routesOf(root)) {
    if (
      hasOption(route, routeOptions.dev) ||
      hasOption(route, routeOptions.oif) ||
      hasOption(route, routeOptions.noTrack)
    )
      continue
    // Option words may stand in front of the destination.
    const destination = String(route.values[0])
    const at = route.words.findIndex(word => word.text === destination)
    const message = `the route ${destination} names no interface, so its loss is not noticed`
    const help = 'write dev INTERFACE, or no_track if that is meant'
    complain(context, 'route-not-tracked', { ...route, words: route.words.slice(Math.max(0, at)) }, message, { help })
  }
}

function routesOf(root: Entry): readonly Entry[] {
  const blocks = [...root.children, ...root.children.flatMap(block => block.children)]
  return blocks
    .filter(block => is(block, topLevel.staticRoutes) || is(block, vrrpInstance.virtualRoutes))
    .flatMap(block => block.children)
}
