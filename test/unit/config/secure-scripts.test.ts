import assert from 'node:assert/strict'
import test from 'node:test'
import type { LintFacts, PathComponent } from '../../../src/config/lint/facts.ts'
import type { Config, ScriptCommand } from '../../../src/config/model.ts'
import { withoutExposedScripts } from '../../../src/config/secure-scripts.ts'
import { instance } from '../../fixtures/vrrp-instance.ts'

const command = (path: string): ScriptCommand => ({
  argv: [path],
  shell: false,
  text: path,
  place: { file: 'test.conf', line: 7 },
})

function configWith(enableScriptSecurity: boolean): Config {
  const base = { routerId: 'r', enableScriptSecurity } as Config['global']
  const script = (name: string, path: string) =>
    ({ name, command: command(path), weight: 0 }) as unknown as Config['scripts'][number]
  return {
    global: base,
    scripts: [script('safe', '/opt/safe.sh'), script('open', '/tmp/open.sh')],
    instances: [
      instance({
        trackedScripts: [
          { script: 'safe', weight: 0, reverse: false },
          { script: 'open', weight: 0, reverse: false },
        ],
        notify: { notifyDeleted: true, master: command('/tmp/open.sh'), backup: command('/opt/safe.sh') },
      }),
    ],
    syncGroups: [],
  }
}

const component = (path: string, mode: number, kind: PathComponent['kind'] = 'directory'): PathComponent => ({
  path,
  kind,
  uid: 0,
  gid: 0,
  owner: 'root',
  mode,
})

const facts: LintFacts = {
  files: {
    find: () => undefined,
    trace: path => ({
      state: 'found',
      components: [component('/', 0o755), component(path, path.startsWith('/tmp') ? 0o777 : 0o755, 'file')],
    }),
  },
  accountOf: () => ({ user: 'root', uid: 0, gid: 0 }),
  addresses: () => [],
}

test('a script that everybody may change is not run when enable_script_security is set', () => {
  const { config, refused } = withoutExposedScripts(configWith(true), facts)
  assert.deepEqual(
    config.scripts.map(script => script.name),
    ['safe'],
  )
  const [params] = config.instances
  assert.deepEqual(
    params?.trackedScripts.map(tracked => tracked.script),
    ['safe'],
  )
  assert.equal(params?.notify.master, undefined)
  assert.equal(params?.notify.backup?.text, '/opt/safe.sh')
  assert.equal(params?.notify.notifyDeleted, true)
  assert.deepEqual(
    refused.map(({ code, faultClass, span }) => [code, faultClass, span?.line]),
    [
      ['KA1315', 'security', 7],
      ['KA1315', 'security', 7],
    ],
  )
  assert.match(refused[0]!.message, /vrrp_script open is not run: \/tmp\/open\.sh .*mode 777.*everybody/)
})

test('without enable_script_security everything is run', () => {
  const config = configWith(false)
  assert.deepEqual(withoutExposedScripts(config, facts), { config, refused: [] })
})
