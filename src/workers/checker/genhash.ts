// genhash(1): prints the MD5 digest that HTTP_GET and SSL_GET would compute for a URL, to be put into `digest`. Uses
// the checkers' own exchange. Not how it is invoked (src/main.ts).

import { parseArgs } from 'node:util'
import type { Target } from '../../config/blocks/checker/model.ts'
import type { SslMaterial } from '../../config/blocks/server/model.ts'
import { parseIp } from '../../lib/ip.ts'
import { err, ok, type Result } from '../../lib/result.ts'
import { type Exchange, type FetchOptions, fetchUrl } from './checks/fetch.ts'
import { secureContextOf } from './checks/http.ts'

interface GenhashPorts {
  out(text: string): void
  error(text: string): void
  /** Microseconds of a clock that never goes back. */
  now(): number
}

/** keepalived: 2^32 - 1 microseconds, about 71 minutes, which is also the most. A script that waits so long hangs. */
const timeoutMaxUs = 2 ** 32 - 1
const timeoutDefaultUs = 60_000_000
const noMaterial: SslMaterial | null = null

/**
 * Runs with the words behind `--genhash`. Resolves with the exit status: 0 if a digest (or the usage text that was
 * asked for) was printed, else 1. keepalived: 1 only for wrong usage.
 */
export async function genhash(words: readonly string[], ports: GenhashPorts): Promise<number> {
  const request = readWords(words)
  if (!request.ok) {
    ports.error(request.error === '' ? usage : `${request.error}\n${usage}`)
    return request.error === '' ? 0 : 1
  }
  const { verbose, ...options } = request.value
  const startedUs = ports.now()
  const answer = await fetchUrl(options)
  if (!answer.ok) {
    const silent = answer.error.reason.startsWith('no data') || answer.error.reason.startsWith('the header')
    if (silent) ports.error('no data received from remote webserver\n')
    else ports.out(`Connection failed: ${answer.error.reason}\n`)
    return 1
  }
  if (verbose) ports.out(details(answer.value))
  ports.out(`${answer.value.digest}\n`)
  if (verbose)
    ports.out(`\nGlobal response time for [${options.url.path}] = ${Math.round(ports.now() - startedUs)} usecs\n`)
  return 0
}

const usage = `Usage: keepalived-ts --genhash -s ADDRESS -p PORT -u PATH [options]
  -s, --server ADDRESS         address of the server
  -p, --port PORT              its port
  -u, --url PATH               what to ask for
  -S, --use-ssl                over TLS
  -I, --use-sni                send the name of -V in the TLS handshake
  -V, --use-virtualhost NAME   Host header
  -P, --protocol VERSION       1.0 (default), 1.0c or 1.1
  -t, --timeout SECONDS        limit of each step (default: 60)
  -m, --fwmark NUMBER          mark of the packets
  -v, --verbose                show header and body, too
  -h, --help                   this text
`

interface Request extends FetchOptions {
  readonly verbose: boolean
}

/** An empty reason asks for the usage text. */
function readWords(words: readonly string[]): Result<Request, string> {
  let values: Values
  try {
    values = parse(words)
  } catch (thrown) {
    return err(thrown instanceof Error ? thrown.message : String(thrown))
  }
  if (values.help === true) return err('')
  const target = targetOf(values)
  if (!target.ok) return target
  const { url: path, 'use-virtualhost': name, protocol = '1.0' } = values
  if (path === undefined) return err('the path (-u) is missing')
  const version = ({ '1.0': '1.0', '1.0c': '1.0C', '1.1': '1.1' } as const)[protocol.toLowerCase()]
  if (version === undefined) return err(`'${protocol}' is no protocol; 1.0, 1.0c and 1.1 are`)
  const { address, port } = target.value
  const literal = `${address.includes(':') ? `[${address}]` : address}:${port}`
  const sni = values['use-sni'] === true && name !== undefined && parseIp(name) === undefined
  const context = values['use-ssl'] === true ? secureContextOf(noMaterial) : undefined
  if (context?.ok === false) return context
  return ok({
    target: target.value,
    url: { path, host: name ?? literal, tlsCompliant: false, ...(sni ? { serverName: name } : {}) },
    protocol: version,
    tls: context?.value,
    verbose: values.verbose === true,
  })
}

type Values = ReturnType<typeof parse>

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    strict: true,
    allowPositionals: false,
    options: {
      server: { type: 'string', short: 's' },
      port: { type: 'string', short: 'p' },
      url: { type: 'string', short: 'u' },
      'use-ssl': { type: 'boolean', short: 'S' },
      'use-sni': { type: 'boolean', short: 'I' },
      'use-virtualhost': { type: 'string', short: 'V' },
      protocol: { type: 'string', short: 'P' },
      timeout: { type: 'string', short: 't' },
      fwmark: { type: 'string', short: 'm' },
      verbose: { type: 'boolean', short: 'v' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values
}

function targetOf(values: Values): Result<Target, string> {
  const { server: address, port, timeout, fwmark = '0' } = values
  if (address === undefined || parseIp(address) === undefined) return err('the address of the server (-s) is missing')
  if (port === undefined || !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    return err('the port of the server (-p) is missing')
  }
  if (timeout !== undefined && !(Number(timeout) > 0)) return err(`'${timeout}' is no number of seconds`)
  if (!/^\d{1,10}$/.test(fwmark)) return err(`'${fwmark}' is no mark`)
  const connectTimeoutUs = timeout === undefined ? timeoutDefaultUs : Math.round(Number(timeout) * 1_000_000)
  return ok({
    address,
    port: Number(port),
    connectTimeoutUs: Math.min(connectTimeoutUs, timeoutMaxUs),
    fwmark: Number(fwmark),
  })
}

function details({ head, body, digest }: Exchange): string {
  const header = Buffer.from(`${head.text}\r\n\r\n`, 'latin1')
  return [
    ruler('    HTTP Header Buffer    '),
    dump(header),
    ruler(' HTTP Header Ascii Buffer '),
    header.toString('latin1'),
    ruler('          HTML Buffer      '),
    dump(body),
    ruler('       HTML hash resulting     '),
    dump(Buffer.from(digest, 'hex')),
    ruler(' HTML hash final resulting '),
  ].join('')
}

function ruler(title: string): string {
  return `-----------------------[${title}]-----------------------\n`
}

/** `0000  48 54 … -` and what is printable of it, 16 bytes a line. */
function dump(bytes: Buffer): string {
  let text = ''
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const row = [...bytes.subarray(offset, offset + 16)]
    const hex = row.map((byte, i) => `${byte.toString(16).padStart(2, '0')}${i === 7 ? ' -' : ''}`).join(' ')
    const shown = row.map(byte => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    text += `${String(offset).padStart(4, '0')}  ${hex.padEnd(49)}   ${shown}\n`
  }
  return text
}
