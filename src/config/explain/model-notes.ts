// What the codes of the builders and the checks behind them mean (KA13xx): interfaces, scripts, instances, groups,
// routes, servers.

import type { NoteRow } from './note.ts'

const tracking: Readonly<Record<string, NoteRow>> = {
  KA1301: [
    'The interface does not exist',
    'A named interface is not there, and dynamic_interfaces is not set, so the daemon does not start.',
    'Correct the name, or set dynamic_interfaces in global_defs if the interface comes later.',
  ],
  KA1302: [
    'An interface that cannot be used',
    'The interface exists but cannot do what is asked of it, such as VRRP on the loopback.',
    'Choose another interface.',
  ],
  KA1303: [
    'Scripts run without enable_script_security',
    'There are scripts, and nothing keeps a script that others may write from being run as root.',
    'Set enable_script_security in global_defs, and script_user to an ordinary user.',
  ],
  KA1304: [
    'A vrrp_script without a command',
    'There is no script line in the block, so it is left out.',
    'Add script "COMMAND".',
  ],
  KA1305: [
    'A script that nobody uses',
    'No track_script names it, so it does not run.',
    'Name it in a track_script, or remove it.',
  ],
  KA1306: [
    'An unknown script is tracked',
    'track_script names a script that is not defined above. The row is left out.',
    'Define the vrrp_script before the instance, or correct the name.',
  ],
  KA1307: [
    'An interface in track_script',
    'The name is that of an interface, not of a script. It is tracked as an interface.',
    'Move the row to track_interface.',
  ],
  KA1308: [
    'Tracked twice',
    'The same thing is tracked more than once; the later row is left out.',
    'Remove one of them.',
  ],
  KA1310: [
    'A weight out of range',
    'Weights are limited so that the priority stays between 1 and 254; the nearest possible weight is taken.',
    'Choose a weight from -253 to 253.',
  ],
  KA1318: [
    'A static address without an interface',
    'The row names no interface, and the one that is taken then does not exist.',
    'Write dev INTERFACE behind the address, or default_interface in global_defs.',
  ],
  KA1317: [
    'A delay within which the peers take over',
    'A router that notices its dead link only after the others have given it up is a second MASTER for that time. The longest delay ' +
      'that avoids it is taken.',
    'Stay below (down_timer_adverts - 1) advert intervals of every instance on the interface.',
  ],
  KA1316: [
    'A process name that no process can have',
    'The kernel calls a process by the last part of its path, 15 bytes at most; longer names are compared up to there.',
    'Write the name as /proc/PID/comm has it, or full_command to go by the command line.',
  ],
  KA1311: [
    'A script line that cannot be split into words',
    'Quotes or escapes of the command do not add up. The script is left out.',
    'Put the command with its arguments into one pair of quotes.',
  ],
  KA1383: [
    'A quorum that is never reached',
    'A virtual server comes up when its living real servers weigh as much as quorum and hysteresis together. All of them weigh less, so only the sorry server ever serves.',
    'Write a smaller quorum or hysteresis, or give the real servers more weight.',
  ],
  KA1319: [
    'A command without quotes',
    'The words behind a command are not its arguments: they name a user and a group, or have no effect.',
    'Put the command and its arguments into one pair of double quotes.',
  ],
  KA1312: [
    'The script does not exist',
    'The program of a vrrp_script was not found or is not executable.',
    'Correct the path, install the program, or make it executable.',
  ],
  KA1313: [
    'A command does not exist',
    'The program of a notification was not found; it could not be run.',
    'Correct the path, install the program, or make it executable.',
  ],
  KA1314: [
    'An unknown user or group',
    'The account that a script is to run under is not in /etc/passwd and /etc/group of this host, so the script cannot be started. Directory services are not asked: they may be out of reach just when a takeover needs them.',
    'Create a local account (useradd -r -s /usr/sbin/nologin NAME), or name another one.',
  ],
}

