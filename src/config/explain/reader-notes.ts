// What the codes of the reader mean (KA10xx): lines, quotes, includes, parameters and sequences.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the notation of keepalived.conf

import { readerCodes } from '../report/collector.ts'
import type { FaultClass } from '../report/diagnostic.ts'
import type { CodeNote } from './note.ts'

type ReaderName = keyof typeof readerCodes

const notes: Readonly<Record<ReaderName, readonly [title: string, FaultClass, meaning: string, cure: string]>> = {
  mainFileUnusable: [
    'The main file cannot be read',
    'no-config',
    'The file of -f (or /etc/keepalived/keepalived.conf) does not exist, is not a plain file, is executable or may not be read.',
    'Check the path and its permissions; take the execute bit away with chmod a-x.',
  ],
  includeCheckFailed: [
    'A check of an include failed',
    'no-config',
    'include_check, -e or the letter of the include keyword demands that the files are there and usable, and they are not.',
    'Create the file, mend the pattern, or ask for fewer checks.',
  ],
  includeSkipped: [
    'An include was skipped',
    'general',
    'A file of an include line is missing or unusable. No check demands it, so reading goes on without it.',
    'Mend the pattern or remove the line; with include_check such a file keeps the daemon from starting.',
  ],
  includeLoop: [
    'Files include each other',
    'general',
    'A file includes itself, directly or through others, or the includes are nested too deep. The inner include is skipped.',
    'Remove the include line that closes the circle.',
  ],
  includeWithoutPattern: [
    'An include without a file name',
    'general',
    'Nothing stands behind the include keyword.',
    'Name a file or a pattern, relative to the directory of the file that includes it.',
  ],
  includeCheckWord: [
    'Not a check of include_check',
    'general',
    'A word of include_check is unknown, or is not the first one and has no + or - in front.',
    'Write for example: include_check match +wildcard_match',
  ],
  lineTooLong: [
    'The line is too long',
    'general',
    'keepalived reads at most 1023 bytes of a line at once. The head of a longer line is lost and the tail is read as a line of its own.',
    'Split the line.',
  ],
  nulByte: [
    'A NUL byte in the line',
    'general',
    'The line is skipped. A text file has no such bytes; the file may be damaged or in UTF-16.',
    'Save the file as UTF-8 text.',
  ],
  unterminatedQuote: [
    'A quote is never closed',
    'general',
    'The line has an odd number of double quotes. What stands behind the last one is lost.',
    'Close the quote on the same line.',
  ],
  byteOrderMark: [
    'A byte order mark',
    'general',
    'The file starts with an invisible character that some editors write. It is skipped here; keepalived takes it for part of the first keyword.',
    'Save the file without a byte order mark.',
  ],
  oddBlank: [
    'A blank that is none',
    'general',
    'A no-break space or another Unicode blank stands outside quotes. It is read as a blank here; keepalived takes it for a letter.',
    'Replace it by a plain blank. Such characters come with text that is copied from web pages.',
  ],
  commentInWord: [
    'A comment that begins inside a word',
    'advice',
    'keepalived reads everything behind # or ! outside quotes as a comment, also in the middle of a word: of sec#ret only sec counts.',
    'Write a backslash before the character if it belongs to the word, or a blank before the comment.',
  ],
  expansionTooLong: [
    'The line would become too long',
    'general',
    'With the parameter replaced the line would exceed 1023 bytes, so the reference stays as it is.',
    'Spread the values over several lines, for instance in a multi-line definition.',
  ],
  expansionTooDeep: [
    'Parameters are nested too deep',
    'fatal',
    'A parameter refers to others that refer to others, beyond any sensible depth. Reading ends there.',
    'Look for a parameter whose value refers to itself.',
  ],
  expansionTooOften: [
    'Too many replacements',
    'fatal',
    'One line, or the whole configuration, needs more replacements of parameters than are allowed. Reading ends there.',
    'Look for a parameter whose value refers to itself.',
  ],
  undefinedParameter: [
    'The parameter is not defined',
    'advice',
    '${NAME} outside quotes is not replaced when NAME is unknown, and its braces then open and close a block.',
    'Define the parameter above the line, or correct its name.',
  ],
  textAfterMultiLine: [
    'Text behind a value of several lines',
    'advice',
    'A parameter with several lines is only replaced when it ends the line it stands on.',
    'Put the reference on a line of its own.',
  ],
  blankBeforeEquals: [
    'A blank before the equals sign',
    'advice',
    '$NAME =VALUE is not a definition; the line is read as a keyword.',
    'Write $NAME=VALUE.',
  ],
  environmentName: [
    '_ENV without a name',
    'general',
    '${_ENV} needs the name of an environment variable: letters, digits and underscores.',
    'Write ${_ENV NAME}.',
  ],
  randomRange: [
    'An odd range for _RANDOM',
    'general',
    'The bounds of ${_RANDOM MIN MAX} are not numbers or the wrong way round; usable ones are taken.',
    'Write ${_RANDOM MIN MAX} with MIN not above MAX.',
  ],
  definitionOpenAtEnd: [
    'The file ends inside a value',
    'advice',
    'The last line of a multi-line definition ends in a backslash, so the value was still open at the end of the file.',
    'Remove the backslash from the last line of the value.',
  ],
  commentFromExpansion: [
    'A comment out of a parameter',
    'advice',
    'The value of a parameter brought in a # or ! that starts a comment; the rest of the line is lost.',
    'Put the reference inside double quotes.',
  ],
  badSequence: [
    'A sequence that cannot be',
    'general',
    '~SEQ or ~SEQx is not complete, or its numbers lead nowhere. The line is ignored.',
    'Write ~SEQ(NAME, START, STEP, END); START and STEP may be left out.',
  ],
  badList: [
    'A list that cannot be',
    'general',
    '~LST is not complete, has more values than variables, or values of more than one word. The line is ignored.',
    'Write ~LST(NAME, a, b) or ~LST({N,M}, {a,b}, {c,d}).',
  ],
  sequenceTooLong: [
    'A sequence is too long',
    'general',
    'A ~SEQ or ~LST asks for more rounds than are allowed. The line is ignored.',
    'Check START, STEP and END.',
  ],
  tooMuchText: [
    'The configuration is too large',
    'fatal',
    'The files, or what sequences and parameters make of them, exceed the bound on lines or statements. Reading ends there.',
    'Look for a sequence, parameter or include that multiplies itself.',
  ],
  tooManyProblems: [
    'Too many problems to list',
    'general',
    'Only the first thousand problems are listed.',
    'Mend those, then check again.',
  ],
}

export const readerNotes: ReadonlyMap<string, CodeNote & { readonly faultClass: FaultClass }> = new Map(
  (Object.keys(notes) as ReaderName[]).map(name => {
    const [title, faultClass, meaning, cure] = notes[name]
    return [readerCodes[name], { title, faultClass, meaning, cure }]
  }),
)
