#!/usr/bin/env node
// Where every process of keepalived-ts begins. Signals come first: nothing else may be loaded before they are caught.

import { catchSignals } from './supervisor/process/signals.ts'

catchSignals()
const { begin } = await import('./supervisor/begin.ts')
await begin(import.meta.filename)
