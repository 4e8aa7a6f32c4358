// The whole model out of a token stream: interpret, build block by block, then check what spans blocks. Pure; load.ts
// reads the files.

import type { Entry } from '../language/entry.ts'
import { asPlain, entriesOf, is, rowsOf } from '../language/entry.ts'
import { interpret } from '../language/interpret.ts'
import type { WrittenConfig } from '../model.ts'
import type { Token } from '../text/token.ts'
import { buildStaticAddresses, withTrackGroups } from './address/static-addresses.ts'
import { buildBfd } from './bfd/build.ts'
import { checkCompleteness } from './completeness.ts'
import type { BuildContext } from './context.ts'
import { given, nameOf } from './context.ts'
import { adviseOnEffects } from './effects.ts'
import { buildGlobalDefs, buildVrrpDefaults, mergeGlobalDefs } from './global/build.ts'
import type { GroupInputs } from './group/build.ts'
import { buildSyncGroup, withGroupDefaults } from './group/build.ts'
import { checkSyncWeights } from './group/weights.ts'
import type { InstanceInputs } from './instance/build.ts'
import { buildInstance } from './instance/build.ts'
import type { SyncGroup, VrrpInstance } from './instance/model.ts'
import { checkRouterIds, withRouters } from './instance/router-ids.ts'
import { grammar, topLevel } from './keywords.ts'
import { buildGarpGroups, buildLinkDelays } from './link/build.ts'
import { checkInterfaces } from './link/interfaces.ts'
import { checkRoutes } from './route/routes.ts'
import { checkRules } from './route/rules.ts'
import { buildScript, keepUsedScripts } from './script/build.ts'
import { checkScriptSecurity, checkScriptUser } from './script/security.ts'
import { buildLvs } from './server/build.ts'
import { checkServerHeads } from './server/heads.ts'
import { checkVirtualServers } from './server/rules.ts'
import type { KnownScripts } from './tracking/build.ts'
import { trackLists } from './tracking/keywords.ts'
import type { VrrpScript } from './tracking/model.ts'
import { checkReferences } from './tracking/references.ts'
import { buildTrackFiles } from './tracking/track-files.ts'
import { buildTrackProcesses } from './tracking/track-processes.ts'
import { buildKnownObjects } from './tracking/tracked-objects.ts'

/** Builds the model. Everything that is wrong is reported; whether the daemon may start with it is the caller's decision. */
export function buildConfig(tokens: readonly Token[], context: BuildContext): WrittenConfig {
  const root = interpret(tokens, grammar, context)
  const defs = mergeGlobalDefs(root)
  const global = buildGlobalDefs(defs, context)
  const scripts = buildScripts(root, context)
  const objects = buildKnownObjects(root, context)
  const inputs = { global, defaults: buildVrrpDefaults(defs), scripts, objects }
  const alone = buildInstances(root, inputs, context)
  const syncGroups = buildSyncGroups(root, inputs, context)
  const instances = withTrackGroups(withGroupDefaults(alone, syncGroups, root), root, defs, context)
  const trackFiles = buildTrackFiles(root)
  const bfd = buildBfd(root, context)
  const lvs = buildLvs(root, defs, global, instances, { trackFiles, bfd }, context)
  checkRouterIds(instances, entriesOf(root, topLevel.vrrpInstance), context)
  const missingInterface = !global.dynamicInterfaces && checkInterfaces(root, context)
  checkRules(root, context)
  checkRoutes(root, context)
  checkCompleteness(root, context)
  checkReferences(root, context)
  checkServerHeads(root, context)
  checkVirtualServers(root, context)
  checkSyncWeights(root, context)
  if (global.enableScriptSecurity) checkScriptUser(root, global.scriptUser !== undefined, context)
  else checkScriptSecurity(root, missingInterface, context)
  adviseOnEffects(root, context)
  const used = new Set([...instances, ...syncGroups].flatMap(user => user.trackedScripts.map(each => each.script)))
  return {
    global,
    scripts: keepUsedScripts(
      scripts.scripts,
      used,
      { blocks: entriesOf(root, topLevel.vrrpScript), named: namesInLists(root) },
      context,
    ),
    trackFiles,
    trackProcesses: buildTrackProcesses(root, context),
    staticAddresses: buildStaticAddresses(root, defs, context),
    garpGroups: buildGarpGroups(root, context),
    linkDelays: buildLinkDelays(root, instances, context),
    instances,
    syncGroups,
    ...given('lvs', lvs),
    bfd,
    settings: asPlain(root.children),
  }
}

function buildScripts(root: Entry, context: BuildContext): KnownScripts {
  const scripts: VrrpScript[] = []
  const positions = new Map<string, number>()
  const refused = new Map<string, number>()
  for (const [position, block] of root.children.entries()) {
    if (!is(block, topLevel.vrrpScript)) continue
    const script = buildScript(block, context)
    if (script === undefined) {
      refused.set(nameOf(block), block.span.line)
      continue
    }
    scripts.push(script)
    positions.set(script.name, position)
  }
  return { scripts, positions, refused }
}

/** Scripts that some track_script names, also where the row was refused. */
function namesInLists(root: Entry): ReadonlySet<string> {
  const users = [...entriesOf(root, topLevel.vrrpInstance), ...entriesOf(root, topLevel.vrrpSyncGroup)]
  return new Set(users.flatMap(block => rowsOf(block, trackLists.trackScript)).map(row => String(row.values[0])))
}

type Inputs = Omit<InstanceInputs, 'position'>

function buildInstances(root: Entry, inputs: Inputs, context: BuildContext): readonly VrrpInstance[] {
  const built: Omit<VrrpInstance, 'router'>[] = []
  for (const [position, block] of root.children.entries()) {
    if (!is(block, topLevel.vrrpInstance)) continue
    const instance = buildInstance(block, { ...inputs, position }, context)
    if (instance !== undefined) built.push(instance)
  }
  return withRouters(built)
}

function buildSyncGroups(root: Entry, inputs: Inputs, context: BuildContext): readonly SyncGroup[] {
  const built: SyncGroup[] = []
  const instances = new Set(entriesOf(root, topLevel.vrrpInstance).map(nameOf))
  const shared: Omit<GroupInputs, 'position'> = { ...inputs, instances, taken: new Map() }
  for (const [position, block] of root.children.entries()) {
    if (!is(block, topLevel.vrrpSyncGroup)) continue
    const group = buildSyncGroup(block, { ...shared, position }, context)
    if (group !== undefined) built.push(group)
  }
  return built
}