const vrrp: Readonly<Record<string, NoteRow>> = {
  KA1321: [
    'An address without prefix length',
    'The host prefix (/32 or /128) is taken. That is right for most virtual addresses.',
    'Write the prefix length to make clear what is meant.',
  ],
  KA1322: [
    'Another address family',
    'IPv4 and IPv6 are mixed where only one is possible. The first address of the block decides.',
    'Use virtual_ipaddress_excluded, or an instance for each family.',
  ],
  KA1323: ['The same address twice', 'The address is listed more than once.', 'Remove one of the rows.'],
  KA1324: [
    'An option that does not fit the address',
    'The option is impossible for this family or prefix length. The diagnostic says what becomes of the row.',
    'Remove the option or correct the prefix.',
  ],
  KA1340: [
    'No virtual_router_id',
    'An instance must have a VRID, so the daemon does not start.',
    'Add virtual_router_id with a number from 1 to 255 that is the same on all nodes.',
  ],
  KA1341: [
    'A default virtual_router_id',
    'The instance names no VRID and gets the default one.',
    'Write virtual_router_id, so that all nodes visibly agree.',
  ],
  KA1343: [
    'The same virtual_router_id twice',
    'Two instances on one interface, family and group have the same VRID. Their adverts could not be told apart.',
    'Give one of them another VRID on all nodes.',
  ],
  KA1344: [
    'No interface',
    'The instance names no interface and is not a unicast instance that could do without.',
    'Add interface NAME.',
  ],
  KA1345: [
    'No virtual addresses',
    'The instance has nothing to move between the nodes.',
    'Add virtual_ipaddress, or no_virtual_ipaddress if that is meant.',
  ],
  KA1346: [
    'Addresses are required',
    'VRRP version 3 and strict mode demand at least one virtual address, so the daemon does not start.',
    'Add virtual_ipaddress.',
  ],
  KA1347: [
    'Settings that contradict each other',
    'Two settings of the instance exclude each other; the diagnostic says which one gives way.',
    'Remove one of them.',
  ],
  KA1353: [
    'Authentication that this version cannot do',
    'auth_hmac asks for adverts that are signed, and this version neither signs nor verifies any. Without them the instance would believe everybody, so it is left out.',
    'Take auth_hmac out if the segment is trusted, or run keepalived 2.4 or newer for this instance.',
  ],
  KA1352: [
    'Authentication without a type',
    'The authentication block has no usable auth_type, so adverts are sent and taken without authentication.',
    'Write auth_type PASS or auth_type AH, or remove the block.',
  ],
  KA1348: [
    'Authentication is ignored',
    'VRRP version 3 and strict mode have no authentication, or the block is incomplete.',
    'Remove the block, complete it, or use version 2.',
  ],
  KA1349: [
    'advert_int was rounded',
    'Version 2 sends whole seconds, version 3 hundredths of a second; the nearest possible interval is taken.',
    'Write the interval that is taken, or use version 3.',
  ],
  KA1350: [
    'Strict mode overrides a setting',
    'Strict mode follows the RFC and resets what contradicts it.',
    'Remove the setting, or switch strict mode off.',
  ],
  KA1351: [
    'Address owner by default',
    'state MASTER without a priority means priority 255, which claims to own the addresses.',
    'Write the priority.',
  ],
  KA1360: [
    'An unknown group member',
    'A sync group names an instance that is not defined.',
    'Correct the name, or remove it from the group.',
  ],
  KA1361: [
    'A member of two groups',
    'An instance can belong to one sync group only; the later group does without it.',
    'Remove it from one of the groups.',
  ],
  KA1362: [
    'A group without members',
    'No member of the sync group exists, so the group is left out.',
    'Name the instances in group { … }.',
  ],
  KA1363: [
    'A group of one',
    'A sync group with one member binds nothing together.',
    'Add the other instances, or remove the group.',
  ],
  KA1364: [
    'A weight inside a sync group',
    'Members of a group have one role together, so a tracker that would change the priority of a single member is neutralised unless the group has sync_group_tracking_weight.',
    'Track without a weight, track in the group, or set sync_group_tracking_weight.',
  ],
}

const routesAndServers: Readonly<Record<string, NoteRow>> = {
  KA1365: [
    'A rule without preference',
    'The kernel would choose the position of the rule; one is assigned, counting down from 16384.',
    'Write preference NUMBER.',
  ],
  KA1366: [
    'A rule without action',
    'The rule selects packets but says nothing of what happens to them. It is left out.',
    'Add table, goto, blackhole, prohibit, unreachable or another action.',
  ],
  KA1367: [
    'A route that cannot be tracked',
    'The route lacks what is needed to notice its loss.',
    'Add dev INTERFACE, or no_track.',
  ],
  KA1368: ['A second destination', 'The row names a destination twice; only one counts.', 'Keep one of them.'],
  KA1370: [
    'A server that is left out',
    'The virtual or real server has no usable address, or one of another family.',
    'Correct the address.',
  ],
  KA1371: [
    'No protocol',
    'The virtual server names no protocol; as in keepalived UDP is taken.',
    'Write protocol TCP, UDP or SCTP.',
  ],
  KA1372: [
    'The default scheduler',
    'The virtual server names no scheduler, so the default is taken.',
    'Write lb_algo.',
  ],
  KA1373: [
    'The default forwarding method',
    'No forwarding method is named, so the default is taken.',
    'Write lb_kind NAT, DR or TUN.',
  ],
  KA1374: [
    'No real servers',
    'The virtual server has nothing to pass connections to.',
    'Add real_server blocks, or remove the virtual server.',
  ],
  KA1375: [
    'The same real server twice',
    'The virtual server lists an address and port more than once.',
    'Remove one of the blocks.',
  ],
  KA1376: [
    'A port is needed',
    'Without a port the service must be persistent, and here it is not, or the server needs a port of its own.',
    'Write the port, or persistence_timeout.',
  ],
  KA1315: [
    'A script that is not run',
    'enable_script_security is set, and somebody other than root and the user of the script may change the file or a directory above it.',
    'Let root own the file and all directories above it, and let nobody else write to them.',
  ],
  KA1377: [
    'A quorum out of reach',
    'All real servers together do not have the weight that the quorum demands, so it can never be gained.',
    'Lower the quorum, or raise the weights.',
  ],
  KA1378: [
    'Ports that do not go together',
    'With DR and TUN packets keep their port, so a real server cannot listen on another port than the virtual server.',
    'Give both the same port, or use lb_kind NAT.',
  ],
  KA1379: [
    'A server that is left out',
    'The virtual or real server lacks what it needs, or contradicts itself, so it is not put into the table; the others are.',
    'Mend what the diagnostic names, or remove the server.',
  ],
  KA1380: [
    'An incomplete block',
    'The block lacks a setting that it cannot work without.',
    'Add the setting that the diagnostic names.',
  ],
  KA1381: [
    'A name that nothing has',
    'The row refers to something that is not defined, or only further below.',
    'Define it above, or correct the name.',
  ],
  KA1382: [
    'A setting that needs another',
    'The setting only means something beside another one that is missing or stands further below.',
    'Add the other setting in front of it.',
  ],
  KA1384: [
    'An unusual interval',
    'The interval is accepted, but a BFD session that waits so long notices failures late. The unit is milliseconds.',
    'Check the unit.',
  ],
}

/** All of them by code. */
export const modelNotes: Readonly<Record<string, NoteRow>> = { ...tracking, ...vrrp, ...routesAndServers }
