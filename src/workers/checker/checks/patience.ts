// The time limit of a wait for a server. Time in which this thread did not run is not held against the server: what
// arrived meanwhile is looked at first, and the wait goes on for as long as the thread was late, once and for no longer
// than the limit itself.

/** Lateness of a timer that is ordinary on a busy machine. */
const lateMsMin = 50

interface Patience {
  cancel(): void
}

/** Calls `expire` when the limit (in milliseconds) has passed, unless it is cancelled before. */
export function waitAtMost(limitMs: number, expire: () => void): Patience {
  const dueAt = performance.now() + limitMs
  let immediate: NodeJS.Immediate | undefined
  // Timers come before sockets in a turn of the event loop, immediates behind them.
  const lookOnceMore = () => {
    immediate = setImmediate(expire)
  }
  let timer = setTimeout(() => {
    const lateMs = performance.now() - dueAt
    if (lateMs < lateMsMin) lookOnceMore()
    else timer = setTimeout(lookOnceMore, Math.min(lateMs, limitMs))
  }, limitMs)
  return {
    cancel: () => {
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }
}
