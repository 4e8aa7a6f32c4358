// How long instances are held back at the start: vrrp_startup_delay and vrrp_delay_after_boot of keepalived.conf(5). Pure.

import type { GlobalDefs } from '../../config/blocks/global/model.ts'

/** From now on, and until the host has been up for a while; whichever ends later. Below 0: that is over. */
export function startDelayUs(
  { vrrpStartupDelayUs, vrrpDelayAfterBootUs }: Pick<GlobalDefs, 'vrrpStartupDelayUs' | 'vrrpDelayAfterBootUs'>,
  upSinceUs: number,
): number {
  return Math.max(vrrpStartupDelayUs, vrrpDelayAfterBootUs - upSinceUs)
}
