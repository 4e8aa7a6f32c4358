// The effects of the load-balancing machines besides the IPVS table: notifications and log lines. Carried out by the
// supervisor, in order, after it has stored the snapshot that came with it. Each effect is complete in itself: a reload
// may have removed its server.

import type { ScriptCommand } from '../../../config/blocks/script/model.ts'
import type { EventName, PlainFields } from '../../../lib/log-events.ts'

export type LvsEffect =
  /** A real server or a quorum went up or down: one FIFO line, and the script if there is one. */
  | { readonly type: 'notify'; readonly fifo: string; readonly script: ScriptCommand | null }
  /** `subject` without the `[router_id]` prefix. */
  | { readonly type: 'mail'; readonly subject: string; readonly body: string }
  | {
      readonly type: 'log'
      readonly level: 'info' | 'warn'
      readonly event: EventName
      readonly fields: PlainFields
    }
