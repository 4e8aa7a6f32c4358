// global_defs: what is told to SNMP. keepalived.conf(5) "enable_snmp_…", "snmp_socket".

import type { Entry } from '../../language/entry.ts'
import { isSet, read } from '../../language/entry.ts'
import { given } from '../context.ts'
import { globalDefs } from './keywords.ts'
import type { SnmpSettings } from './model.ts'

export function buildSnmp(defs: Entry | undefined): SnmpSettings {
  const both = isSet(defs, globalDefs.enableSnmpRfc)
  const virtualServerStatsAgeUs = read(defs, globalDefs.snmpVsStatsUpdateInterval)
  return {
    ...given('socket', read(defs, globalDefs.snmpSocket)),
    traps: isSet(defs, globalDefs.enableTraps),
    vrrp: isSet(defs, globalDefs.enableSnmpVrrp) || isSet(defs, globalDefs.enableSnmpKeepalived),
    checker: isSet(defs, globalDefs.enableSnmpChecker),
    rfcV2: both || isSet(defs, globalDefs.enableSnmpRfcv2),
    rfcV3: both || isSet(defs, globalDefs.enableSnmpRfcv3),
    virtualServerStatsAgeUs,
    realServerStatsAgeUs: read(defs, globalDefs.snmpRsStatsUpdateInterval) ?? virtualServerStatsAgeUs,
  }
}
