// Keeps this process out of swap. keepalived calls mlockall(2); here that cannot be: V8 gives pages back by madvise(2), which the
// kernel refuses for locked memory, and V8 aborts the process over that (measured: on the next page of code it makes). So the
// control group is told not to swap (cgroup v2, memory.swap.max), if nobody else lives in it: a systemd service or a container.

import { readFileSync, writeFileSync } from 'node:fs'

/** How the files of the kernel are reached; both throw as node:fs does. */
interface KernelFiles {
  readonly read: (path: string) => string
  readonly write: (path: string, text: string) => void
}

const KERNEL: KernelFiles = {
  read: path => readFileSync(path, 'latin1'),
  write: (path, text) => writeFileSync(path, text),
}

const CGROUP_ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'] as const
const ANCESTORS_MAX = 64

/**
 * Returns true if no memory of this process can go to swap: there is no swap, or our control group may not use it from now on.
 * False if we share the group with strangers, or it is not ours to change; then the unit file is the place (MemorySwapMax=0).
 */
export function lockMemory(files: KernelFiles = KERNEL, pid = process.pid, parent = process.ppid): boolean {
  if (attempt(() => /^SwapTotal:\s+0 kB$/m.test(files.read('/proc/meminfo')))) return true
  return CGROUP_ROOTS.some(root => attempt(() => forbidSwap(files, root, pid, parent)))
}

function forbidSwap(files: KernelFiles, root: string, pid: number, parent: number): boolean {
  const group = /^0::(\/.*)$/m.exec(files.read('/proc/self/cgroup'))?.[1]
  if (group === undefined) return false
  const folder = `${root}${group === '/' ? '' : group}`
  const limit = `${folder}/memory.swap.max`
  if (files.read(limit).trim() === '0') return true
  const members = files.read(`${folder}/cgroup.procs`).trim().split('\n').map(Number)
  if (!members.every(member => isOurs(files, member, [pid, parent]))) return false
  files.write(limit, '0')
  return true
}

/** This process, its parent (the watchdog), and whatever descends from either. 0 is a process outside our PID namespace. */
function isOurs(files: KernelFiles, member: number, ours: readonly number[]): boolean {
  let pid = member
  for (let steps = 0; steps < ANCESTORS_MAX && pid > 1; steps++) {
    if (ours.includes(pid)) return true
    // The name in parentheses may hold anything; the state and the parent's id follow it.
    const afterName = files.read(`/proc/${pid}/stat`).replace(/^.*\) /s, '')
    pid = Number(afterName.split(' ')[1])
  }
  return ours.includes(pid)
}

/** Files that are missing or closed to us mean no. */
function attempt(question: () => boolean): boolean {
  try {
    return question()
  } catch {
    return false
  }
}
