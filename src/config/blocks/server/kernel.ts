// How the daemon reaches IPVS: the network namespace and the receive buffers of its sockets. keepalived.conf(5)
// `net_namespace_ipvs`, `lvs_netlink_cmd_rcv_bufs`, `lvs_netlink_monitor_rcv_bufs` and their `_force`.

import type { Entry } from '../../language/entry.ts'
import { numberOf, toggleOf } from '../../language/entry.ts'
import { given } from '../context.ts'
import type { LvsKernelOptions, ReceiveBuffer } from './model.ts'

/** Without a name it is the namespace of process 1. */
const INITIAL_NAMESPACE = '/proc/1/ns/net'

export function buildLvsKernel(root: Entry, defs: Entry | undefined): LvsKernelOptions {
  const entry = root.children.find(child => child.spec.keyword === 'net_namespace_ipvs')
  const name = entry?.values[0]
  const namespace = name === undefined ? INITIAL_NAMESPACE : `/run/netns/${name}`
  return {
    ...given('namespace', entry === undefined ? undefined : namespace),
    ...given('commandBuffer', receiveBuffer(defs, 'lvs_netlink_cmd_rcv_bufs')),
    ...given('monitorBuffer', receiveBuffer(defs, 'lvs_netlink_monitor_rcv_bufs')),
  }
}

/** 0 leaves the default. */
function receiveBuffer(defs: Entry | undefined, keyword: string): ReceiveBuffer | undefined {
  const bytes = numberOf(defs, keyword) ?? 0
  return bytes === 0 ? undefined : { bytes, force: toggleOf(defs, `${keyword}_force`) ?? false }
}
