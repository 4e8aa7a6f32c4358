// The scope of a server while it is built: inputs that all virtual servers share, and the virtual server that real
// servers and checkers belong to. Types only.

import type { Family } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import type { BfdInstance } from '../bfd/model.ts'
import type { GlobalDefs } from '../global/model.ts'
import type { TrackFile } from '../tracking/model.ts'
import type { Forwarding, LvsProtocol } from './model.ts'
import type { NftDraft } from './nft.ts'

/** What all virtual servers share. */
export interface LvsInputs {
  readonly defs: Entry | undefined
  readonly global: GlobalDefs
  readonly groups: readonly Entry[]
  /** nftables_ipvs: gives marks to groups. */
  readonly nft?: NftDraft
  readonly trackFiles: readonly TrackFile[]
  /** Sessions that are defined above. */
  readonly bfd: readonly BfdInstance[]
}

/** What real servers and checkers have to know of their virtual server. */
export interface ServerScope extends LvsInputs {
  readonly id: string
  readonly protocol: LvsProtocol | 'none'
  readonly family: Family
  readonly port: number
  readonly block: Entry
  readonly forwardings: ReadonlyMap<Entry, Forwarding>
}
