// Checkers, notifications and settings of the whole daemon on a real kernel, as an operator meets them.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import test, { before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Director, makeLink, summary } from './director.ts'
import { ipvsadm } from './ipvsadm.ts'

const timing = 'warmup 0\n delay_loop 0.3\n delay_before_retry 0.2\n retry 0\n'

function virtual(body: string, before = '', more = ''): string {
  return `${before}\nvirtual_server 10.0.0.1 80 {\n protocol TCP\n lb_algo wrr\n lb_kind DR\n delay_loop 1\n ${more}\n${body}\n}\n`
}

function real(octet: number, body: string, weight = 1): string {
  return `real_server 10.0.0.${octet} 80 {\n weight ${weight}\n ${body}\n}`
}

async function directing(config: string, use: (director: Director) => Promise<void>): Promise<void> {
  const director = new Director('keepalived-ts', config)
  try {
    await use(director)
  } finally {
    await director.stop()
  }
  assert.equal(summary(), 'none')
}

function script(path: string, text: string): string {
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`)
    await pause(50)
  }
}

before(makeLink)

test('PING_CHECK: an address that answers and one that is not there', async () => {
  const check = `PING_CHECK {\n ${timing} connect_timeout 0.5\n}`
  const range = readFileSync('/proc/sys/net/ipv4/ping_group_range', 'ascii')
  execFileSync('ip', ['route', 'add', 'blackhole', '10.0.0.200/32'])
  await directing(virtual(`${real(11, check)}\n${real(200, check)}`), director => director.reaches('pinged', '.11(1)'))
  assert.equal(readFileSync('/proc/sys/net/ipv4/ping_group_range', 'ascii'), range)
})

test('MISC_CHECK: misc_dynamic turns the exit status into a weight, and a script that hangs is ended', async () => {
  const program = script('/run/misc.sh', 'exit $(cat /run/misc.status)')
  const check = `MISC_CHECK {\n misc_path ${program}\n misc_dynamic\n ${timing}\n}`
  writeFileSync('/run/misc.status', '10')
  await directing(virtual(real(11, check, 5)), async director => {
    await director.reaches('status 10', '.11(8)')
    writeFileSync('/run/misc.status', '0')
    await director.reaches('status 0', '.11(5)')
    writeFileSync('/run/misc.status', '1')
    await director.reaches('status 1', '')
    writeFileSync('/run/misc.status', '22')
    await director.reaches('status 22', '.11(20)')
  })
  const slow = script('/run/slow.sh', 'sleep 1000')
  const hanging = `MISC_CHECK {\n misc_path ${slow}\n misc_timeout 1\n ${timing}\n}`
  await directing(virtual(real(11, hanging)), director => director.reaches('timed out', ''))
})

test('FILE_CHECK: the file moves the weight, and the smallest number takes the server out', async () => {
  writeFileSync('/run/load', '0\n')
  const file = 'track_file load {\n file /run/load\n weight 1\n}'
  await directing(virtual(real(11, 'FILE_CHECK {\n track_file load\n}', 5), file), async director => {
    await director.reaches('0', '.11(5)')
    for (const [value, table] of [
      ['3', '.11(8)'],
      ['-2', '.11(3)'],
      ['-9', '.11(0)'],
      ['-2147483648', ''],
      ['4', '.11(9)'],
    ]) {
      writeFileSync('/run/load', `${value}\n`)
      await director.reaches(value!, table!)
    }
  })
})

test('HTTP_GET: a status that turns bad takes the server out until it is good again', async () => {
  let status = 200
  const server = createHttpServer((_, response) => {
    response.statusCode = status
    response.end('x')
  })
  await new Promise<void>(resolve => server.listen(80, '10.0.0.11', resolve))
  const check = `HTTP_GET {\n url {\n path /\n status_code 200\n }\n connect_timeout 2\n ${timing}\n}`
  await directing(virtual(real(11, check)), async director => {
    await director.reaches('200', '.11(1)')
    status = 500
    await director.reaches('500', '')
    status = 200
    await director.reaches('200 again', '.11(1)')
  })
  server.closeAllConnections()
  server.close()
})

test('notify and quorum scripts and both FIFOs tell the story', async () => {
  const note = script('/run/note.sh', 'echo "$@" >> /run/notes')
  const defs = `global_defs {\n lvs_notify_fifo /run/lvs.fifo\n script_user root\n}`
  const scripts = `notify_up "${note} rs up"\n notify_down "${note} rs down"\n`
  const quorum = `quorum_up "${note} vs up"\n quorum_down "${note} vs down"\n`
  execFileSync('mkfifo', ['/run/lvs.fifo'])
  const reader = spawn('bash', ['-c', 'cat < /run/lvs.fifo > /run/told'], { stdio: 'ignore' })
  const program = script('/run/misc.sh', 'exit $(cat /run/misc.status)')
  writeFileSync('/run/misc.status', '0')
  const check = `MISC_CHECK {\n misc_path ${program}\n ${timing}\n}`
  await directing(virtual(real(11, `${scripts}\n${check}`), defs, quorum), async director => {
    await director.reaches('up', '.11(1)')
    writeFileSync('/run/misc.status', '1')
    await director.reaches('down', '')
    writeFileSync('/run/misc.status', '0')
    await director.reaches('up again', '.11(1)')
    const notes = () => (existsSync('/run/notes') ? readFileSync('/run/notes', 'utf8').trim().split('\n').sort() : [])
    await until('five notes', () => notes().length >= 5)
    assert.deepEqual(notes(), ['rs down', 'rs up', 'vs down', 'vs up', 'vs up'])
  })
  const [rs, vs] = ['RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80', 'VS [10.0.0.1]:tcp:80']
  const lines = [`${vs} UP`, `${rs} DOWN`, `${vs} DOWN`, `${rs} UP`, `${vs} UP`]
  await until('five lines', () => readFileSync('/run/told', 'utf8').split('\n').length > 5)
  assert.equal(readFileSync('/run/told', 'utf8'), `${lines.join('\n')}\n`)
  reader.kill()
})

test('lvs_notify_fifo_script reads the FIFO, sees the last lines at the stop, and threads have their names', async () => {
  const reader = script('/run/reader.sh', 'exec 3< "$2"; while read line <&3; do echo "$1: $line" >> /run/read; done')
  const defs =
    `global_defs {\n lvs_notify_fifo /run/s.fifo\n lvs_notify_fifo_script "${reader} lvs"\n script_user root\n` +
    ' process_names\n checker_priority -5\n}'
  const program = script('/run/up.sh', 'exit 0')
  const check = `MISC_CHECK {\n misc_path ${program}\n alpha\n ${timing}\n}`
  const read = () => (existsSync('/run/read') ? readFileSync('/run/read', 'utf8') : '')
  await directing(virtual(real(11, check), defs, 'omega'), async director => {
    await director.reaches('up', '.11(1)')
    await until('lines', () => read().includes('lvs: VS [10.0.0.1]:tcp:80 UP'))
    const threads = execFileSync('ps', ['-eLo', 'comm,ni'], { encoding: 'utf8' }).split('\n')
    assert.equal(threads.filter(line => /^keepalived_lvs +-5$/.test(line.trim())).length, 2)
  })
  assert.match(read(), /lvs: VS \[10\.0\.0\.1\]:tcp:80 DOWN\n$/)
  assert.ok(!existsSync('/run/s.fifo'))
})

test('ha_suspend: nothing is checked while the virtual address is away', async () => {
  const program = script('/run/count.sh', 'echo x >> /run/count')
  const check = `MISC_CHECK {\n misc_path ${program}\n ${timing}\n}`
  const count = () => (existsSync('/run/count') ? readFileSync('/run/count', 'utf8').length : 0)
  execFileSync('ip', ['addr', 'del', '10.0.0.1/32', 'dev', 'rs0'])
  await directing(virtual(real(11, check), '', 'ha_suspend'), async director => {
    await director.reaches('suspended', '.11(1)')
    await pause(2_500)
    assert.equal(count(), 0)
    execFileSync('ip', ['addr', 'add', '10.0.0.1/32', 'dev', 'rs0'])
    await until('checks', () => count() > 0)
  })
})

test('lvs_timeouts and lvs_sync_daemon are set while the daemon runs and put back when it stops', async () => {
  execFileSync('ip', ['link', 'add', 'sy0', 'type', 'dummy'])
  execFileSync('ip', ['addr', 'add', '10.0.9.7/24', 'dev', 'sy0'])
  execFileSync('ip', ['link', 'set', 'sy0', 'up', 'multicast', 'on'])
  const defs =
    'global_defs {\n lvs_timeouts tcp 1000 udp 30\n lvs_sync_daemon sy0 id 9 maxlen 1400 port 8850 ttl 2 group 224.0.0.90\n}'
  await directing(virtual(real(11, ''), defs), async director => {
    await director.reaches('start', '.11(1)')
    assert.match(ipvsadm('-L', '--timeout'), /1000 120 30/)
    const daemons = ipvsadm('-L', '--daemon')
    assert.match(daemons, /master sync daemon \(mcast=sy0, syncid=9, maxlen=1400, group=224.0.0.90, port=8850, ttl=2\)/)
    assert.match(daemons, /backup sync daemon/)
  })
  assert.match(ipvsadm('-L', '--timeout'), /900 120 300/)
  assert.equal(ipvsadm('-L', '--daemon').trim(), '')
})

test('lvs_flush empties the table at the start, lvs_flush_on_stop at the end', async () => {
  ipvsadm('-A', '-t', '10.9.9.9:80', '-s', 'rr')
  await directing(virtual(real(11, ''), 'global_defs {\n lvs_flush\n lvs_flush_on_stop\n}'), async director => {
    await director.reaches('start', '.11(1)')
    assert.ok(!ipvsadm('-Sn').includes('10.9.9.9'))
    ipvsadm('-A', '-t', '10.9.9.9:80', '-s', 'rr')
  })
  assert.equal(ipvsadm('-Sn').trim(), '')
})

test('lvs_flush_on_stop VS takes our services away and leaves those of others', async () => {
  ipvsadm('-A', '-t', '10.9.9.9:80', '-s', 'rr')
  const director = new Director('keepalived-ts', virtual(real(11, ''), 'global_defs {\n lvs_flush_on_stop VS\n}'))
  try {
    await director.reaches('start', '.11(1)')
  } finally {
    await director.stop()
  }
  assert.equal(ipvsadm('-Sn').trim(), '-A -t 10.9.9.9:80 -s rr')
  ipvsadm('-C')
})
