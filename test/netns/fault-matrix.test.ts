// x
import test from 'node:test'
import { Bench, ROLES } from './matrix/bench.ts'
import { FAULTS } from './matrix/fault.ts'
import { type Row, tableLines } from './matrix/table.ts'
import { skip } from '../lab/scenario.ts'

const kinds = (process.env.MK ?? 'keepalived-ts,keepalived').split(',') as ('keepalived' | 'keepalived-ts')[]
for (const intervalMs of (process.env.MI ?? '1000,100,10').split(',').map(Number)) for (const kind of kinds)
test(`matrix ${kind} ${intervalMs}`, { skip }, async t => {
  const rows: Row[] = []
  await Bench.with(kind, intervalMs, async bench => {
    for (const fault of FAULTS) {
      if (!fault.subjects.includes(kind)) continue
      if (process.env.MF && !fault.name.includes(process.env.MF)) continue
      if (fault.class !== 'worker') await bench.renew()
      const cells = await bench.observe(() => fault.cause(bench), fault.watchMs(bench))
      for (const role of ROLES) rows.push({ intervalMs, fault: fault.name, role, subject: kind, cell: cells[role], again: false })
      await bench.settle().catch(e => { console.log(fault.name, e.message.slice(-3000)) })
    }
    if (process.env.ML) console.log(bench.lab.log('a').join('\n'))
  })
  for (const l of tableLines(rows)) t.diagnostic(l)
})
