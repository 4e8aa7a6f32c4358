// Which parts run: what the command line allows (--vrrp, --check, --no-bfd …) and the configuration has something for, or
// everything that is allowed with --all. Load balancing without a server has nothing to do even then. Pure.

import type { Config } from '../config/model.ts'
import type { Options } from './process/options.ts'

type Asked = Pick<Options, 'all' | 'vrrp' | 'checkers' | 'bfd'>

/** Static addresses belong to the VRRP part too. */
export function wantsVrrp({ instances, staticAddresses }: Config, options: Asked): boolean {
  return options.vrrp && (options.all || instances.length > 0 || staticAddresses.length > 0)
}

export function wantsLvs({ lvs }: Config, options: Asked): boolean {
  return options.checkers && lvs !== undefined
}

export function wantsBfd({ bfd }: Config, options: Asked): boolean {
  return options.bfd && (options.all || bfd.length > 0)
}
