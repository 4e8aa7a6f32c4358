import assert from 'node:assert/strict'
import test from 'node:test'
import { findAccount, readAccountFiles, scriptAccount, userOf } from '../../../../src/supervisor/scripts/user.ts'

const files = {
  passwd:
    'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/sbin/nologin\nbroken:x\nop:x:1000:100::/:/bin/sh\n',
  group: 'root:x:0:\nusers:x:100:op\nadm:x:4:\n',
}
const withDefault = { ...files, passwd: `${files.passwd}keepalived_script:x:990:991::/:/sbin/nologin\n` }
const root = { uid: 0, gid: 0 }

test('a user has the group of its passwd row unless another one is named', () => {
  assert.deepEqual(findAccount(files, { user: 'op' }), {
    ok: true,
    value: { user: 'op', uid: 1000, gid: 100, unchosen: false },
  })
  const adm = findAccount(files, { user: 'op', group: 'adm' })
  assert.deepEqual(adm, { ok: true, value: { user: 'op', uid: 1000, gid: 4, unchosen: false } })
})

test('unknown users, unknown groups and damaged rows are reasons, not accounts', () => {
  assert.deepEqual(findAccount(files, { user: 'ghost' }), { ok: false, error: 'there is no user ghost' })
  assert.deepEqual(findAccount(files, { user: 'op', group: 'ghosts' }), {
    ok: false,
    error: 'there is no group ghosts',
  })
  assert.equal(findAccount(files, { user: 'broken' }).ok, false)
  assert.equal(findAccount(files, { user: '' }).ok, false)
})

test('the order is: user of the script, script_user, keepalived_script, the daemon itself', () => {
  const uidOf = (...args: Parameters<typeof scriptAccount>) => {
    const account = scriptAccount(...args)
    return account.ok ? [account.value.uid, account.value.unchosen] : account.error
  }
  assert.deepEqual(uidOf(withDefault, { user: 'op' }, { user: 'nobody' }, root), [1000, false])
  assert.deepEqual(uidOf(withDefault, {}, { user: 'nobody' }, root), [65534, false])
  assert.deepEqual(uidOf(withDefault, {}, undefined, root), [990, false])
  assert.deepEqual(uidOf(files, {}, undefined, root), [0, true])
  assert.deepEqual(uidOf(withDefault, {}, undefined, { uid: 1000, gid: 100 }), [1000, true])
  assert.equal(uidOf(withDefault, { user: 'ghost' }, { user: 'nobody' }, root), 'there is no user ghost')
})

test('the account files of this host know root; missing files know nobody', () => {
  assert.equal(userOf(readAccountFiles(), 0), 'root')
  assert.deepEqual(readAccountFiles('/nonexistent/passwd', '/nonexistent/group'), { passwd: '', group: '' })
})
