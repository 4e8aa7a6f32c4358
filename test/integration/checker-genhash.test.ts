import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import test from 'node:test'
import { genhash } from '../../src/workers/checker/genhash.ts'

async function run(words: readonly string[]): Promise<{ status: number; out: string; error: string }> {
  let [out, error] = ['', '']
  const status = await genhash(words, {
    out: text => {
      out += text
    },
    error: text => {
      error += text
    },
    now: () => performance.now() * 1_000,
  })
  return { status, out, error }
}

test('genhash prints the digest of the body, whatever the status', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/' ? 200 : 404
    response.end(`body of ${request.headers.host}`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const where = ['-s', '127.0.0.1', '-p', `${port}`]
    const digest = (host: string) => createHash('md5').update(`body of ${host}`).digest('hex')
    assert.deepEqual(await run([...where, '-u', '/']), {
      status: 0,
      out: `${digest(`127.0.0.1:${port}`)}\n`,
      error: '',
    })
    assert.equal((await run([...where, '-u', '/gone', '-V', 'www'])).out, `${digest('www')}\n`)
    const verbose = await run([...where, '--url', '/', '--verbose', '-P', '1.1'])
    assert.match(verbose.out, /^-{23}\[ {4}HTTP Header Buffer/)
    assert.match(verbose.out, /\n0000 {2}48 54 54 50 2f 31 2e 31 - /)
    assert.match(verbose.out, /Global response time for \[\/\] = \d+ usecs\n$/)
  } finally {
    server.close()
  }
})

test('genhash: without a digest the status is 1, so that a script does not go on with an empty one', async () => {
  for (const words of [[], ['-s', 'x', '-p', '1', '-u', '/'], ['-s', '::1', '-p', '99999', '-u', '/'], ['--nothing']]) {
    const { status, error } = await run(words)
    assert.equal(status, 1)
    assert.match(error, /Usage/)
  }
  const refused = await run(['-s', '127.0.0.1', '-p', '1', '-u', '/'])
  assert.deepEqual(refused, { status: 1, out: 'Connection failed: ECONNREFUSED\n', error: '' })
  assert.equal((await run(['-h'])).status, 0)
})
