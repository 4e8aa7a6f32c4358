// How the daemon reaches IPVS: the network namespace and the receive buffers of its sockets. keepalived.conf(5)
// `net_namespace_ipvs`, `lvs_netlink_cmd_rcv_bufs`, `lvs_netlink_monitor_rcv_bufs` and their `_force`.

import type { Entry } from '../../language/entry.ts'
import { is, read } from '../../language/entry.ts'
import { given } from '../context.ts'
import { globalDefs } from '../global/keywords.ts'
import { topLevel } from '../keywords.ts'
import type { LvsKernelOptions, ReceiveBuffer } from './model.ts'

/** Without a name it is the namespace of process 1. */
const initialNamespace = '/proc/1/ns/net'

export function buildLvsKernel(root: Entry, defs: Entry | undefined): LvsKernelOptions {
  const entry = root.children.find(child => is(child, topLevel.netNamespaceIpvs))
  const name = entry?.values[0]
  const namespace = name === undefined ? initialNamespace : `/run/netns/${name}`
  return {
    ...given('namespace', entry === undefined ? undefined : namespace),
    ...given(
      'commandBuffer',
      receiveBuffer(read(defs, globalDefs.lvsNetlinkCmdRcvBufs), read(defs, globalDefs.lvsNetlinkCmdRcvBufsForce)),
    ),
    ...given(
      'monitorBuffer',
      receiveBuffer(
        read(defs, globalDefs.lvsNetlinkMonitorRcvBufs),
        read(defs, globalDefs.lvsNetlinkMonitorRcvBufsForce),
      ),
    ),
  }
}

/** 0 leaves the default. */
function receiveBuffer(bytes: number | undefined, force: boolean | undefined): ReceiveBuffer | undefined {
  return bytes === undefined || bytes === 0 ? undefined : { bytes, force: force ?? false }
}
