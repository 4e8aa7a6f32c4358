// global_defs: what is told to SNMP. keepalived.conf(5) "enable_snmp_…", "snmp_socket".

import type { Entry } from '../../language/entry.ts'
import { isSet, numberOf, textOf } from '../../language/entry.ts'
import { given } from '../context.ts'
import type { SnmpSettings } from './model.ts'

const STATS_AGE_DEFAULT_US = 5_000_000

export function buildSnmp(defs: Entry | undefined): SnmpSettings {
  const both = isSet(defs, 'enable_snmp_rfc')
  const virtualServerStatsAgeUs = numberOf(defs, 'snmp_vs_stats_update_interval') ?? STATS_AGE_DEFAULT_US
  return {
    ...given('socket', textOf(defs, 'snmp_socket')),
    traps: isSet(defs, 'enable_traps'),
    vrrp: isSet(defs, 'enable_snmp_vrrp') || isSet(defs, 'enable_snmp_keepalived'),
    checker: isSet(defs, 'enable_snmp_checker'),
    rfcV2: both || isSet(defs, 'enable_snmp_rfcv2'),
    rfcV3: both || isSet(defs, 'enable_snmp_rfcv3'),
    virtualServerStatsAgeUs,
    realServerStatsAgeUs: numberOf(defs, 'snmp_rs_stats_update_interval') ?? virtualServerStatsAgeUs,
  }
}
