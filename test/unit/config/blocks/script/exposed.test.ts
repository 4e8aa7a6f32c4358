import assert from 'node:assert/strict'
import test from 'node:test'
import type { MiscChecker } from '../../../../../src/config/blocks/checker/model.ts'
import { withoutExposedScripts } from '../../../../../src/config/blocks/script/exposed.ts'
import type { ScriptCommand } from '../../../../../src/config/blocks/script/model.ts'
import type { LintFacts, PathComponent } from '../../../../../src/config/host/facts.ts'
import type { Config } from '../../../../../src/config/model.ts'
import { instance } from '../../../../fixtures/vrrp-instance.ts'
import { lvsConfig, probing, realServer, virtualServer } from '../../../workers/checker/fixture.ts'

const command = (path: string): ScriptCommand => ({
  argv: [path],
  shell: false,
  text: path,
  place: { file: 'test.conf', line: 7 },
})

const miscChecker = (path: string): MiscChecker => ({
  ...probing,
  id: 'misc',
  type: 'MISC_CHECK',
  command: command(path),
  timeoutUs: 1,
  dynamic: false,
  configuredWeight: 1,
})

function configWith(enableScriptSecurity: boolean): Config {
  const fifoReaders = ['/tmp/open.sh', '/opt/safe.sh'].map(path => ({ of: 'all', path, command: command(path) }))
  const base = { routerId: 'r', enableScriptSecurity, fifoReaders } as unknown as Config['global']
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
    trackFiles: [],
    trackProcesses: [],
    staticAddresses: [],
    garpGroups: [],
    linkDelays: [],
    syncGroups: [],
    bfd: [],
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
      ['KA1315', 'security', 7],
    ],
  )
  assert.deepEqual(
    config.global.fifoReaders.map(reader => reader.command.text),
    ['/opt/safe.sh'],
  )
  assert.match(refused[0]!.message, /vrrp_script open is not run: \/tmp\/open\.sh .*mode 777.*everybody/)
})

test('without enable_script_security everything is run', () => {
  const config = configWith(false)
  assert.deepEqual(withoutExposedScripts(config, facts), { config, refused: [] })
})

test('enable_script_security lets no exposed MISC_CHECK or notify script of load balancing run', () => {
  const real = (path: string) => realServer('10.0.0.11', [miscChecker(path)], { notifyDown: command(path) })
  const server = virtualServer('10.0.0.1', [real('/tmp/open.sh'), real('/opt/safe.sh')], {
    quorumUp: command('/tmp/up'),
  })
  const { config, refused } = withoutExposedScripts({ ...configWith(true), lvs: lvsConfig([server]) }, facts)
  const [after] = config.lvs!.virtualServers
  assert.equal(after?.quorumUp, undefined)
  assert.deepEqual(
    after?.realServers.map(({ checkers, notifyDown }) => [checkers.length, notifyDown?.text]),
    [
      [0, undefined],
      [1, '/opt/safe.sh'],
    ],
  )
  assert.equal(refused.length, 3 + 3)
})

for (const [what, path, trace] of [
  ['that nobody has made yet', '/opt/later.sh', { state: 'missing' }],
  ['that cannot be looked at', '/opt/hidden.sh', { state: 'hidden' }],
] as const) {
  test(`a script ${what} is not run: anybody might make it`, () => {
    const base = configWith(true)
    const script = { ...base.scripts[0]!, command: command(path) }
    const { config, refused } = withoutExposedScripts(
      { ...base, scripts: [script] },
      { ...facts, files: { ...facts.files, trace: asked => (asked === path ? trace : facts.files.trace(asked)) } },
    )
    assert.deepEqual(config.scripts, [])
    assert.match(refused[0]!.message, /so anybody might make it, and enable_script_security is set/)
  })
}

test('without script_user and without an account keepalived_script no script is run, as in keepalived', () => {
  const accountOf: LintFacts['accountOf'] = ({ user }) =>
    user === 'keepalived_script' ? undefined : facts.accountOf({}, undefined)
  const { config, refused } = withoutExposedScripts(configWith(true), { ...facts, accountOf })
  assert.deepEqual(config.scripts, [])
  assert.match(refused[0]!.message, /there is no account 'keepalived_script' to run it/)
})
