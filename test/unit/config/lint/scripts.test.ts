import assert from 'node:assert/strict'
import test from 'node:test'
import { adviceOn, found, instance } from './host.ts'

const check = '/opt/check.sh'
const tracked = (command: string, lines = '') =>
  `vrrp_script chk {\n  script "${command}"\n${lines}\n}\n${instance('A', '  track_script {\n    chk\n  }')}`
const service = (line: string) =>
  `virtual_server 192.0.2.9 80 {\n  protocol TCP\n  real_server 10.0.0.7 80 {\n    ${line}\n  }\n}\n`

test('KA2101: a command of a real server that does not exist', () => {
  assert.deepEqual(found('KA2101', service('notify_up /opt/up.sh')), ['4:5 /opt/up.sh does not exist'])
  assert.deepEqual(found('KA2101', service('notify_up "unknown-command 1"')), ['4:5 unknown-command does not exist'])
  assert.deepEqual(found('KA2101', service('notify_up /opt/up.sh'), { files: { '/opt/up.sh': {} } }), [])
})

test('KA2101: the script that an interpreter is given', () => {
  const files = { '/usr/bin/python3': {} }
  assert.deepEqual(found('KA2101', tracked(`/usr/bin/python3 ${check}`), { files }), [`2:3 ${check} does not exist`])
})

test('KA2101: what the loader has reported is not reported again', () => {
  assert.deepEqual(found('KA2101', tracked('/opt/nowhere.sh')), [])
})

test('KA2102: a file that nobody may execute', () => {
  const host = { files: { [check]: { mode: 0o644 } } }
  assert.deepEqual(found('KA2102', tracked(check), host), [
    `2:3 root may not run ${check}: ${check} (owner root, mode 0644) does not let it`,
  ])
})

test('KA2102: a directory on the way is closed to the script user', () => {
  const host = { files: { '/opt': { mode: 0o700, directory: true }, [check]: {} } }
  assert.deepEqual(found('KA2102', tracked(check, '  user nobody'), host), [
    `2:3 nobody may not run ${check}: /opt (owner root, mode 0700) does not let it`,
  ])
  assert.deepEqual(found('KA2102', tracked(check), host), [])
})

test('KA2102: an interpreter needs to read its script, not to execute it', () => {
  const command = `/usr/bin/sh ${check}`
  const files = { '/usr/bin/sh': {}, [check]: { mode: 0o600 } }
  assert.deepEqual(found('KA2102', tracked(command), { files }), [])
  assert.match(
    found('KA2102', tracked(command, '  user nobody'), { files })[0]!,
    /nobody may not read \/opt\/check\.sh/,
  )
})

test('KA2102: a directory cannot be run', () => {
  const host = { files: { '/opt/check.d': { directory: true } } }
  assert.deepEqual(found('KA2102', service('notify_up /opt/check.d'), host), [
    '4:5 /opt/check.d is a directory, which cannot be run',
  ])
})

test('KA2103: writable by everybody, by the group, or of another owner', () => {
  const of = (file: object) => found('KA2103', tracked(check), { files: { [check]: file } })
  assert.deepEqual(of({ mode: 0o777 }), [
    `2:3 ${check} runs as root and may be changed by everybody (owner root, mode 0777)`,
  ])
  assert.deepEqual(of({ mode: 0o775, gid: 1000 }), [
    `2:3 ${check} runs as root and may be changed by its group (owner root, mode 0775)`,
  ])
  assert.deepEqual(of({ uid: 1000 }), [
    `2:3 ${check} runs as root and may be changed by its owner alice (owner alice, mode 0755)`,
  ])
  assert.deepEqual(of({ mode: 0o775 }), [])
})

test('KA2103: a directory on the way, unless it is sticky', () => {
  const of = (mode: number) =>
    found('KA2103', tracked(check), { files: { '/opt': { mode, directory: true }, [check]: {} } })
  assert.deepEqual(of(0o777), [
    `2:3 ${check} runs as root and may be changed by everybody: /opt is on its way (owner root, mode 0777)`,
  ])
  assert.deepEqual(of(0o1777), [])
})

test('KA2103: the script user may own its script, unless that runs as root all the same', () => {
  const of = (mode: number, uid: number) =>
    found('KA2103', tracked(check, '  user alice'), {
      files: { '/opt': { uid: 1000, directory: true }, [check]: { mode, uid } },
    })
  assert.deepEqual(of(0o755, 1000), [])
  assert.match(of(0o4755, 0)[0]!, /changed by its owner alice: \/opt is on its way/)
})

test('KA2103: a script that is used twice is told of once, with the other place', () => {
  const text = tracked(check) + instance('B', `  notify_master ${check}`, 52)
  const advice = adviceOn(text, { files: { [check]: { mode: 0o777 } } }).filter(({ code }) => code === 'KA2103')
  assert.equal(advice.length, 1)
  assert.deepEqual(
    advice[0]?.related?.map(({ message }) => message),
    ['also run here'],
  )
})

test('KA2104: a linked directory in the path', () => {
  const files = { '/bin': { link: '/usr/bin' }, '/usr/bin/true': {}, '/bin/true': {} }
  const advice = adviceOn(tracked('/bin/true'), { files }).find(({ code }) => code === 'KA2104')
  assert.match(advice?.message ?? '', /^\/bin in \/bin\/true is a symbolic link; keepalived disables such a script/)
  assert.equal(advice?.help, 'write /usr/bin/true, so that both do the same')
  assert.deepEqual(found('KA2104', tracked('/usr/bin/true'), { files }), [])
})

test('commands of which only a shell knows the program are left alone', () => {
  assert.deepEqual(
    adviceOn(tracked('[ -e /tmp/x ] && exit 1')).filter(({ code }) => code.startsWith('KA21')),
    [],
  )
})
