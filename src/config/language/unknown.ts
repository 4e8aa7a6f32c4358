// The message about a keyword that is not known where it stands. interpret.ts decides what happens to a block of that
// name.

import { problem } from '../report/codes.ts'
import type { Diagnostic } from '../report/diagnostic.ts'
import type { Span } from '../report/span.ts'
import type { OpenBlock } from './open-block.ts'
import { adviseOnUnknown } from './unknown-advice.ts'

/** Braces that are looked at for one that closed too much. */
const phantomsSearchedMax = 64

interface UnknownKeyword {
  readonly keyword: string
  readonly span: Span
  readonly hasBlock: boolean
  /** Whether to search all keywords for what was probably meant. */
  readonly advised: boolean
}

export function unknownKeyword(unknown: UnknownKeyword, level: OpenBlock, root: OpenBlock): Diagnostic {
  const { keyword, span, hasBlock, advised } = unknown
  const advice = advised ? adviseOnUnknown(keyword, level.spec, root.spec, level.title, level.opened) : undefined
  const help = joinHelp(advice, hasBlock ? blockQuirk(level, level !== root) : undefined)
  const earlyEnd = level.phantoms.slice(-phantomsSearchedMax).findLast(phantom => phantom.escaped)
  const related =
    earlyEnd === undefined
      ? {}
      : { related: [{ span: earlyEnd.span, message: `the } of '${earlyEnd.keyword}' closed the block around it` }] }
  const message = `unknown keyword '${keyword}' in ${level.title}; it is ignored`
  return problem('unknown-keyword', span, message, { ...(help === '' ? {} : { help }), ...related })
}

/** A keyword of ours that keepalived does not have, under --strict-keepalived. */
export function refusedExtension(keyword: string, span: Span): Diagnostic {
  const message = `'${keyword}' is an extension to keepalived and is refused under --strict-keepalived`
  return problem('extension-refused', span, message, { help: 'remove it, or start without that option' })
}

function blockQuirk(level: OpenBlock, isInside: boolean): string {
  const closes = isInside ? ', and its } closes that' : ''
  return `as in keepalived the block is not skipped: what it contains is read as part of ${level.title}${closes}`
}

function joinHelp(advice: string | undefined, quirk: string | undefined): string {
  if (advice === undefined || quirk === undefined) return advice ?? quirk ?? ''
  return advice.endsWith('?') ? `${advice} ${quirk[0]!.toUpperCase()}${quirk.slice(1)}` : `${advice}; ${quirk}`
}
