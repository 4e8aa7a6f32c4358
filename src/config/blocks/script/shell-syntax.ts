// Does a command line need a shell, and which one? keepalived 2 splits commands itself and runs them without a shell; 1.2 gave
// them to one, and configurations still count on `&&`, pipes and redirection. What keepalived 2 runs well without a shell must
// not get one: an operator counts only where a person would write one, not inside a word (`http://h/?a=1&b=2`, `a|b`, `*.conf`).

/**
 * The shell that the command needs, or undefined if its words can be run directly. `bash`: it uses syntax that a plain
 * `sh` would take for something else (dash runs `cmd &> file` in the background, and so it always succeeds). Where bash
 * is not installed, the command is not run.
 */
export function shellFor(text: string): 'sh' | 'bash' | undefined {
  const plain = maskQuoted(text).replace(lastSemicolon, '')
  const expansion = hasExpansion(text)
  if (bashOperator.test(plain) || (expansion && bashExpansion.test(maskSingleQuoted(text)))) return 'bash'
  if (!posixOperator.test(plain) && !shellWord.test(plain) && !expansion) return undefined
  return bashTest.test(plain) ? 'bash' : 'sh'
}

/** `;` at the end of a command, which alone does not make a shell line of it. keepalived hands it on as an argument. */
const lastSemicolon = /\s*;\s*$/

/** The words of a command that needs no shell, without a `;` at its end. */
export function withoutLastSemicolon(argv: readonly string[], text: string): readonly string[] {
  const last = argv.at(-1)
  if (last === undefined || !lastSemicolon.test(maskQuoted(text))) return argv
  const kept = last.replace(/;$/, '')
  if (kept === '' && argv.length > 1) return argv.slice(0, -1)
  return kept === '' ? argv : [...argv.slice(0, -1), kept]
}

/** The command has shell syntax, so it must be run with `sh -c` or `bash -c`. */
export function needsShell(text: string): boolean {
  return shellFor(text) !== undefined
}

/** `&>`, `>& file`, `|&`, `[[ … ]]`, `(( … ))`, process substitution, here-strings, `function`, `source`. */
const bashOperator =
  /&>|(?:^|\s)\d*>&(?!\s*[\d-])|(?:^|\s)\|&|(?:^|[\s;!])\[\[\s|(?:^|[\s;!])\(\(|(?:^|\s)[<>]\(|(?:^|\s)<<<|(?:^|[;|&])\s*(?:function|source)\s/

/** `${x//a/b}`, `${x^}`, `${x:1}`, `${x[0]}`, `${!x}`, `$'…'`. */
const bashExpansion = /\$\{(?:!\w+|\w+(?:\/|\^|,|:\d|\[|@))|\$'/

/** `==` is no operator of the POSIX `[`. */
const bashTest = /(?:^|[\s;|&!])\[\s[^\]]*\s==\s/

/** Operators and redirections at the edge of a word, and those that mean nothing else even inside one. */
const posixOperator = new RegExp(
  [
    /&&|\|\|/, // and, or
    /(?:^|\s)[|;&(]/, // an operator that starts a word
    /;(?:\s|$)|&\s*$|\|\s/, // or ends one
    /(?:^|\s)\d*[<>]/, // redirection
    />(?=[/&])/, // redirection without a blank
    /\n/,
  ]
    .map(part => part.source)
    .join('|'),
)

/** Words that only a shell knows, an assignment, or a home directory. */
const shellWord =
  /^\s*(?:(?:!|\{|if|for|while|until|case|cd|exit|exec|export|set|ulimit|umask|trap|wait|eval|read|source|function|\.|:)(?:\s|$)|[A-Za-z_]\w*=)|(?:^|\s)~(?:\/|\s|$)/

/** `$NAME`, `${…}`, `$(…)`, `$?` or a backquote; double quotes do not hide them. */
function hasExpansion(text: string): boolean {
  return /\$[A-Za-z_0-9{(?!$#@*'-]|`/.test(maskSingleQuoted(text))
}

function maskSingleQuoted(text: string): string {
  return text.replaceAll(/\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|\$?'[^']*'/g, piece => {
    if (piece.startsWith('"')) return piece.replaceAll(/\\[\s\S]/g, 'x')
    return piece.startsWith('$') ? "$'" : 'x'
  })
}

/** Quoted stretches and escaped characters as one letter: what the shell would not interpret. */
function maskQuoted(text: string): string {
  return text.replaceAll(/\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g, 'x')
}
