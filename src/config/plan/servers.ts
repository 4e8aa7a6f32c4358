// Virtual and real servers of a plan, as they are written. A service is known by address, port and protocol, or by mark or
// group; a real server by address and port. Anything else changes in place.

import { blocks, last } from '../advice/written.ts'
import type { Setting, WrittenConfig } from '../model.ts'
import type { FieldChange, PlanPart } from './part.ts'
import { changeOf, pairUp, settingChanges } from './part.ts'
import { specOf, wordsOf } from './setting-lines.ts'

const serverSpec = specOf(['virtual_server'])
const realSpec = specOf(['virtual_server', 'real_server'])

export function planServers(before: WrittenConfig, after: WrittenConfig): readonly PlanPart[] {
  const servers = (config: WrittenConfig) => blocks(config, 'virtual_server')
  return pairUp(servers(before), servers(after), serverName).flatMap(({ name, before: old, after: fresh }) => {
    const own = (server: Setting | undefined) =>
      (server?.children ?? []).filter(({ keyword }) => keyword !== 'real_server')
    const part = { kind: 'virtual_server', name, change: changeOf(old, fresh) } as const
    const fields = settingChanges(['virtual_server'], own(old), own(fresh))
    const reals = planReals(name, old, fresh)
    if (old === undefined) return [{ ...part, fields, effects: ['the service is created'] }, ...reals]
    if (fresh === undefined) {
      return [{ ...part, fields: [], effects: ['the service is removed and its connections are cut off'] }]
    }
    return fields.length === 0 ? reals : [{ ...part, fields, effects: serviceEffects(fields) }, ...reals]
  })
}

function planReals(server: string, old: Setting | undefined, fresh: Setting | undefined): readonly PlanPart[] {
  const reals = (block: Setting | undefined) =>
    (block?.children ?? []).filter(({ keyword }) => keyword === 'real_server')
  return pairUp(reals(old), reals(fresh), realName).flatMap(({ name, before, after }) => {
    const part = { kind: 'real_server', name: `${name} of ${server}`, change: changeOf(before, after) } as const
    const fields = settingChanges(['virtual_server', 'real_server'], before?.children ?? [], after?.children ?? [])
    if (before === undefined) return { ...part, fields, effects: [entryEffect(after!)] }
    if (after === undefined) return { ...part, fields: [], effects: ['is taken out of the service'] }
    return fields.length === 0 ? [] : { ...part, fields, effects: realEffects(fields) }
  })
}

function entryEffect(real: Setting): string {
  const waits = last(real, 'alpha') !== undefined
  return waits ? 'gets connections after its first successful check' : 'gets connections at once'
}

/** keepalived.conf(5): values that a service of IPVS itself carries. */
const serviceFields = /^(lb_algo|lvs_sched|flag-[123]|ops|(sh|mh)-(port|fallback)|persistence_)/

function serviceEffects(fields: readonly FieldChange[]): readonly string[] {
  const names = fields.map(({ field }) => field)
  const effects: string[] = []
  if (names.some(name => serviceFields.test(name))) effects.push('the service is set anew in IPVS, connections stay')
  if (names.some(name => /^(lb_kind|lvs_method|weight)$/.test(name))) {
    effects.push('real servers that inherit the value are set anew, connections stay')
  }
  if (names.some(name => /^(quorum|hysteresis)$/.test(name))) effects.push('the quorum is looked at anew')
  if (names.some(name => name.startsWith('sorry_server')))
    effects.push('the sorry server is exchanged where it is in use')
  if (names.includes('alpha')) effects.push('counts for servers that are new')
  if (names.some(name => /^(delay_loop|connect_timeout|retry|delay_before_retry|warmup)$/.test(name))) {
    effects.push('checks that inherit the value go by it from now on')
  }
  return effects.length === 0 ? ['no connection is touched'] : effects
}

function realEffects(fields: readonly FieldChange[]): readonly string[] {
  const names = fields.map(({ field }) => field)
  const effects: string[] = []
  if (names.includes('weight')) effects.push('the weight changes at once, connections stay')
  if (names.some(name => /^(lvs_method|lb_kind|uthreshold|lthreshold)$/.test(name))) {
    effects.push('the server is set anew in IPVS, connections stay')
  }
  if (names.some(name => /_CHECK$|_GET$/.test(name))) {
    effects.push(
      'what is checked anew starts as up unless the server is down; it leaves the service when a check fails',
    )
  }
  if (names.includes('inhibit_on_failure')) effects.push('a failed server gets weight 0 or is removed accordingly')
  return effects.length === 0 ? ['no connection is touched'] : effects
}

/** `192.0.2.9 80 TCP`, `fwmark 5`, `group web`. */
function serverName(server: Setting): string {
  const protocol = last(server, 'protocol')?.values[0]
  return [...wordsOf(server, serverSpec), ...(typeof protocol === 'string' ? [protocol] : [])].join(' ')
}

function realName(real: Setting): string {
  return wordsOf(real, realSpec).join(' ')
}
