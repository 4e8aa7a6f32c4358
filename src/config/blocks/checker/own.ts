// Builders of the settings that only one kind of checker has. HTTP and SSL are in http.ts.

import type { Entry } from '../../language/entry.ts'
import { isSet, lastOf, read } from '../../language/entry.ts'
import type { BuildContext } from '../context.ts'
import { complain } from '../context.ts'
import { buildCommandOf, isRunnable } from '../script/command.ts'
import { virtualServer } from '../server/keywords.ts'
import { bfdCheck, dnsOwn, fileCheck, miscOwn, smtpCheck, udpOwn } from './keywords.ts'
import type { DnsQueryType, Target } from './model.ts'
import { buildMasked, buildOctets } from './octets.ts'
import type { CheckerScope, Own } from './scope.ts'

export function buildSmtp(entry: Entry, target: Target): Own {
  return { type: 'SMTP_CHECK', target, heloName: read(entry, smtpCheck.heloName) }
}

export function buildUdp(entry: Entry, target: Target): Own {
  const reply = lastOf(entry, udpOwn.requireReply)
  const { octets, mask } = buildMasked(reply)
  return {
    type: 'UDP_CHECK',
    target,
    payload: buildOctets(lastOf(entry, udpOwn.payload)),
    requireReply: reply !== undefined,
    reply: octets,
    replyMask: mask,
    replyLengthMin: read(entry, udpOwn.minReplyLength),
    replyLengthMax: read(entry, udpOwn.maxReplyLength),
  }
}

export function buildDns(entry: Entry, target: Target): Own {
  const queryType = (read(entry, dnsOwn.type)?.toUpperCase() ?? 'SOA') as DnsQueryType
  return { type: 'DNS_CHECK', target, queryType, queryName: (read(entry, dnsOwn.name) ?? '').replace(/\.$/, '') }
}

export function buildMisc(entry: Entry, scope: CheckerScope, context: BuildContext): Own | undefined {
  const path = lastOf(entry, miscOwn.miscPath)
  if (path === undefined) {
    complain(context, 'script-without-command', entry, 'MISC_CHECK has no misc_path; it is left out', {
      help: 'write misc_path "COMMAND"',
    })
    return undefined
  }
  const command = buildCommandOf(path, lastOf(entry, miscOwn.user), context)
  if (command === undefined) return undefined
  if (!isRunnable(command, context)) {
    const message = `the command ${command.argv[0]} does not exist; the check is left out`
    // keepalived -t takes such a check without a word.
    complain(context, 'command-not-found', path, message, { help: 'check the path; nothing is checked by it' })
    return undefined
  }
  const delayLoopUs = read(scope.block, virtualServer.delayLoop)
  return {
    type: 'MISC_CHECK',
    command,
    timeoutUs: read(entry, miscOwn.miscTimeout) || delayLoopUs,
    dynamic: isSet(entry, miscOwn.miscDynamic),
    configuredWeight: scope.server.weight,
  }
}

export function buildFile(entry: Entry, scope: CheckerScope, context: BuildContext): Own | undefined {
  const name = read(entry, fileCheck.trackFile)
  const file = scope.trackFiles.find(each => each.name === name)
  if (file === undefined) {
    complain(
      context,
      'bad-server',
      entry,
      `FILE_CHECK follows ${name ?? 'nothing'}, which is no track_file; it is left out`,
      {
        help: 'name a track_file block of this file',
      },
    )
    return undefined
  }
  const own = lastOf(entry, fileCheck.weight)
  const weight = own === undefined ? file.weight : Number(own.values[0])
  const reverse = own === undefined ? file.reverse : own.values[1] === 'reverse'
  return { type: 'FILE_CHECK', trackFile: file.name, weight, reverse }
}

/** A name that is not defined above is reported by references.ts. */
export function buildBfdCheck(entry: Entry, scope: CheckerScope): Own | undefined {
  const session = scope.bfd.find(each => each.name === read(entry, bfdCheck.name))
  return session === undefined ? undefined : { type: 'BFD_CHECK', session: session.name, server: scope.server.id }
}
