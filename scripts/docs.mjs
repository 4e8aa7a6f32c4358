// `npm run docs`: writes the generated part of docs from the compiled grammar, and removes pages that are generated no more.
// BUILD_DIR names the folder of the compiled code (default: dist).

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const built = join(root, process.env.BUILD_DIR ?? 'dist', 'src/config/explain/generated-files.js')
const { generatedFiles, referenceFolder } = await import(pathToFileURL(built).href)

const files = generatedFiles()
mkdirSync(join(root, referenceFolder), { recursive: true })
for (const name of readdirSync(join(root, referenceFolder))) {
  const path = `${referenceFolder}/${name}`
  if (name.endsWith('.md') && !files.some(file => file.path === path)) rmSync(join(root, path))
}
for (const { path, text } of files) writeFileSync(join(root, path), text)
console.log(`${files.length} files written`)
