// keepalived.conf texts for the scenarios. Plain keepalived 2.2.7 syntax, so that either program can play either role.

export interface InstanceText {
  readonly name?: string
  readonly vrid?: number
  readonly priority: number
  readonly version?: 2 | 3
  /** Seconds. */
  readonly advertInt?: number
  readonly interface?: string
  /** With prefix, and whatever keepalived allows after it on the line. */
  readonly vips?: readonly string[]
  /** Further lines of the vrrp_instance block. */
  readonly lines?: readonly string[]
}

export const VIP = '10.77.0.100/24'
export const VIP6 = ['fe80::77:100/64', 'fd77::100/64'] as const

/** A whole configuration. `before` are blocks that come ahead of the instances (vrrp_script and the like). */
export function configText(instances: readonly InstanceText[], before = '', globals: readonly string[] = []): string {
  return `global_defs {
  router_id lab
${globals.map(line => `  ${line}\n`).join('')}}
${before}
${instances.map(instanceText).join('\n')}
`
}

/** How long silence lasts until a backup takes over: 3 × interval + skew, in microseconds. */
export function masterDownUs(instance: Pick<InstanceText, 'priority' | 'version' | 'advertInt'>): number {
  const interval = (instance.advertInt ?? 1) * 1_000_000
  const skew =
    instance.version === 3 ? ((256 - instance.priority) * interval) / 256 : ((256 - instance.priority) * 1e6) / 256
  return Math.floor(3 * interval + skew)
}

function instanceText(instance: InstanceText): string {
  const lines = [
    'state BACKUP',
    `interface ${instance.interface ?? 'eth0'}`,
    `virtual_router_id ${instance.vrid ?? 51}`,
    `priority ${instance.priority}`,
    `version ${instance.version ?? 2}`,
    `advert_int ${instance.advertInt ?? 1}`,
    ...(instance.lines ?? []),
    'virtual_ipaddress {',
    ...(instance.vips ?? [VIP]).map(vip => `  ${vip}`),
    '}',
  ]
  return `vrrp_instance ${instance.name ?? 'VI_1'} {\n${lines.map(line => `  ${line}\n`).join('')}}\n`
}
