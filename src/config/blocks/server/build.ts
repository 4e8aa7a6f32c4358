// The load-balancing half of the model out of the entries: virtual servers with their checkers, and what global_defs
// says about IPVS. What is wrong with single values was reported by the grammar. keepalived.conf(5) "LVS
// CONFIGURATION".

import { usPerSecond } from '../../../lib/time.ts'
import type { Entry } from '../../language/entry.ts'
import { entriesOf, is, isSet, lastOf, read, readOption } from '../../language/entry.ts'
import type { Row } from '../../language/spec.ts'
import type { Values } from '../../language/value.ts'
import type { BfdInstance } from '../bfd/model.ts'
import type { BuildContext } from '../context.ts'
import { complain, given, nameOf } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import type { GlobalDefs } from '../global/model.ts'
import { syncDaemonOptions, timeoutOptions } from '../global/vrrp-keywords.ts'
import { vrrpInstance } from '../instance/keywords.ts'
import type { VrrpInstance } from '../instance/model.ts'
import { topLevel } from '../keywords.ts'
import { buildLvsKernel } from './kernel.ts'
import { ssl } from './keywords.ts'
import type { LvsConfig, LvsTimeouts, SslMaterial, SyncDaemon, VirtualServer } from './model.ts'
import { NftDraft } from './nft.ts'
import type { LvsInputs } from './scope.ts'
import { buildServerGroups } from './shown.ts'
import { buildLvsServer } from './virtual-server.ts'

/** The load-balancing configuration, or undefined if the file has no virtual server and nothing else for IPVS. */
export function buildLvs(
  root: Entry,
  defs: Entry | undefined,
  global: GlobalDefs,
  instances: readonly VrrpInstance[],
  followed: Pick<LvsInputs, 'trackFiles' | 'bfd'>,
  context: BuildContext,
): LvsConfig | undefined {
  const nft = NftDraft.from(defs, context)
  const virtualServers = buildServers(
    root,
    { defs, global, ...followed, ...given('nft', nft), groups: entriesOf(root, topLevel.virtualServerGroup) },
    context,
  )
  const syncDaemon = buildSyncDaemon(root, lastOf(defs, globalDefs.lvsSyncDaemon), instances, context)
  const timeouts = buildTimeouts(lastOf(defs, globalDefs.lvsTimeouts))
  const flush = isSet(defs, globalDefs.lvsFlush)
  if (virtualServers.length === 0 && syncDaemon === undefined && timeouts === undefined && !flush) return undefined
  return {
    virtualServers,
    groups: buildServerGroups(entriesOf(root, topLevel.virtualServerGroup)),
    ...given('ssl', buildSsl(entriesOf(root, topLevel.ssl).at(-1))),
    ...given('timeouts', timeouts),
    kernel: buildLvsKernel(root, defs),
    ...given('nft', nft?.result()),
    flush,
    flushOnStop: flushOnStop(lastOf(defs, globalDefs.lvsFlushOnStop)),
    ...given('syncDaemon', syncDaemon),
    ...given('notifyFifo', global.notifyFifo),
    ...given('lvsNotifyFifo', read(defs, globalDefs.lvsNotifyFifo)?.[0]),
    noCheckerEmails: read(defs, globalDefs.noCheckerEmails) ?? false,
    rsInitNotifies: read(defs, globalDefs.rsInitNotifies) ?? false,
    routerId: global.routerId,
  }
}

function buildServers(root: Entry, inputs: LvsInputs, context: BuildContext): readonly VirtualServer[] {
  const servers: VirtualServer[] = []
  const seen = new Set<string>()
  const ordinals = new Map<string, number>()
  const above: BfdInstance[] = []
  for (const block of root.children) {
    if (is(block, topLevel.bfdInstance)) {
      above.push(...inputs.bfd.filter(each => each.name === nameOf(block) && !above.includes(each)))
    }
    if (!is(block, topLevel.virtualServer)) continue
    const server = buildLvsServer(block, { ...inputs, bfd: above }, ordinals, context)
    if (server === undefined) continue
    if (seen.has(server.id)) {
      complain(
        context,
        'server-left-out',
        block,
        `virtual_server ${server.name} is there already; this one is left out`,
        {
          help: 'put the real servers of both into one block',
        },
      )
      continue
    }
    seen.add(server.id)
    servers.push(server)
  }
  return servers
}

