// Child program: asks an address at a steady pace and prints a line of JSON for each request, answered or not.

import { createSocket } from 'node:dgram'
import { get } from 'node:http'
import { isIPv6 } from 'node:net'
import { epochNowUs } from '../clock.ts'
import type { ProberOptions } from '../prober.ts'

const options: ProberOptions = JSON.parse(process.argv[2]!)
const waiting = new Map<number, number>()
let sequence = 0

const ask = options.protocol === 'udp' ? udpAsker() : askByHttp
setInterval(() => {
  sequence++
  const number = sequence
  waiting.set(number, epochNowUs())
  ask(number)
  setTimeout(() => conclude(number, null), options.timeoutMs)
}, options.intervalMs)

function conclude(number: number, by: string | null): void {
  const sentAt = waiting.get(number)
  if (sentAt === undefined) return
  waiting.delete(number)
  process.stdout.write(`${JSON.stringify({ at: epochNowUs(), by, sentAt })}\n`)
}

function udpAsker(): (number: number) => void {
  const socket = createSocket(isIPv6(options.address) ? 'udp6' : 'udp4')
  socket.on('message', message => {
    const [number, by] = message.toString().split(' ')
    conclude(Number(number), by ?? '')
  })
  // An unreachable network is an unanswered request: the timeout says so.
  return number => socket.send(String(number), options.port, options.address, () => undefined)
}

function askByHttp(number: number): void {
  const request = get(
    { host: options.address, port: options.port, agent: false, timeout: options.timeoutMs },
    response => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => conclude(number, response.statusCode === 200 ? body.trim() : null))
    },
  )
  request.on('timeout', () => request.destroy())
  request.on('error', () => conclude(number, null))
}
