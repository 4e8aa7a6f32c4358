// Reads an HTTP response from bytes as they come and judges it: header, status, length of the body. Pure and bounded. Chunks are
// not decoded, as in keepalived, so that digests made by genhash stay what they are. keepalived.conf(5) "HTTP_GET|SSL_GET".

import type { HttpUrl } from '../../../config/blocks/checker/model.ts'

/** keepalived: a longer header is no answer. */
export const headerBytesMax = 4_095

export interface ResponseHead {
  /** 0: the status line has none. */
  readonly status: number
  /** undefined: the body ends with the connection, or with its last chunk. */
  readonly contentLength: number | undefined
  readonly chunked: boolean
  /** The header as it came, without the empty line. */
  readonly text: string
}

type HeadReading =
  /** More bytes are needed. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'head'; readonly head: ResponseHead; readonly bodyStart: number }

/** Looks for the end of the header in what has come so far. */
export function readHead(bytes: Uint8Array): HeadReading {
  const end = findBlankLine(bytes)
  if (end < 0) return bytes.length > headerBytesMax ? { kind: 'too-long' } : { kind: 'incomplete' }
  if (end > headerBytesMax) return { kind: 'too-long' }
  const text = latin1(bytes.subarray(0, end))
  // keepalived wants a blank behind the status; we take a status line that ends there.
  const status = /^\S+ (\d{3})(?=[ \r\n]|$)/.exec(text)?.[1]
  const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(text.replaceAll('\r', ''))?.[1]
  return {
    kind: 'head',
    head: {
      status: status === undefined ? 0 : Number(status),
      contentLength: length === undefined ? undefined : Number(length),
      chunked: /^transfer-encoding:.*\bchunked[ \t]*$/im.test(text.replaceAll('\r', '')),
      text,
    },
    bodyStart: end + 4,
  }
}

/** An answer before the answer, like 103 Early Hints. */
export function isInterim({ status }: ResponseHead): boolean {
  return status >= 100 && status <= 199
}

/** RFC 9110: an answer of this status ends with its header. */
export function hasBody({ status }: ResponseHead): boolean {
  return status !== 204 && status !== 304
}

/** The request as keepalived sends it. */
export function requestText(url: Pick<HttpUrl, 'path' | 'host'>, protocol: '1.0' | '1.0C' | '1.1'): string {
  const version = protocol === '1.1' ? '1.1' : '1.0'
  const close = protocol === '1.0' ? '' : 'Connection: close\r\n'
  return `GET ${url.path} HTTP/${version}\r\nUser-Agent: KeepAliveClient\r\n${close}Host: ${url.host}\r\n\r\n`
}

export function acceptsStatus(url: Pick<HttpUrl, 'statusCodes'>, status: number): boolean {
  return url.statusCodes.some(([first, last]) => status >= first && status <= last)
}

function findBlankLine(bytes: Uint8Array): number {
  const limit = Math.min(bytes.length - 3, headerBytesMax + 1)
  for (let i = 0; i < limit; i++) {
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) return i
  }
  return -1
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
