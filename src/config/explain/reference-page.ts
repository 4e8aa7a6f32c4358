// The reference of keepalived.conf as Markdown, one page for each block of the outermost level; made from the grammar, so that
// it cannot say anything else than what the daemon does.

import { lexicalForms } from '../language/lexical.ts'
import { allCodes, consequenceOf, pageCodes } from './code.ts'
import { type Explanation, explain } from './explanation.ts'
import { allTopics, isBlock, type Topic, topicsInside } from './topic.ts'

interface Page {
  /** File name below docs/reference. */
  readonly name: string
  readonly text: string
}

const generated = '<!-- Made by `npm run docs` from the grammar; changes by hand are lost. -->'

/** Every page, README.md first. */
export function referencePages(): readonly Page[] {
  const top = allTopics().filter(topic => topic.around.length === 0)
  const blocks = top.filter(topic => isBlock(topic.spec) && topic.spec.aliasOf === undefined)
  const plain = top.filter(topic => !isBlock(topic.spec))
  return [
    { name: 'README.md', text: indexPage(blocks, top) },
    { name: 'outside-blocks.md', text: page('Outside blocks', ['Keywords that stand in no block.'], plain) },
    ...blocks.map(block => ({ name: `${block.spec.keyword}.md`, text: blockPage(block) })),
    { name: 'diagnostics.md', text: codesPage() },
  ]
}

function indexPage(blocks: readonly Topic[], top: readonly Topic[]): string {
  const aliases = top.filter(topic => topic.spec.aliasOf !== undefined)
  return document([
    '# Reference of keepalived.conf',
    'The same text for a terminal: `keepalived-ts explain KEYWORD`. What is in effect in this version: `keepalived-ts config coverage`.',
    '## Blocks',
    table(
      ['block', 'what for'],
      [
        ...blocks.map(({ spec }) => [`[${code(spec.keyword)}](${spec.keyword}.md)`, spec.about]),
        ...aliases.map(({ spec }) => [
          `[${code(spec.keyword)}](${spec.aliasOf}.md)`,
          `Another name of ${spec.aliasOf}.`,
        ]),
        ['[outside blocks](outside-blocks.md)', 'The keywords that stand in no block.'],
      ],
    ),
    'The codes of `--config-test` are explained in [diagnostics.md](diagnostics.md).',
    '## Notation',
    ...notation,
    '## Valid on any line',
    table(
      ['form', 'what it does'],
      lexicalForms.map(([form, about]) => [code(form), about]),
    ),
    '## The schema for editors',
    ...schemaNotes,
  ])
}

const notation = [
  'Words in capitals stand for values; `[WORD]` may be left out, `WORD...` takes all the words that follow, `A|B` is one of the two. `[OPTION...]` stands for the option words that are listed below the keyword. Text with blanks goes in double quotes.',
  'Every keyword has a state. *In effect*: the daemon acts on it. *Parsed only*: it is understood and checked, and this version does nothing with it (diagnostic KA1214 says so). *Ours*: keepalived does not know it; `--strict-keepalived` refuses it.',
]

const schemaNotes = [
  '[`docs/keepalived.schema.json`](../keepalived.schema.json) is a JSON Schema (2020-12) of the tree of blocks, keywords and arguments, made from the same grammar. Editors and programs can take completions, hover texts and checks from it. It describes a configuration written as JSON like this:',
  [
    '```json',
    '{',
    '  "global_defs": { "router_id": "node1", "vrrp_strict": "" },',
    '  "vrrp_instance": {',
    '    "VI_1": { "interface": "eth0", "virtual_router_id": "51", "virtual_ipaddress": ["192.0.2.10/24 dev eth0"] }',
    '  }',
    '}',
    '```',
  ].join('\n'),
  [
    '- a keyword is a property, its value the rest of the line as one string (empty for a keyword without arguments), to be matched with `pattern`; a keyword that may be repeated may have an array of such strings;',
    '- a block is an object; a block with a name or address has one more level, by the words behind its keyword; a block without one that may be repeated may be an array;',
    '- a list is an array of its lines;',
    '- `description` says what the keyword does, `examples` has a valid value, `deprecated` is set where there is a better way;',
    '- `x-synopsis`, `x-arguments` (name, kind, range, unit, words), `x-options`, `x-default`, `x-since`, `x-alias-of` and `x-state` (`in-effect` or `parsed`) and `x-extension` have what a JSON Schema has no word for.',
  ].join('\n'),
  'The patterns accept what the daemon accepts without a complaint about the form; ranges of numbers are in `x-arguments`.',
]

