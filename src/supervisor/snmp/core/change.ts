// The changes that an SNMP manager may make while the daemon runs, as keepalived allows it: base priority and
// preemption of an instance, weight of a real server. Lasts until the next reload of the configuration.

export type Change =
  /** 1..255. */
  | { readonly type: 'priority'; readonly instance: string; readonly value: number; readonly before: number }
  | { readonly type: 'preempt'; readonly instance: string; readonly value: boolean; readonly before: boolean }
  | {
      readonly type: 'weight'
      readonly virtualServer: string
      readonly realServer: string
      readonly value: number
      readonly before: number
    }

/** What takes the change back. */
export function undone(change: Change): Change {
  switch (change.type) {
    case 'priority':
    case 'weight':
      return { ...change, value: change.before, before: change.value }
    case 'preempt':
      return { ...change, value: change.before, before: change.value }
  }
}
