// `keepalived-ts explain`: what a keyword, a block or a diagnostic code means. The texts come from the grammar; the codes of lint
// rules have pages of their own under docs/lint. Exit status: 0 told, 1 nothing of that name.

import { readFileSync } from 'node:fs'
import { allCodes, type CodeExplanation, pageCodes } from '../../config/explain/code.ts'
import { codeText, foundText, overviewText } from '../../config/explain/explain-text.ts'
import { find } from '../../config/explain/find.ts'
import { suggest } from '../../config/report/suggest.ts'
import { messageOf } from '../../lib/errors.ts'
import type { CommandOutput } from '../../lib/output.ts'

export const explainSynopsis = 'explain [KEYWORD | BLOCK/KEYWORD | CODE]'

/** Resolves with the exit status. Several words count as a path: `explain vrrp_instance priority`. */
export async function runExplain(args: readonly string[], output: CommandOutput): Promise<number> {
  const option = args.find(arg => arg.startsWith('--') || arg === '-h')
  if (option !== undefined) {
    output.error(`keepalived-ts: explain has no option '${option}'\nUsage: keepalived-ts ${explainSynopsis}\n`)
    return 1
  }
  const query = args.join('/')
  if (query === '') return tell(output, overviewText())
  return /^ka\d+$/i.test(query) ? explainCode(query.toUpperCase(), output) : explainKeyword(query, output)
}

function explainKeyword(query: string, output: CommandOutput): number {
  const found = find(query)
  if (found.topics.length + found.forms.length > 0) return tell(output, foundText(found))
  const advice =
    found.suggestion === undefined ? 'keepalived-ts explain lists the blocks' : `did you mean '${found.suggestion}'?`
  output.error(`keepalived-ts: there is no keyword '${query}'; ${advice}\n`)
  return 1
}

function explainCode(code: string, output: CommandOutput): number {
  const codes = allCodes()
  const known = codes.find(each => each.code === code)
  if (known !== undefined) return tell(output, codeText(known))
  const title = pageCodes().get(code)
  if (title !== undefined) return tell(output, lintPage(code) ?? `${code}: ${title}\n`)
  const near = nearCodes(code, codes)
  output.error(`keepalived-ts: there is no diagnostic ${code}${near === undefined ? '' : `; did you mean ${near}?`}\n`)
  return 1
}

/** The page as it is: Markdown reads well enough. Undefined if this installation has no documentation. */
function lintPage(code: string): string | undefined {
  try {
    return readFileSync(new URL(`../../../../docs/lint/${code}.md`, import.meta.url), 'utf8')
  } catch (thrown) {
    if (messageOf(thrown).includes('ENOENT')) return undefined
    throw thrown
  }
}

function nearCodes(code: string, codes: readonly CodeExplanation[]): string | undefined {
  return suggest(code, [...codes.map(each => each.code), ...pageCodes().keys()])
}

function tell(output: CommandOutput, text: string): number {
  output.out(text)
  return 0
}
