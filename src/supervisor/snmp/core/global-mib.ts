// KEEPALIVED-MIB, global part (.1): the program, its mails and its switches.

import { familyOf, parseIp } from '../../../lib/ip.ts'
import { usPerSecond } from '../../../lib/time.ts'
import { GLOBAL } from './keepalived-oid.ts'
import { type Column, scalars, table } from './mib.ts'
import type { ReadModel } from './read-model.ts'
import { gauge, inetAddress, inetAddressType, integer, text, type Value, yesNo } from './value.ts'

const mail = [...GLOBAL, 3]
const flushOnStop = { all: 1, no: 2, services: 3 } as const

export const globalMib: readonly Column[] = [
  ...scalars(GLOBAL, {
    1: model => text(`keepalived-ts v${model.version}`),
    2: model => text(model.global.routerId),
    4: model => yesNo(model.trapsEnabled),
    // netlink(1): links are never polled.
    5: () => integer(1),
    6: model => yesNo(model.lvs?.flush ?? false),
    // Counters are read with 64 bits.
    7: () => yesNo(true),
    8: () => text(''),
    9: () => yesNo(false),
    10: model => yesNo(model.global.dynamicInterfaces),
    11: model => integer(flushOnStop[model.lvs?.flushOnStop ?? 'no']),
  }),
  ...scalars(mail, {
    1: model => whereAddress(model, address => inetAddressType(familyOf(address))),
    2: model => whereAddress(model, inetAddress),
    3: model => gauge(model.global.smtpConnectTimeoutUs / usPerSecond),
    4: model => optionalText(model.global.notificationEmailFrom),
    6: ({ global }) => (global.smtpServer === undefined ? undefined : gauge(global.smtpServer.port)),
    7: model => yesNo(!model.global.noEmailFaults),
    8: model => onOffUnset(model.global.smtpAlert),
    9: model => onOffUnset(model.global.smtpAlertVrrp),
    10: model => onOffUnset(model.global.smtpAlertChecker),
  }),
  ...table(
    [...mail, 5, 1],
    ({ global }) => global.notificationEmail.map((address, i) => ({ index: [i + 1], of: address })),
    { 2: address => text(address) },
  ),
]

/** The MIB has addresses; a mail server given by name has none to show. */
function whereAddress(model: ReadModel, show: (address: string) => Value | undefined): Value | undefined {
  const host = model.global.smtpServer?.host
  return host === undefined || parseIp(host) === undefined ? undefined : show(host)
}

function optionalText(value: string | undefined): Value | undefined {
  return value === undefined ? undefined : text(value)
}

function onOffUnset(value: boolean | undefined): Value {
  return integer(value === undefined ? 3 : value ? 1 : 2)
}
