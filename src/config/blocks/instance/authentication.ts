// authentication { } of an instance: only VRRP version 2 has it, and strict mode follows the RFCs that dropped it
// (RFC 2338 §5.3.6; dropped by RFC 3768).

import type { Entry } from '../../language/entry.ts'
import { entriesOf, is } from '../../language/entry.ts'
import { problem } from '../../report/codes.ts'
import type { BuildContext } from '../context.ts'
import { complain, spanAt } from '../context.ts'
import { authentication, vrrpInstance } from './keywords.ts'
import type { VrrpInstance } from './model.ts'
import type { Protocol } from './protocol.ts'

/** RFC 2338 §5.3.10: the password has eight octets. */
const passwordBytesMax = 8

/** The type and the password that are used, `none` if they cannot be. */
export function buildAuthentication(
  block: Entry,
  name: string,
  { family, version, strict }: Protocol & { readonly strict: boolean },
  context: BuildContext,
): VrrpInstance['authentication'] {
  const blocks = entriesOf(block, vrrpInstance.authentication)
  const settings = blocks.flatMap(each => each.children)
  const type = settings.findLast(entry => is(entry, authentication.authType))
  const password = settings.findLast(entry => is(entry, authentication.authPass))
  const cut = password === undefined ? undefined : cutPassword(password, context)
  if (type === undefined) {
    if (blocks[0] !== undefined && version === 2 && !strict) adviseOnType(blocks[0], name, context)
    return { type: 'none' }
  }
  const refuse = (message: string, help: string) => {
    complain(context, 'authentication-ignored', type, `${name}: ${message}; authentication is ignored`, { help })
    return { type: 'none' } as const
  }
  if (version === 3)
    return refuse('VRRP version 3 has no authentication', 'remove the authentication block, or use version 2')
  if (strict) return refuse('strict mode has no authentication', 'remove the authentication block')
  if (cut === undefined) return refuse('auth_type is given without auth_pass', 'write auth_pass')
  const isAh = type.values[0] === 'AH'
  if (isAh && family === 6) return refuse('AH works for IPv4 only', 'remove the authentication block')
  return { type: isAh ? 'ah' : 'pass', password: cut }
}

/** Reported because the block looks like protection and has no effect; keepalived says nothing. */
function adviseOnType(block: Entry, name: string, context: BuildContext): void {
  const message = `authentication of ${name} has no usable auth_type, so adverts are sent and taken without authentication`
  complain(context, 'authentication-missing', block, message, {
    help: 'write auth_type PASS or auth_type AH (there is no MD5 in VRRP), or remove the block',
  })
}

/** The first eight bytes; a character that they would split is kept whole, the sender cuts bytes. */
function cutPassword(entry: Entry, context: BuildContext): string {
  const written = String(entry.values[0])
  const encoder = new TextEncoder()
  if (encoder.encode(written).length <= passwordBytesMax) return written
  let kept = ''
  for (const character of written) {
    if (encoder.encode(kept).length >= passwordBytesMax) break
    kept += character
  }
  const message = `auth_pass is longer than ${passwordBytesMax} characters; the rest of it has no effect`
  const help = `VRRP carries ${passwordBytesMax} characters; whoever knows these knows the password`
  context.report(problem('truncated-value', spanAt(entry, 1), message, { help }))
  return kept
}
