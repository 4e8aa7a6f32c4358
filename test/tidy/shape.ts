// Counts that say how easy a checkout is to read and to change. Each is made from the text alone, so that any revision since the
// first can be counted in the same way. Printed by `npm run shape`; what each row means stands in its title.

import { dirname } from 'node:path'
import { deadExports, fileCircles, folderCircles, type House, readHouse } from './house.ts'

export interface Count {
  readonly title: string
  readonly value: string
}

/** What is counted of a checkout. `root` has its `src` and `test`. */
export function shapeOf(root: string): readonly Count[] {
  const house = readHouse(root)
  const withTests = readHouse(root, ['src', 'test'])
  const lengths = house.files.map(file => house.read(file).split('\n').length - 1)
  const longest = house.files[lengths.indexOf(Math.max(...lengths))] ?? '-'
  const rooms = configRooms(house)
  const keywords = instanceKeywords(house).map(keyword => filesNaming(house, keyword).length)
  const row = (title: string, value: string | number): Count => ({ title, value: String(value) })
  return [
    row('files in src', house.files.length),
    row('lines a file, median', middle(lengths)),
    row('lines a file, most', `${Math.max(...lengths)} (${longest})`),
    row('rooms in src/config (folders, and each file at its top)', rooms.length),
    row('arrows between rooms of src/config', configArrows(house)),
    row('keywords looked up or compared as strings in src/config', stringLookups(house)),
    row('circles of files', fileCircles(house).length),
    row('folders of src/supervisor in circles', folderCircles(house, 'src/supervisor').flat().length),
    row('folders of src/config in circles', folderCircles(house, 'src/config').flat().length),
    row('exports that no other file of src or test uses', deadExports(withTests).length),
    row('exports that no other file of src uses', deadExports(house).length),
    row('files that name a keyword of vrrp_instance, median (goal: 4)', middle(keywords)),
    row('  higher_prio_send_advert, with its global twin', filesNaming(house, 'higher_prio_send_advert').length),
    row('  promote_secondaries, with SNMP and dump', filesNaming(house, 'promote_secondaries').length),
    row('files that name a checker, PING_CHECK (goal: 6)', filesNaming(house, 'PING_CHECK').length),
    row('files for a subcommand that asks the daemon, fault (goal: 3)', subcommandFiles(house).length),
  ]
}

/** Files of `src` that name a keyword: as text, or by the name that a row or a field has because of it. */
export function filesNaming({ files, read }: House, keyword: string): readonly string[] {
  const named = keyword.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const pattern = new RegExp(`\\b(${keyword}|${named})\\b`)
  return files.filter(file => pattern.test(code(read(file))))
}

/** Those that would not be there, or would be shorter, without the subcommand `fault`; what carries it out is not among them. */
export function subcommandFiles({ files, read }: House): readonly string[] {
  const places = /^src\/supervisor\/(commands|control|cli)\/|^src\/supervisor\/(daemon|supervisor|parts)\.ts$/
  // `fault` is also a state of an instance.
  return files.filter(file => places.test(file) && /(?<!'master', ')\bfault\b/.test(code(read(file))))
}

function configRooms({ files }: House): readonly string[] {
  return [...new Set(files.filter(file => file.startsWith('src/config/')).map(roomOf))]
}

function configArrows({ imports }: House): number {
  const inside = imports.filter(
    ({ file, target }) => file.startsWith('src/config/') && target.startsWith('src/config/'),
  )
  const arrows = inside.map(({ file, target }) => [roomOf(file), roomOf(target)] as const)
  return new Set(arrows.filter(([from, to]) => from !== to).map(String)).size
}

/** A folder, or a file that stands at the top of src/config. */
function roomOf(file: string): string {
  return dirname(file) === 'src/config' ? file : dirname(file)
}

/** Outside of the engine and of the rows themselves. */
function stringLookups({ files, read }: House): number {
  const lookup =
    /\b(entriesOf|lastOf|rowsOf|isSet|numberOf|textOf|toggleOf|optionOf|optionText|optionNumber|blocks|namedBlock|last|rows|rowOf)\([\w.!?]+, '[\w-]+'/g
  const comparison = /\bkeyword [!=]== '/g
  const counted = files.filter(file => file.startsWith('src/config/') && !/\/(grammar|language)\//.test(file))
  return counted
    .map(file => code(read(file)))
    .reduce((sum, text) => sum + [...text.matchAll(lookup), ...text.matchAll(comparison)].length, 0)
}

/** As the tables of rows name them, before and after the rows became constants. */
function instanceKeywords({ files, read }: House): readonly string[] {
  const tables = files.filter(file => /grammar\/instance|blocks\/instance\/.*keywords/.test(file))
  const row = /\b(?:value|flag|toggle|list|text|row|block|leaf|keyword)\w*\(\s*'([a-z][a-z_]*_[a-z_]+)'/g
  return [...new Set(tables.flatMap(file => [...read(file).matchAll(row)].map(match => match[1]!)))]
}

function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '')
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}
