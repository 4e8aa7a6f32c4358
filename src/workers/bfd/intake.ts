// What a thread takes from its sockets in one turn: as much from each, so that a flood on one keeps what has come on another from
// nobody. Pure. What becomes of it is shell.ts.

/** Takes from each socket until `take` says that it is empty, at most `eachMax` times. Returns whether one of them may have more. */
export function takeFromEach<S>(sockets: readonly S[], take: (socket: S) => boolean, eachMax: number): boolean {
  let more = false
  for (const socket of sockets) {
    let taken = 0
    while (taken < eachMax && take(socket)) taken++
    more ||= taken === eachMax
  }
  return more
}
