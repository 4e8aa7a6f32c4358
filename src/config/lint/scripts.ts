// Rules about the files that are run: are they there, may their user run them, and may nobody else change them? They look at
// the host through facts. keepalived.conf(5), enable_script_security.

import type { Finding, Site } from '../advice/finding.ts'
import { octal } from '../advice/words.ts'
import type { AccountFacts, LintFacts, PathComponent } from '../host/facts.ts'
import { exposure, obstacle } from '../host/permissions.ts'
import type { WrittenConfig } from '../model.ts'
import type { LintRule } from './rule.ts'
import type { ProgramUse } from './script-uses.ts'
import { programUses } from './script-uses.ts'

export const scriptRules: readonly LintRule[] = [
  {
    code: 'KA2101',
    title: 'A command does not exist',
    severity: 'warning',
    check: (config, facts) => perProgram(config, facts, isMissing),
  },
  {
    code: 'KA2102',
    title: 'A script that its user may not run',
    severity: 'warning',
    check: (config, facts) => perProgram(config, facts, isNotRunnable),
  },
  {
    code: 'KA2103',
    title: 'A script that others may change',
    severity: 'warning',
    check: (config, facts) => perProgram(config, facts, isExposed),
  },
  {
    code: 'KA2104',
    title: 'A script behind a linked directory',
    severity: 'note',
    check: (config, facts) => perProgram(config, facts, isBehindLink),
  },
]

interface Subject {
  readonly use: ProgramUse
  readonly account: AccountFacts
  /** undefined: not there. */
  readonly components: readonly PathComponent[] | undefined
}

type Judgement = Pick<Finding, 'message' | 'help'>

/** One finding for each file and account, with the other uses as related places. */
function perProgram(
  config: WrittenConfig,
  facts: LintFacts,
  judge: (subject: Subject) => Judgement | undefined,
): readonly Finding[] {
  const found = new Map<string, { finding: Finding; related: { at: Site; message: string }[] }>()
  for (const use of programUses(config, facts.files)) {
    const account = facts.accountOf(use.chosen, config.global.scriptUser)
    if (account === undefined) continue
    const key = `${use.path} ${account.uid} ${account.gid} ${use.executed}`
    const earlier = found.get(key)
    if (earlier !== undefined) {
      earlier.related.push({ at: use.site, message: 'also run here' })
      continue
    }
    const trace = facts.files.trace(use.path)
    if (trace.state === 'hidden') continue
    const components = trace.state === 'found' ? trace.components : undefined
    const judgement = judge({ use, account, components })
    if (judgement !== undefined) found.set(key, { finding: { at: use.site, ...judgement }, related: [] })
  }
  return [...found.values()].map(({ finding, related }) => (related.length === 0 ? finding : { ...finding, related }))
}

function isMissing({ use, components }: Subject): Judgement | undefined {
  if (components !== undefined || use.missingIsKnown) return undefined
  return { message: `${use.path} does not exist`, help: 'check the path; whatever should run it will fail' }
}

function isNotRunnable({ use, account, components = [] }: Subject): Judgement | undefined {
  const blocked = obstacle(components, account, use.executed)
  if (blocked === undefined) return undefined
  const isFile = blocked === components.at(-1)
  if (isFile && blocked.kind === 'directory') {
    return { message: `${use.path} is a directory, which cannot be run`, help: 'name the file in it' }
  }
  const verb = use.executed ? 'run' : 'read'
  const bit = isFile && !use.executed ? 'r' : 'x'
  return {
    message: `${account.user} may not ${verb} ${use.path}: ${described(blocked)} does not let it`,
    help: `chmod a+${bit} ${blocked.path}, or name another user`,
  }
}

function isExposed({ use, account, components = [] }: Subject): Judgement | undefined {
  const found = exposure(components, account)
  if (found === undefined) return undefined
  const { component, who } = found
  const what = component.path === use.path ? '' : `: ${component.path} is on its way`
  return {
    message: `${use.path} runs as ${account.user} and may be changed by ${who}${what} (owner ${component.owner}, mode ${octal(component.mode)})`,
    help: `chown root ${component.path} and chmod go-w ${component.path}; with enable_script_security keepalived would not run it`,
  }
}

/** keepalived disables a script if a directory in its path as written is a symbolic link, as /bin is on most systems now. */
function isBehindLink({ use, components = [] }: Subject): Judgement | undefined {
  const link = components.find(({ kind, path }) => kind === 'link' && use.path.startsWith(`${path}/`))
  if (link === undefined || !use.executed) return undefined
  const real = components.at(-1)!.path
  return {
    message: `${link.path} in ${use.path} is a symbolic link; keepalived disables such a script, and what tracks it goes on without it`,
    help: `write ${real}, so that both do the same`,
  }
}

function described({ path, owner, mode }: PathComponent): string {
  return `${path} (owner ${owner}, mode ${octal(mode)})`
}
