// Network namespaces of the calling thread, setns(2). What is opened or started inside stays there: sockets keep the
// namespace that they were made in, a child process that of the thread that forked it. Stateless.

import { closeSync, openSync } from 'node:fs'
import { KaError, messageOf } from '../lib/errors.ts'
import { check, setns } from './libc.ts'

const CLONE_NEWNET = 0x4000_0000

/**
 * Does something, at once and not later, while this thread is in the network namespace of the file, as /run/netns/NAME or
 * /proc/1/ns/net; undefined: where it is. Throws KA_SOCKET if there is no such namespace, KA_NOT_PERMITTED without CAP_SYS_ADMIN.
 */
export function inNamespace<T>(path: string | undefined, act: () => T): T {
  if (path === undefined) return act()
  return withNamespace(path, other =>
    withNamespace('/proc/thread-self/ns/net', own => {
      check(`setns ${path}`, setns(other, CLONE_NEWNET))
      try {
        return act()
      } finally {
        returnTo(own)
      }
    }),
  )
}

function withNamespace<T>(path: string, act: (fd: number) => T): T {
  const fd = openNamespace(path)
  try {
    return act(fd)
  } finally {
    closeSync(fd)
  }
}

/** A thread that cannot return would do everything else in the wrong namespace: nobody may catch that, the process ends. */
function returnTo(own: number): void {
  try {
    check('setns back', setns(own, CLONE_NEWNET))
  } catch (thrown) {
    setImmediate(() => {
      throw thrown
    })
    throw thrown
  }
}

/** node:fs opens with O_CLOEXEC. */
function openNamespace(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (thrown) {
    throw new KaError('KA_SOCKET', `the network namespace ${path} cannot be opened: ${messageOf(thrown)}`, thrown)
  }
}
