// Takes down addresses that a daemon process has left behind when it cannot be started again. The watchdog has no native code, so
// this is done by ip(8); "it was not there" is what we want, hence `-force` and no complaint about it.

import { spawn } from 'node:child_process'
import { isIP } from 'node:net'
import type { HeldAddress } from './estate.ts'

const withinMs = 5000
const stderrBytesMax = 4096

/** Removes what is there of the addresses. Resolves with a reason if `ip` could not be run or refused; never rejects. */
export function removeAddresses(addresses: readonly HeldAddress[]): Promise<string | undefined> {
  const commands = addresses.filter(isPlain).map(deletion)
  if (commands.length === 0) return Promise.resolve(undefined)
  return runBatch(`${commands.join('\n')}\n`)
}

/** One line for `ip -batch`. */
function deletion({ address, prefix, peer, interface: device }: HeldAddress): string {
  const what = peer === undefined ? `${address}/${prefix}` : `${address} peer ${peer}/${prefix}`
  return `address delete ${what} dev ${device}`
}

/** What comes through a channel goes into a command: nothing that could be more than one word. */
function isPlain({ address, prefix, peer, interface: device }: HeldAddress): boolean {
  if (peer !== undefined && isIP(peer) === 0) return false
  return isIP(address) !== 0 && prefix >= 0 && prefix <= 128 && /^[^\s/]{1,15}$/.test(device)
}

function runBatch(input: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = spawn('ip', ['-force', '-batch', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    })
    let complaints = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (complaints.length < stderrBytesMax) complaints += text
    })
    child.stdin.on('error', () => undefined)
    child.on('error', error => resolve(error.message))
    child.on('close', () => resolve(realComplaint(complaints)))
    child.stdin.end(input)
  })
}

/** An address or interface that is gone already is as good as removed. */
function realComplaint(text: string): string | undefined {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('Command failed'))
  return lines.find(line => !/address not found|cannot find device|cannot assign requested address/i.test(line))
}
