// What somebody else has done to one of our services, in words, told by the command that undoes it. Pure.

import { destKey, type IpvsCommand, type IpvsDest, type IpvsService } from '../../../lib/ipvs.ts'
import type { ServiceImage } from './plan.ts'

/** `found`: the service as it was read; `command` makes it what it should be. */
export function foreignChange(found: ServiceImage | undefined, command: IpvsCommand): string {
  switch (command.op) {
    case 'new-service':
      return 'service deleted'
    case 'del-service':
    case 'flush':
      return 'service added'
    case 'set-service':
      return `service changed${found === undefined ? '' : serviceDifference(found.service, command.service)}`
    case 'new-dest':
      return `${nameOf(command.dest)} deleted`
    case 'del-dest':
      return `${nameOf(command.dest)} added`
    case 'set-dest': {
      const there = found?.dests.get(destKey(command.dest))
      return `${nameOf(command.dest)} changed${there === undefined ? '' : destDifference(there, command.dest)}`
    }
  }
}

function nameOf({ address, port }: Pick<IpvsDest, 'address' | 'port'>): string {
  return `[${address}]:${port}`
}

function serviceDifference(there: IpvsService, ours: IpvsService): string {
  return inWords([
    ['scheduler', there.scheduler, ours.scheduler],
    ['persistence', there.timeoutSeconds, ours.timeoutSeconds],
    ['engine', there.engine, ours.engine],
  ])
}

function destDifference(there: IpvsDest, ours: IpvsDest): string {
  return inWords([
    ['weight', there.weight, ours.weight],
    ['forwarding', there.method, ours.method],
    ['upper threshold', there.upperThreshold, ours.upperThreshold],
    ['lower threshold', there.lowerThreshold, ours.lowerThreshold],
  ])
}

type Difference = readonly [name: string, there: unknown, ours: unknown]

/** Fields without a word of their own (flags, tunnels, netmask) leave the bare "changed". */
function inWords(fields: readonly Difference[]): string {
  const different = fields.filter(([, there, ours]) => there !== ours)
  const words = different.map(([name, there, ours]) => `${name} ${there || 0} instead of ${ours || 0}`)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
