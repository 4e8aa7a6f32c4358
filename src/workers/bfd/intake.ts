// Takes datagrams from all sockets in one turn, at most the same number from each, so that a flood on one socket does
// not delay what came on another. Pure. loop.ts handles the datagrams.

/**
 * Takes from each socket until `take` says that it is empty, at most `eachMax` times. Returns whether one of them may
 * have more.
 */
export function takeFromEach<S>(sockets: readonly S[], take: (socket: S) => boolean, eachMax: number): boolean {
  let more = false
  for (const socket of sockets) {
    let taken = 0
    while (taken < eachMax && take(socket)) taken++
    more ||= taken === eachMax
  }
  return more
}
