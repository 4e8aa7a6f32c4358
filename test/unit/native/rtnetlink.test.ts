import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  type AddressSpec,
  decodeAddress,
  decodeLink,
  encodeAddressDump,
  encodeDeleteAddress,
  encodeLinkDump,
  encodeNewAddress,
} from '../../../src/native/rtnetlink.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))

const IPV4: AddressSpec = {
  ifindex: 5,
  family: 4,
  address: '192.0.2.100',
  prefix: 32,
  scope: 0,
  nodad: false,
  flags: 0,
}
const IPV6: AddressSpec = { ...IPV4, family: 6, address: 'fd00::100', prefix: 128 }
const LOCAL6 = '14000200 fd000000000000000000000000000100'
const PROTOCOL = '05000b00 12000000'

function assertBytes(actual: Uint8Array, expected: string): void {
  assert.equal(hex(actual), expected.replaceAll(/\s/g, ''))
}

const ADDITIONS: readonly (readonly [string, AddressSpec, string])[] = [
  ['IPv4, plain', IPV4, `02 20 00 00 05000000  08000200 c0000264  ${PROTOCOL}`],
  [
    'IPv4, with everything',
    {
      ...IPV4,
      prefix: 24,
      broadcast: '192.0.2.255',
      scope: 253,
      label: 'v0:1',
      peer: '198.51.100.0',
      peerPrefix: 25,
      flags: 0x200,
    },
    `02 19 00 fd 05000000  08000200 c0000264  08000100 c6336400
     08000400 c00002ff  09000300 76303a3100000000  08000800 00020000  ${PROTOCOL}`,
  ],
  [
    'IPv6 host: no detection, deprecated',
    IPV6,
    `0a 80 00 00 05000000  ${LOCAL6}  08000800 02000000  14000600 00000000 ffffffff 00000000 00000000  ${PROTOCOL}`,
  ],
  [
    'IPv6 network: preferred forever',
    { ...IPV6, prefix: 64 },
    `0a 40 00 00 05000000  ${LOCAL6}  08000800 02000000  14000600 ffffffff ffffffff 00000000 00000000  ${PROTOCOL}`,
  ],
  [
    'IPv6 with -nodad, lifetime and home flag; scope is not for IPv6',
    { ...IPV6, prefix: 64, nodad: true, preferredLifetimeSeconds: 60, flags: 0x10, scope: 253 },
    `0a 40 00 00 05000000  ${LOCAL6}  08000800 10000000  14000600 3c000000 ffffffff 00000000 00000000  ${PROTOCOL}`,
  ],
]

for (const [name, spec, expected] of ADDITIONS) {
  test(`addition: ${name}`, () => assertBytes(encodeNewAddress(spec), expected))
}

test('removal: IPv4 names local and peer, IPv6 the local address', () => {
  assertBytes(encodeDeleteAddress(IPV4), '02 20 00 00 05000000  08000200 c0000264  08000100 c0000264')
  assertBytes(
    encodeDeleteAddress({ ...IPV4, peer: '198.51.100.1', peerPrefix: 24, scope: 253 }),
    '02 18 00 00 05000000  08000200 c0000264  08000100 c6336401',
  )
  assertBytes(encodeDeleteAddress(IPV6), `0a 80 00 00 05000000  ${LOCAL6}`)
})

test('text that is no address of the family is refused', () => {
  for (const spec of [
    { ...IPV4, address: 'fd00::1' },
    { ...IPV6, address: '192.0.2.1' },
    { ...IPV4, peer: 'x' },
  ]) {
    assert.throws(() => encodeNewAddress(spec), /not an IPv[46] address/)
    assert.throws(() => encodeDeleteAddress(spec), /not an IPv[46] address/)
  }
})

test('dumps ask for everything, links without statistics', () => {
  assertBytes(encodeLinkDump(), `${'00'.repeat(16)} 08001d00 08000000`)
  assertBytes(encodeAddressDump(), '00'.repeat(8))
})

/** family, pad, ARPHRD, ifindex 5, flags, change, then IFLA_IFNAME v0, IFLA_MTU 1500, IFLA_ADDRESS. */
const link = (family: string, hardware: string, flags: string) =>
  unhex(`${family} 00 ${hardware} 05000000 ${flags} 00000000
         07000300 76300000  08000400 dc050000  0a000100 020000000a01 0000`)

test('a link is up when it is both up and running', () => {
  assert.deepEqual(decodeLink(link('00', '0100', '43100100')), {
    ifindex: 5,
    name: 'v0',
    up: true,
    loopback: false,
    multicast: true,
    noArp: false,
    mtu: 1500,
    mac: unhex('020000000a01'),
  })
  for (const flags of ['01000000', '40000000', '00000000']) {
    assert.equal(decodeLink(link('00', '0100', flags))?.up, false)
  }
})

test('loopback and NOARP are told, and the address of a tunnel is no hardware address', () => {
  const tunnel = decodeLink(link('00', '0003', 'c9000000'))
  assert.deepEqual(
    [tunnel?.up, tunnel?.loopback, tunnel?.noArp, tunnel?.multicast, tunnel?.mac],
    [true, true, true, false, new Uint8Array(0)],
  )
})

test('bridge-port messages and short ones are not links', () => {
  assert.equal(decodeLink(link('07', '0100', '43100000')), undefined)
  assert.equal(decodeLink(new Uint8Array(15)), undefined)
})

test('a short link event has no name, MTU or MAC', () => {
  const event = decodeLink(unhex('00 00 0100 05000000 43100000 00000000'))
  assert.deepEqual([event?.name, event?.mtu, event?.mac], [undefined, undefined, undefined])
})

test('the local address counts, not the peer, and wide flags win over narrow ones', () => {
  assert.deepEqual(decodeAddress(unhex('02 18 80 fd 05000000 08000100 c6336400 08000200 c0000264')), {
    ifindex: 5,
    family: 4,
    address: '192.0.2.100',
    prefix: 24,
    scope: 253,
    tentative: false,
  })
  const ipv6 = (narrow: string, wide: string) =>
    decodeAddress(unhex(`0a 40 ${narrow} 00 05000000 14000100 fd000000000000000000000000000100 ${wide}`))
  assert.equal(ipv6('40', '')?.tentative, true)
  assert.equal(ipv6('00', '08000800 40000000')?.tentative, true)
  assert.equal(ipv6('40', '08000800 80000000')?.tentative, false)
  assert.equal(ipv6('44', '')?.tentative, false, 'optimistic addresses are usable')
})

test('addresses of other families, or of the wrong length, are not addresses', () => {
  assert.equal(decodeAddress(unhex('1c 18 00 00 05000000 08000100 c6336400')), undefined)
  assert.equal(decodeAddress(unhex('0a 18 00 00 05000000 08000100 c6336400')), undefined)
  assert.equal(decodeAddress(unhex('02 18 00 00 05000000')), undefined)
  assert.equal(decodeAddress(new Uint8Array(7)), undefined)
})

test('property: whatever the bytes, decoding does not throw; an addition is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), bytes => {
      decodeLink(bytes)
      decodeAddress(bytes)
    }),
  )
  const octet = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), fc.integer({ min: 1, max: 32 }), (octets, prefix) => {
      const address = octets.join('.')
      const decoded = decodeAddress(encodeNewAddress({ ...IPV4, address, prefix }))
      assert.deepEqual([decoded?.address, decoded?.prefix, decoded?.ifindex], [address, prefix, 5])
    }),
  )
})
