// Rules about the first line of a virtual_server, and its protocol: keepalived reports the faults below and goes on
// with a default or without the block (lvs-behaviour section 2.6). rules.ts checks the block itself.

import type { Entry } from '../../language/entry.ts'
import { hasOption, is, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { topLevel } from '../keywords.ts'
import { serviceSelectors, virtualServer } from './keywords.ts'

/** Reports virtual servers without an address and those without a protocol, or with one where there is none. */
export function checkServerHeads(root: Entry, context: BuildContext): void {
  for (const block of root.children) if (is(block, topLevel.virtualServer)) checkHead(block, context)
}

function checkHead(block: Entry, context: BuildContext): void {
  const [address] = block.values
  const protocol = read(block, virtualServer.protocol)
  if (typeof address === 'string') {
    if (protocol !== undefined) return
    const message = `virtual_server ${address} has no protocol; as in keepalived UDP is taken`
    complain(context, 'no-protocol', block, message, { help: 'write protocol TCP, UDP or SCTP' })
    return
  }
  if (hasOption(block, serviceSelectors.fwmark) && protocol !== undefined) {
    complain(context, 'incompatible-settings', block, 'a firewall mark has no protocol; the protocol is ignored', {
      help: 'remove the protocol line',
    })
  }
  const help = 'write virtual_server ADDRESS PORT'
  if (block.words.length < 2) {
    complain(context, 'missing-argument', block, 'virtual_server has no address', { help })
  } else if (!hasOption(block, serviceSelectors.fwmark) && !hasOption(block, serviceSelectors.group)) {
    complain(context, 'bad-server', block, 'virtual_server has no address; it is left out', { help })
  }
}
