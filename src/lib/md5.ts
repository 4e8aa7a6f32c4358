// MD5 (RFC 1321) and HMAC-MD5 (RFC 2104) without node:crypto, so that a pure core can check RFC 2338 authentication
// headers. For that old protocol only: nothing new should use MD5.

import { concatBytes } from './bytes.ts'

const blockLength = 64
const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const sines = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/** The 16-byte digest of `message`. */
export function md5(message: Uint8Array): Uint8Array {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  const padded = pad(message)
  const view = new DataView(padded.buffer)
  for (let at = 0; at < padded.length; at += blockLength) mixBlock(state, view, at)
  const digest = new DataView(new ArrayBuffer(16))
  for (const [i, word] of state.entries()) digest.setUint32(i * 4, word, true)
  return new Uint8Array(digest.buffer)
}

/** The 16-byte HMAC of `message`. */
export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(blockLength)
  block.set(key.length > blockLength ? md5(key) : key)
  const inner = md5(concatBytes(xored(block, 0x36), message))
  return md5(concatBytes(xored(block, 0x5c), inner))
}

function pad(message: Uint8Array): Uint8Array {
  const blocks = Math.floor((message.length + 8) / blockLength) + 1
  const padded = new Uint8Array(blocks * blockLength)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, (message.length * 8) >>> 0, true)
  view.setUint32(padded.length - 4, Math.floor(message.length / 2 ** 29), true)
  return padded
}

function mixBlock(state: Uint32Array, view: DataView, at: number): void {
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!]
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    const word = view.getUint32(at + wordIndex(round, i) * 4, true)
    const sum = (a + choose(round, b, c, d) + sines[i]! + word) | 0
    const shift = shifts[round * 4 + (i & 3)]!
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  state.set([state[0]! + a, state[1]! + b, state[2]! + c, state[3]! + d])
}

function choose(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d)
  if (round === 1) return (d & b) | (~d & c)
  if (round === 2) return b ^ c ^ d
  return c ^ (b | ~d)
}

function wordIndex(round: number, i: number): number {
  if (round === 0) return i
  if (round === 1) return (5 * i + 1) & 15
  if (round === 2) return (3 * i + 5) & 15
  return (7 * i) & 15
}

function xored(block: Uint8Array, value: number): Uint8Array {
  return block.map(byte => byte ^ value)
}
