// Where our keepalived.json differs from that of keepalived 2.2.7 on Debian's samples, field by field, and why that is right.

export interface Difference {
  /** Sample; undefined: all of them. */
  readonly sample?: string
  /** Instance; undefined: all of them. */
  readonly instance?: string
  readonly field: RegExp
  readonly reason: string
  /** What must hold nevertheless. */
  readonly within?: (theirs: unknown, ours: unknown) => boolean
}

const secondsApartMax = 10
const advertsApartMax = 10

export const differences: readonly Difference[] = [
  {
    field: /^data\.last_transition$/,
    reason: 'the moment of the transition; the two programs do not start in the same microsecond',
    within: (theirs, ours) => Math.abs(Number(theirs) - Number(ours)) < secondsApartMax,
  },
  {
    field: /^stats\.advert_sent$/,
    reason: 'counts on while the two dumps are written one after the other',
    within: (theirs, ours) => Math.abs(Number(theirs) - Number(ours)) <= advertsApartMax && Number(ours) > 0,
  },
  {
    field: /^stats\.auth_ext_/,
    reason: 'counters of keepalived 2.4, which 2.2.7 does not have; 0 as long as nothing of the kind happens',
    within: (theirs, ours) => theirs === undefined && ours === 0,
  },
  {
    field: /^data\.auth_data$/,
    reason: 'keepalived masks passwords in dumps since 2.4.0, and so do we',
    within: (_, ours) => ours === '********',
  },
  {
    sample: 'keepalived.conf.vrrp',
    instance: 'VI_1',
    field: /^data\.vips$/,
    reason: '192.168.200.18 is listed twice; keepalived refuses the second row since 2.3.3, and so do we (KA1323)',
    within: (theirs, ours) => Array.isArray(theirs) && JSON.stringify(theirs.slice(0, 3)) === JSON.stringify(ours),
  },
  {
    sample: 'keepalived.conf.vrrp.scripts',
    field: /^data\.script_(backup|master|fault)$/,
    reason:
      'the script is missing here: keepalived drops it for good, we keep it (KA1313), it may be there when it is needed',
    within: (theirs, ours) => theirs === undefined && String(ours).startsWith("'/usr/local/bin/vrrp"),
  },
  {
    sample: 'keepalived.conf.vrrp.localcheck',
    field: /^data\.track_script$/,
    reason: 'keepalived writes the path where it found the command at the start, we write the command as configured',
    within: (theirs, ours) => JSON.stringify(theirs).replaceAll("'/usr/bin/", "'") === JSON.stringify(ours),
  },
  {
    field: /^data\.vroutes$/,
    reason: 'virtual_routes are parsed but not in effect in this version (KA1214)',
    within: (theirs, ours) => Array.isArray(theirs) && ours === undefined,
  },
  {
    field: /^data\.vrules$/,
    reason: 'virtual_rules are parsed but not in effect in this version (KA1214)',
    within: (theirs, ours) => Array.isArray(theirs) && ours === undefined,
  },
]

export interface SampleChange {
  readonly from: RegExp
  readonly to: string
  readonly reason: string
}

/** What a sample needs to run in a bare namespace. The verdict is compared on the file as it is. */
export const sampleChanges: Readonly<Record<string, readonly SampleChange[]>> = {
  'keepalived.conf.vrrp.lvs_syncd': [
    {
      from: /^.*lvs_sync_daemon_interface.*\n/m,
      to: '',
      reason: 'keepalived does not run with it on a kernel without IPVS; it says nothing about VRRP',
    },
  ],
  'keepalived.conf.conditional_conf': [
    { from: /^@.*net_namespace.*\n/gm, to: '', reason: 'the namespaces high and low do not exist' },
    {
      from: /^\s*use_vmac\n/m,
      to: '\n',
      reason: 'interfaces of its own are compared in the tests of the native layer',
    },
  ],
}

/** Command line that a sample asks for. */
export const sampleArguments: Readonly<Record<string, readonly string[]>> = {
  'keepalived.conf.conditional_conf': ['-i', 'high'],
}
