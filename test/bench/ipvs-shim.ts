// Lets Debian's keepalived run its checks on a kernel without IPVS, where it would end: a preloaded library that answers every
// IPVS request of libnl with success. Our own program needs no such thing. Needs a C compiler.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** NL_CB_FINISH and NL_CB_ACK: keepalived waits until one of them was called. */
const SOURCE = `
typedef int (*callback)(void *message, void *argument);
static callback callbacks[16];
static void *arguments[16];
int nl_socket_modify_cb(void *socket, int type, int kind, callback function, void *argument) {
  (void)socket; (void)kind;
  callbacks[type] = function;
  arguments[type] = argument;
  return 0;
}
int genl_connect(void *socket) { (void)socket; return 0; }
int genl_ctrl_resolve(void *socket, const char *name) { (void)socket; (void)name; return 32; }
int nl_send_auto(void *socket, void *message) { (void)socket; (void)message; return 1; }
int nl_recvmsgs_default(void *socket) {
  (void)socket;
  if (callbacks[4]) callbacks[4](0, arguments[4]);
  if (callbacks[1]) callbacks[1](0, arguments[1]);
  return 0;
}
`

/** Path of the library, made in this folder. Throws if there is no compiler. */
export function acceptingIpvs(folder: string): string {
  const library = join(folder, 'ipvs-shim.so')
  writeFileSync(join(folder, 'ipvs-shim.c'), SOURCE)
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(folder, 'ipvs-shim.c')])
  return library
}
