// A timer as a port, for parts that tests drive with a clock of their own.

export type Later = (action: () => void, delayMs: number) => Cancellable

export interface Cancellable {
  cancel(): void
}

/** On Node's timers. */
export const later: Later = (action, delayMs) => {
  const timer = setTimeout(action, delayMs)
  return { cancel: () => clearTimeout(timer) }
}
