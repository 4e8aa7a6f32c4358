// What the codes of the grammar mean (KA12xx), and with those of the model all that its table of problems has. Severity and
// class are in that table.

import { modelNotes } from './model-notes.ts'
import type { CodeNote, NoteRow } from './note.ts'

const shape: Readonly<Record<string, NoteRow>> = {
  KA1201: [
    'Unknown keyword',
    'The first word of the line is no keyword of this block. The line is ignored. If a { follows, its block is not skipped: as in keepalived, what it contains is read as part of the block around, and its } closes that block.',
    'Correct the spelling, or move the line to the block it belongs to; the diagnostic names the nearest keyword.',
  ],
  KA1202: [
    'Unexpected {',
    'A { stands where no block begins. It is ignored, but its } will close the block around.',
    'Remove the brace, or write the keyword of the block in front of it.',
  ],
  KA1203: [
    'Unexpected }',
    'There is one } more than there are blocks to close. It is ignored.',
    'Remove it, or look above for a block that was closed too early.',
  ],
  KA1204: [
    'A block without {',
    'The keyword begins a block, but no { follows. The lines below are read as its contents all the same.',
    'Write the { behind the keyword.',
  ],
  KA1205: [
    'A block that is never closed',
    'The file ends before all blocks are closed, so later blocks were read as part of an earlier one.',
    'Add the missing }. The indentation often shows where; keepalived-ts fmt leaves the file untouched from the block in question on.',
  ],
  KA1206: [
    'A second block of the same name',
    'Another block of this kind has the name already. The later one is left out with all it contains.',
    'Give it a name of its own.',
  ],
  KA1207: ['Keyword given again', 'Only the first of these lines counts; this one is ignored.', 'Keep one of them.'],
  KA1208: ['Keyword given twice', 'The later line replaces the earlier one.', 'Keep one of them.'],
  KA1209: [
    'Surplus words',
    'There is more on the line than the keyword takes. There is no sign that ends a statement: what follows on the same line is not read as a keyword.',
    'Write one statement a line.',
  ],
  KA1210: [
    'A mandatory argument is missing',
    'The keyword needs a value and has none. keepalived ends with status 2 at such a line, and so does this daemon.',
    'Give the value, or remove the line.',
  ],
  KA1211: [
    'An argument is missing or is not what it should be',
    'The line is left out.',
    'Write the arguments as the explanation of the keyword shows them.',
  ],
  KA1212: [
    'A deprecated keyword that counts as a fault',
    'keepalived still understands the keyword but reports it as an error of the configuration.',
    'Use the keyword that the diagnostic names.',
  ],
  KA1213: [
    'An extension under --strict-keepalived',
    'keepalived does not know the word, and --strict-keepalived refuses what keepalived does not know. The line is ignored.',
    'Remove the line, or start without --strict-keepalived.',
  ],
  KA1214: [
    'Not in effect yet',
    'The keyword is understood and checked, but this version does nothing with it.',
    'If you need its effect, stay with keepalived for this node; keepalived-ts config coverage lists what is in effect.',
  ],
  KA1215: [
    'A deprecated keyword',
    'The keyword works, but there is a better way to write it.',
    'Use what the diagnostic names.',
  ],
  KA1216: [
    'Unknown option word',
    'The line has a word that is no option of it. The word is skipped; in routes and rules the whole line is left out.',
    'Correct the word; the diagnostic lists those that are known.',
  ],
  KA1217: ['An empty block', 'The block contains nothing that it could work with.', 'Fill it, or remove it.'],
  KA1219: [
    'A name that is taken',
    'Another block of this kind has the name already; the later one is left out. keepalived says nothing about it.',
    'Give it a name of its own.',
  ],
}

const values: Readonly<Record<string, NoteRow>> = {
  KA1220: [
    'A value that is not valid',
    'The word is not what the keyword takes: not a number, not an address, not one of the known words.',
    'Write a value as the explanation of the keyword describes it.',
  ],
  KA1221: [
    'A value out of range',
    'The number is below or above what the keyword allows.',
    'Choose a value inside the range that the diagnostic names.',
  ],
  KA1222: [
    'A value that was rounded',
    'The number has more decimal places than the setting resolves; the nearest possible value is taken.',
    'Write the value that is taken.',
  ],
  KA1223: [
    'Characters behind the number',
    'The word starts with a number and goes on with something else, as in 5s. Most settings take the number, strict ones refuse the word.',
    'Write the number alone; units are fixed.',
  ],
  KA1224: ['A value that was cut off', 'The text is longer than the setting holds; its head is taken.', 'Shorten it.'],
  KA1225: [
    'A bad value that stops the daemon',
    'Without a usable value of this keyword the configuration cannot work.',
    'Write a value as the explanation of the keyword describes it.',
  ],
  KA1226: [
    'A setting that is not needed here',
    'keepalived needs this setting for a limit that keepalived-ts does not have; the help line says what bounds the same thing here.',
    'Nothing has to be done; the line may stay for keepalived.',
  ],
  KA1227: [
    'A prefix length that is not needed',
    'Only an address is meant here. keepalived cuts the prefix length off without a word, and so does keepalived-ts.',
    'Write the address alone.',
  ],
}

export const grammarNotes: ReadonlyMap<string, CodeNote> = new Map(
  Object.entries({ ...shape, ...values, ...modelNotes }).map(([code, row]) => {
    const [title, meaning, cure] = row
    return [code, { title, meaning, cure }]
  }),
)