function blockPage(topic: Topic): string {
  return page(topic.spec.keyword, entry(explain(topic)), topicsInside(topic))
}

function page(title: string, intro: readonly string[], inside: readonly Topic[]): string {
  return document([`# ${title}`, '[All blocks](README.md)', ...intro, ...sections(inside, 2)])
}

/** Keywords first, then the blocks inside, each with its own keywords one level deeper. */
function sections(topics: readonly Topic[], level: number): readonly string[] {
  const options = topics.filter(topic => topic.isOption)
  const lines = topics.filter(topic => !topic.isOption)
  const ordered = [...lines.filter(topic => !isBlock(topic.spec)), ...lines.filter(topic => isBlock(topic.spec))]
  return [
    ...(options.length === 0 ? [] : [optionTable(options)]),
    ...ordered.flatMap(topic => [
      `${'#'.repeat(Math.min(level, 6))} ${topic.spec.keyword}`,
      ...entry(explain(topic)),
      ...sections(topicsInside(topic), level + 1),
    ]),
  ]
}

function entry({ path, synopsis, about, facts, example }: Explanation): readonly string[] {
  const isNested = path.includes('/')
  return [
    ['```', ...synopsis, '```'].join('\n'),
    escapeText(about) + (isNested ? ` (${code(path)})` : ''),
    facts
      .map(([label, text]) => `- ${label}: ${label === 'Argument' ? argumentItem(text) : escapeText(text)}`)
      .join('\n'),
    ['```', ...example.split('\n'), '```'].join('\n'),
  ]
}

/** The name of an argument as code, its description as text. */
function argumentItem(text: string): string {
  const colon = text.indexOf(': ')
  return `${code(text.slice(0, colon))}: ${escapeText(text.slice(colon + 2))}`
}

/** Option words and the words behind them, which are told by a longer left side. */
function optionTable(options: readonly Topic[]): string {
  const rows = options.flatMap(option => optionRows(option, ''))
  return table(['option', 'what it does', 'default', 'since', 'state'], rows)
}

function optionRows(topic: Topic, before: string): readonly (readonly string[])[] {
  const { synopsis, about, facts } = explain(topic)
  const fact = (wanted: string) => facts.find(([label]) => label === wanted)?.[1] ?? ''
  const own = `${before}${topic.spec.keyword} `
  const limits = facts.filter(([label]) => label === 'Argument').map(([, text]) => text)
  const deprecated = fact('Deprecated') === '' ? '' : ` Deprecated: ${fact('Deprecated')}.`
  const words = limits.length === 0 ? '' : ` (${limits.join('; ')})`
  const state = topic.spec.state === 'in-effect' ? 'in effect' : 'parsed only'
  const since = fact('Since').replace('keepalived ', '')
  return [
    [code(before + synopsis.join(' ')), about + words + deprecated, fact('Default'), since, state],
    ...topicsInside(topic).flatMap(inner => optionRows(inner, own)),
  ]
}

function codesPage(): string {
  const codes = allCodes().map(({ code: name, title, meaning, cure, gravity }) =>
    [
      `### ${name}: ${escapeText(title)}`,
      escapeText(meaning),
      escapeText(cure),
      gravity.map(({ severity, faultClass }) => `- ${severity}: ${consequenceOf(faultClass)}`).join('\n'),
    ].join('\n\n'),
  )
  const pages = [...pageCodes()].map(([name, title]) => [`[${name}](../lint/${name}.md)`, title])
  return document([
    '# Diagnostics',
    'What `--config-test` and a start report: [all blocks](README.md) name the keywords, this page the codes. `keepalived-ts explain CODE` shows the same.',
    '## The file and its keywords',
    ...codes,
    '## Advice and comparison of nodes',
    'What is valid and yet probably not meant, and where the files of two nodes do not go together:',
    table(['code', 'title'], pages),
  ])
}

function document(parts: readonly string[]): string {
  return `${[generated, ...parts.filter(part => part !== '')].join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A bar ends a cell, even inside code; other text was made by us or is code already. */
function cell(text: string): string {
  const safe = text.startsWith('`') || text.startsWith('[') || text === '---' ? text : escapeText(text)
  return safe.replaceAll('|', '\\|')
}

function code(text: string): string {
  return `\`${text}\``
}

/** What Markdown would take for markup in a sentence. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\*_<>[\]`]/g, character => `\\${character}`)
}
