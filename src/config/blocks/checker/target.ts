// Where a checker that goes over the network connects to and from: what it does not say is that of its real server.

import { familyOf, formatIp, parseIp } from '../../../lib/ip.ts'
import type { Entry } from '../../language/entry.ts'
import { inherited, lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain, given } from '../context.ts'
import { virtualServer } from '../server/keywords.ts'
import { network } from './keywords.ts'
import type { Target } from './model.ts'
import type { CheckerScope, Levels } from './scope.ts'

/** undefined, and reported: a link-local address without an interface. */
export function buildTarget(levels: Levels, scope: CheckerScope, context: BuildContext): Target | undefined {
  const [entry, , virtual] = levels
  const written = read(entry, network.connectIp)
  const address = written === undefined ? scope.server.address : formatIp(parseIp(written)!)
  const bindInterface = read(entry, network.bindIf)
  if (/^fe[89ab].*:/i.test(address) && bindInterface === undefined) {
    const message = `${entry.spec.keyword} of the link-local address ${address} has no bind_if; it is left out`
    complain(context, 'bad-server', entry, message, { help: 'write bind_if INTERFACE' })
    return undefined
  }
  const bindAddress = buildBindAddress(entry, address, context)
  return {
    address,
    port: read(entry, network.connectPort) ?? scope.server.port,
    connectTimeoutUs: inherited(levels, network.connectTimeout) ?? read(virtual, virtualServer.connectTimeout),
    ...given('bindAddress', bindAddress),
    ...given('bindPort', bindAddress === undefined ? undefined : read(entry, network.bindPort)),
    ...given('bindInterface', bindInterface),
    fwmark: read(entry, network.fwmark),
  }
}

function buildBindAddress(entry: Entry, address: string, context: BuildContext): string | undefined {
  const bindto = read(entry, network.bindto)
  if (bindto === undefined || familyOf(bindto) === familyOf(address)) return bindto
  complain(
    context,
    'other-family',
    lastOf(entry, network.bindto),
    `bindto ${bindto} is of another family than ${address}`,
    {
      help: 'name an address of the same family; it is ignored',
    },
  )
  return undefined
}
