// Explanations as plain text for a terminal of 80 columns.

import { grammar } from '../blocks/keywords.ts'
import { lexicalForms } from '../language/lexical.ts'
import { type CodeExplanation, consequenceOf } from './code.ts'
import { type Content, type Explanation, explain } from './explanation.ts'
import type { Found } from './find.ts'
import { allTopics, isBlock } from './topic.ts'
import { wrap } from './wrap.ts'

const labelWidth = 14
const contentWidth = 30

/** What `find` found: places that say the same are told once. */
export function foundText({ topics, forms }: Found): string {
  const groups = new Map<string, { readonly explanation: Explanation; readonly paths: string[] }>()
  for (const topic of topics) {
    const explanation = explain(topic)
    const { path, ...rest } = explanation
    const key = JSON.stringify(rest)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { explanation, paths: [path] })
    else group.paths.push(path)
  }
  const parts = [...groups.values()].map(({ explanation, paths }) => explanationText(explanation, paths))
  return [...forms.map(formText), ...parts].join('\n')
}

export function codeText({ code, title, meaning, cure, gravity }: CodeExplanation): string {
  const lines = [
    `${code}: ${title}`,
    '',
    ...wrap(meaning, '  '),
    '',
    ...wrap(cure, label('Cure')),
    ...gravity.flatMap(({ severity, faultClass }) => wrap(consequenceOf(faultClass), label(capital(severity)))),
  ]
  return `${lines.join('\n')}\n`
}

/** All blocks with what they are for: what one can ask about. */
export function overviewText(): string {
  const blocks = allTopics().filter(topic => isBlock(topic.spec) && !topic.isOption && topic.spec.aliasOf === undefined)
  const lines = blocks.flatMap(topic =>
    columns(`${'  '.repeat(topic.around.length)}${topic.spec.keyword}`, topic.spec.about),
  )
  const plain = grammar.children.filter(spec => !isBlock(spec)).map(spec => spec.keyword)
  return [
    'Blocks and lists of keepalived.conf:',
    '',
    ...lines,
    '',
    ...wrap(plain.join(', '), 'Outside blocks: '),
    ...wrap(lexicalForms.map(([form]) => form).join(' '), 'Anywhere: '),
    '',
    'More about one of them: keepalived-ts explain BLOCK, KEYWORD or BLOCK/KEYWORD.',
    '',
  ].join('\n')
}

function explanationText(explanation: Explanation, paths: readonly string[]): string {
  const { synopsis, about, facts, example, contents } = explanation
  const labels = facts.map(([name], i) => (facts[i - 1]?.[0] === name ? '' : name))
  const lines = [
    ...wrap(paths.join(', '), ''),
    '',
    ...synopsis.map(line => `    ${line}`),
    '',
    ...wrap(about, '  '),
    '',
    ...facts.flatMap(([, text], i) => wrap(text, label(labels[i]!))),
    ...example.split('\n').map((line, i) => label(i === 0 ? 'Example' : '') + line),
    ...contentsText(contents),
  ]
  return `${lines.join('\n')}\n`
}

function contentsText(contents: readonly Content[]): readonly string[] {
  const options = contents.filter(content => content.isOption)
  const keywords = contents.filter(content => !content.isOption)
  return [
    ...(options.length === 0 ? [] : ['', '  Option words of the line:', ...options.flatMap(contentLine)]),
    ...(keywords.length === 0 ? [] : ['', '  Inside the block:', ...keywords.flatMap(contentLine)]),
  ]
}

function contentLine({ synopsis, about, remark }: Content): readonly string[] {
  return columns(`  ${synopsis}`, remark === '' ? about : `${about} (${remark})`)
}

/** Two columns; a left side that is too wide gets a line of its own. */
function columns(left: string, right: string): readonly string[] {
  const head = `  ${left}`
  if (head.length < contentWidth) return wrap(right, head.padEnd(contentWidth))
  return [head, ...wrap(right, ' '.repeat(contentWidth))]
}

function formText([form, about]: readonly [string, string]): string {
  return `${[form, '', ...wrap(about, '  '), '', `${label('Where')}on any line, in every block`, `${label('State')}in effect`].join('\n')}\n`
}

function label(name: string): string {
  return `  ${name}`.padEnd(labelWidth)
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}
