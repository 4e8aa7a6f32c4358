// The generated part of the documentation: which files there are and what they contain. `npm run docs` writes them, a
// test compares.

import { jsonSchema } from './json-schema.ts'
import { referencePages } from './reference-page.ts'

interface GeneratedFile {
  /** Relative to the folder of the project. */
  readonly path: string
  readonly text: string
}

/** Folder in which every Markdown file is generated. */
export const referenceFolder = 'docs/reference'

export function generatedFiles(): readonly GeneratedFile[] {
  return [
    ...referencePages().map(({ name, text }) => ({ path: `${referenceFolder}/${name}`, text })),
    { path: 'docs/keepalived.schema.json', text: `${JSON.stringify(jsonSchema(), undefined, 1)}\n` },
  ]
}
