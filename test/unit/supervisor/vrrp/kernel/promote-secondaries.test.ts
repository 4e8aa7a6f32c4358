import assert from 'node:assert/strict'
import test from 'node:test'
import { PromoteSecondaries } from '../../../../../src/supervisor/vrrp/kernel/promote-secondaries.ts'
import { instance, silentLog } from '../../../../fixtures/vrrp-instance.ts'

function sysctls(value: string) {
  const values = new Map<string, string>()
  return {
    values,
    files: {
      read: (path: string) => values.get(path) ?? `${value}\n`,
      write: (path: string, text: string) => void values.set(path, text),
    },
  }
}

const path = '/proc/sys/net/ipv4/conf/eth0/promote_secondaries'

test('it is switched on while an instance asks for it and put back to what it was', () => {
  const { values, files } = sysctls('0')
  const promote = new PromoteSecondaries(silentLog, files)
  promote.use([instance({ promoteSecondaries: true })])
  assert.equal(values.get(path), '1')
  promote.use([instance({ name: 'VI_2', promoteSecondaries: true }), instance()])
  assert.equal(values.get(path), '1')
  promote.use([])
  assert.equal(values.get(path), '0')
})

test('a host that has it switched on keeps it', () => {
  const { values, files } = sysctls('1')
  const promote = new PromoteSecondaries(silentLog, files)
  promote.use([instance({ promoteSecondaries: true })])
  promote.use([])
  assert.equal(values.get(path), '1')
})