function buildSsl(block: Entry | undefined): SslMaterial | undefined {
  if (block === undefined) return undefined
  return {
    ...given('password', read(block, ssl.password)),
    ...given('ca', read(block, ssl.ca)),
    ...given('certificate', read(block, ssl.certificate)),
    ...given('key', read(block, ssl.key)),
  }
}

function buildTimeouts(entry: Entry | undefined): LvsTimeouts | undefined {
  if (entry === undefined) return undefined
  const seconds = (row: Row<Values, number | undefined>) => {
    const us = readOption(entry, row)
    return us === undefined ? undefined : us / usPerSecond
  }
  const timeouts = {
    ...given('tcp', seconds(timeoutOptions.tcp)),
    ...given('tcpFin', seconds(timeoutOptions.tcpfin)),
    ...given('udp', seconds(timeoutOptions.udp)),
  }
  return Object.keys(timeouts).length === 0 ? undefined : timeouts
}

/** Without an id of its own the daemon takes the VRID of the instance that it follows. */
function buildSyncDaemon(
  root: Entry,
  entry: Entry | undefined,
  instances: readonly VrrpInstance[],
  context: BuildContext,
): SyncDaemon | undefined {
  const ofInstance = instanceSyncDaemon(root, entry !== undefined, instances, context)
  const name = entry?.values[0]
  if (entry === undefined || typeof name !== 'string') return ofInstance
  const followed =
    readOption(entry, syncDaemonOptions.inst) ?? (entry.values[1] === undefined ? undefined : String(entry.values[1]))
  const instance = instances.find(each => each.name === followed)
  if (followed !== undefined && instance === undefined) {
    complain(
      context,
      'bad-value',
      entry,
      `lvs_sync_daemon follows ${followed}, which is no vrrp_instance; it is left out`,
      {
        help: 'name an instance of this file, or none',
      },
    )
    return undefined
  }
  return {
    interface: name,
    ...given('instance', followed),
    syncId: readOption(entry, syncDaemonOptions.id) ?? instance?.vrid ?? 0,
    ...given('maxLength', readOption(entry, syncDaemonOptions.maxlen)),
    ...given('port', readOption(entry, syncDaemonOptions.port)),
    ...given('ttl', readOption(entry, syncDaemonOptions.ttl)),
    ...given('group', readOption(entry, syncDaemonOptions.group)),
  }
}

/** lvs_sync_daemon_interface of an instance: the old way, of which only the first counts. */
function instanceSyncDaemon(
  root: Entry,
  hasGlobal: boolean,
  instances: readonly VrrpInstance[],
  context: BuildContext,
): SyncDaemon | undefined {
  let found: SyncDaemon | undefined
  for (const block of entriesOf(root, topLevel.vrrpInstance)) {
    const entry = lastOf(block, vrrpInstance.lvsSyncDaemonInterface)
    const instance = instances.find(each => each.name === nameOf(block))
    if (entry === undefined || instance === undefined) continue
    if (hasGlobal || found !== undefined) {
      const message = `there is one sync daemon, and it is set already; lvs_sync_daemon_interface of ${instance.name} is ignored`
      complain(context, 'incompatible-settings', entry, message, {
        help: 'remove it; lvs_sync_daemon is the way to write it',
      })
    } else found = { interface: String(entry.values[0]), instance: instance.name, syncId: instance.vrid }
  }
  return found
}

function flushOnStop(entry: Entry | undefined): LvsConfig['flushOnStop'] {
  if (entry === undefined) return 'no'
  return entry.values[0] === 'VS' ? 'services' : 'all'
}
