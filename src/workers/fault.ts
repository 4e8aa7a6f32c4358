// Ways for a worker thread to fail on request, so that tests and operators can see what happens then. The daemon passes such
// requests on only when KEEPALIVED_TS_FAULTS=1 is in its environment.

import type { FaultKind } from '../ipc/messages/common.ts'

/** Fails as asked. Returns only for `reject`: the promise that the worker's life must end with. */
export function provokeFault(kind: FaultKind): Promise<never> | undefined {
  switch (kind) {
    case 'throw':
      throw new Error('fault requested: throw')
    case 'reject':
      return Promise.reject(new Error('fault requested: reject'))
    case 'exit':
      process.exit(1)
      break
    case 'hang':
      for (;;);
    case 'oom': {
      const hoard: number[][] = []
      for (;;) hoard.push(new Array<number>(100_000).fill(hoard.length))
    }
  }
  return undefined
}
