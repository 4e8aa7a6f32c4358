// The smallest list of commands that turns one IPVS service from what it is into what it should be. Pure. Additions and
// changes come before deletions, so that a service never has fewer servers than either table gives it. keepalived deletes
// first, which leaves a moment without any server when the sorry server takes over.

import {
  destKey,
  IPVS_HASHED,
  type IpvsCommand,
  type IpvsDest,
  type IpvsService,
  type IpvsServiceId,
} from '../../../lib/ipvs.ts'

export interface ServiceImage {
  readonly service: IpvsService
  readonly dests: ReadonlyMap<string, IpvsDest>
}

/** Commands in the order in which they must be carried out. undefined: the service is not there, or must not be. */
export function planService(
  id: IpvsServiceId,
  actual: ServiceImage | undefined,
  desired: ServiceImage | undefined,
): readonly IpvsCommand[] {
  // The kernel drops the dests with their service.
  if (desired === undefined) return actual === undefined ? [] : [{ op: 'del-service', service: id }]
  const commands: IpvsCommand[] = []
  if (actual === undefined) commands.push({ op: 'new-service', service: desired.service })
  else if (!sameService(actual.service, desired.service)) commands.push({ op: 'set-service', service: desired.service })
  const there = actual?.dests ?? new Map<string, IpvsDest>()
  for (const [key, dest] of desired.dests) {
    const old = there.get(key)
    if (old === undefined) commands.push({ op: 'new-dest', service: id, dest })
    else if (!sameDest(old, dest)) commands.push({ op: 'set-dest', service: id, dest })
  }
  for (const [key, dest] of there) {
    if (!desired.dests.has(key)) commands.push({ op: 'del-dest', service: id, dest: destIdOf(dest) })
  }
  return commands
}

/** What the service looks like once the kernel has carried out the command; undefined: it is gone. */
export function afterCommand(image: ServiceImage | undefined, command: IpvsCommand): ServiceImage | undefined {
  switch (command.op) {
    case 'new-service':
    case 'set-service':
      return { service: command.service, dests: image?.dests ?? new Map() }
    case 'del-service':
    case 'flush':
      return undefined
    case 'new-dest':
    case 'set-dest':
      return image && { ...image, dests: new Map(image.dests).set(destKey(command.dest), command.dest) }
    case 'del-dest': {
      const dests = new Map(image?.dests)
      dests.delete(destKey(command.dest))
      return image && { ...image, dests }
    }
  }
}

function sameService(a: IpvsService, b: IpvsService): boolean {
  return (
    a.scheduler === b.scheduler &&
    (a.flags & ~IPVS_HASHED) === (b.flags & ~IPVS_HASHED) &&
    a.timeoutSeconds === b.timeoutSeconds &&
    a.netmask === b.netmask &&
    a.engine === b.engine
  )
}

function sameDest(a: IpvsDest, b: IpvsDest): boolean {
  return (
    a.method === b.method &&
    a.weight === b.weight &&
    a.upperThreshold === b.upperThreshold &&
    a.lowerThreshold === b.lowerThreshold &&
    a.tunnelType === b.tunnelType &&
    a.tunnelPort === b.tunnelPort &&
    a.tunnelFlags === b.tunnelFlags
  )
}

function destIdOf({ family, address, port }: IpvsDest): { family: IpvsDest['family']; address: string; port: number } {
  return { family, address, port }
}
