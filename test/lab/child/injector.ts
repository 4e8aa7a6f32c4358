// Child program: reads one volley as JSON from stdin and sends it through an AF_PACKET socket on the named interface.
// Prints how many frames the kernel took.

import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import koffi from 'koffi'
import { sleep } from '../clock.ts'

interface EncodedVolley {
  readonly frames: readonly string[]
  readonly count: number
  readonly burst: number
  readonly pauseMs: number
}

const AF_PACKET = 17
const SOCK_RAW = 3

const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int domain, int type, int protocol)')
const sendTo = libc.func(
  'long sendto(int fd, const void *data, unsigned long size, int flags, const void *to, int toSize)',
)

const interfaceName = process.argv[2]!
const volley: EncodedVolley = JSON.parse(await text(process.stdin))
const frames = volley.frames.map(frame => Buffer.from(frame, 'base64'))
const socket: number = openSocket(AF_PACKET, SOCK_RAW, 0)
if (socket < 0) throw new Error(`socket: errno ${koffi.errno()}`)
const to = linkAddress(Number(readFileSync(`/sys/class/net/${interfaceName}/ifindex`, 'utf8')))

let taken = 0
for (let sent = 0; sent < volley.count; sent++) {
  const frame = frames[sent % frames.length]!
  if (sendTo(socket, frame, frame.length, 0, to, to.length) === frame.length) taken++
  if (sent % volley.burst === volley.burst - 1) await sleep(volley.pauseMs)
}
process.stdout.write(`${taken}\n`)

/** struct sockaddr_ll, packet(7). */
function linkAddress(ifindex: number): Buffer {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt32LE(ifindex, 4)
  address[11] = 6
  return address
}
