// Which program is under test: keepalived-ts, or with LAB_SUBJECT=keepalived Debian's keepalived, to calibrate the lab.

import type { Kind } from './router.ts'

export const subject: Kind = process.env.LAB_SUBJECT === 'keepalived' ? 'keepalived' : 'keepalived-ts'
