// What is valid between any two lines: comments, braces, includes, parameters, conditions, sequences. The reader carries
// them out; here they are listed for documentation and coverage.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the notation of keepalived.conf

/** [keyword, description] */
export const lexicalForms: readonly (readonly [form: string, about: string])[] = [
  ['#', 'Comment start anywhere outside double quotes; backslash before it makes it literal.'],
  ['!', 'Second comment character, same rules as #.'],
  ['{', 'Opens the block named by the preceding keyword; may sit on the keyword line or on the next one.'],
  ['}', 'Closes the innermost block; may follow other text on the same line.'],
  [
    'include',
    'Splices every matching file in place; failures are only logged unless include_check/-e made them fatal.',
  ],
  [
    'includer',
    'Include that fails the load when a match is a directory, executable, unreadable or not a regular file.',
  ],
  ['includem', 'Include that also fails when a pattern without wildcards matches nothing.'],
  ['includew', 'Include that also fails when a wildcard pattern matches nothing.'],
  ['includeb', 'Include that also fails when one alternative of a {a,b} expansion is missing.'],
  ['includea', 'Include with all four checks switched on.'],
  ['@ID', 'Keeps the rest of the line only if ID equals the config-id (-i option).'],
  ['@^ID', 'Keeps the rest of the line only if ID differs from the config-id.'],
  ['$NAME=', 'Defines or redefines a substitution parameter; value is stored unexpanded.'],
  ['$NAME', 'Is replaced by the current value of NAME, recursively.'],
  ['${NAME}', 'Braced form usable inside a word; multi-line values expand only when nothing follows on the line.'],
  ['${_PWD}', 'Expands to the current directory, which follows the file being parsed.'],
  ['${_INSTANCE}', 'Expands to the config-id.'],
  ['${_RANDOM}', 'Expands to a pseudo random integer, new on every use.'],
  ['${_ENV}', 'Expands to the value of an environment variable, empty when unset.'],
  ['${_HASH}', 'Expands to a hash sign, useful only inside double quotes.'],
  ['${_BANG}', 'Expands to an exclamation mark, useful only inside double quotes.'],
  ['~SEQ', 'Repeats the rest of the line with VAR running from START to END inclusive.'],
  ['~SEQx', 'Like ~SEQ but VAR is rendered in lower case hexadecimal without prefix.'],
  ['~LST', 'Repeats the rest of the line once per listed value or value tuple.'],
]
