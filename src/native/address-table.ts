// Puts addresses on links and takes them off, over rtnetlink. What is wanted already counts as done: EEXIST when adding,
// EADDRNOTAVAIL when removing. Many calls may be in flight; netlink-request.ts bounds them. Main thread only.

import { constants } from 'node:os'
import { KaError } from '../lib/errors.ts'
import { type CallFailure, errnoName } from './libc.ts'
import { FLAG } from './netlink-message.ts'
import { NetlinkRequester } from './netlink-request.ts'
import { type AddressSpec, encodeDeleteAddress, encodeNewAddress, NETLINK_ROUTE, RTM } from './rtnetlink.ts'

interface AddressTableOptions {
  /** The socket failed; what was in flight has been rejected. */
  readonly onError: (error: KaError) => void
}

export interface AddressTable {
  /** Resolves when the kernel has the address: true if it had not before. Rejects with KA_NETLINK_NACK, KA_NOT_PERMITTED or KA_SOCKET. */
  addAddress(spec: AddressSpec): Promise<boolean>
  /** Resolves when the kernel does not have the address. Rejects with KA_NETLINK_NACK, KA_NOT_PERMITTED or KA_SOCKET. */
  removeAddress(spec: AddressSpec): Promise<void>
  close(): void
}

const { EEXIST, EADDRNOTAVAIL, ENODEV, EPERM } = constants.errno

/** Opens the netlink socket. Throws KA_SOCKET. */
export function createAddressTable(options: AddressTableOptions): AddressTable {
  const requester = new NetlinkRequester(NETLINK_ROUTE, options.onError)
  return {
    addAddress: async spec => {
      const reply = await requester.request(RTM.newAddress, FLAG.create | FLAG.exclusive, encodeNewAddress(spec))
      if (reply.errno !== 0 && reply.errno !== EEXIST) throw nack('add', spec, reply.errno)
      return reply.errno === 0
    },
    removeAddress: async spec => {
      const { errno } = await requester.request(RTM.delAddress, 0, encodeDeleteAddress(spec))
      if (errno === 0) return
      // ENODEV: the link is gone and has taken the address with it.
      if (errno !== EADDRNOTAVAIL && errno !== ENODEV) throw nack('remove', spec, errno)
    },
    close: () => requester.close(),
  }
}

function nack(verb: string, spec: AddressSpec, errno: number): KaError {
  const name = errnoName(errno)
  const what = `${verb} ${spec.address}/${spec.prefix} on link ${spec.ifindex}`
  const cause: CallFailure = { call: what, errno, name }
  return new KaError(errno === EPERM ? 'KA_NOT_PERMITTED' : 'KA_NETLINK_NACK', `${what}: ${name}`, cause)
}
