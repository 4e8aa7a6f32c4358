// A host in memory for lint rules, and the findings that a text gets on it.

import type { InterfaceAddress, LintFacts, PathComponent, PathTrace } from '../../../../src/config/host/facts.ts'
import type { Diagnostic } from '../../../../src/config/report/diagnostic.ts'
import { loadText } from '../load-text.ts'

export interface FileOnHost {
  readonly uid?: number
  readonly gid?: number
  readonly mode?: number
  /** Where a symbolic link leads. */
  readonly link?: string
  readonly directory?: boolean
}

export interface Host {
  readonly files?: Readonly<Record<string, FileOnHost>>
  readonly addresses?: readonly InterfaceAddress[]
}

const owners: Readonly<Record<number, string>> = { 0: 'root', 1000: 'alice', 65534: 'nobody' }

/** Directories above a file that the host does not name belong to root and have mode 0755. */
export function factsOf({ files = {}, addresses = [] }: Host): LintFacts {
  return {
    files: {
      trace: path => traceIn(files, path),
      find: command => [`/usr/bin/${command}`].find(path => path in files),
    },
    accountOf: (chosen, scriptUser) => {
      const user = chosen.user ?? scriptUser?.user ?? 'root'
      const uid = Object.entries(owners).find(([, name]) => name === user)?.[0]
      return uid === undefined ? undefined : { user, uid: Number(uid), gid: Number(uid) }
    },
    addresses: () => addresses,
  }
}

function traceIn(files: Readonly<Record<string, FileOnHost>>, path: string): PathTrace {
  if (!(path in files) && !isDirectory(files, path)) return { state: 'missing' }
  const names = path.split('/').filter(Boolean)
  const components: PathComponent[] = [componentOf('/', { directory: true })]
  for (const i of names.keys()) {
    const at = `/${names.slice(0, i + 1).join('/')}`
    const file = files[at]
    components.push(componentOf(at, file ?? { directory: true }))
    if (file?.link !== undefined) {
      const rest = [file.link, ...names.slice(i + 1)].join('/')
      const behind = traceIn(files, rest)
      if (behind.state !== 'found') return behind
      return { state: 'found', components: [...components, ...behind.components] }
    }
  }
  return { state: 'found', components }
}

function isDirectory(files: Readonly<Record<string, FileOnHost>>, path: string): boolean {
  return Object.entries(files).some(
    ([name, { link }]) => name.startsWith(`${path}/`) || (path.startsWith(`${name}/`) && link !== undefined),
  )
}

function componentOf(path: string, { uid = 0, gid = 0, mode = 0o755, link, directory }: FileOnHost): PathComponent {
  const kind = link !== undefined ? 'link' : directory === true ? 'directory' : 'file'
  return { path, kind, uid, gid, mode, owner: owners[uid] ?? String(uid) }
}

/** Diagnostics of one rule on a text, as `line:column message`. */
export function found(code: string, text: string, host: Host = {}): string[] {
  return adviceOn(text, host)
    .filter(diagnostic => diagnostic.code === code)
    .map(({ span, message }) => `${span?.line}:${span?.column} ${message}`)
}

/** All advice of lint rules. */
export function adviceOn(text: string, host: Host = {}): readonly Diagnostic[] {
  const others = Object.fromEntries(Object.keys(host.files ?? {}).map(path => [path, { text: '', executable: true }]))
  const { diagnostics } = loadText(text, { lint: factsOf(host), others })
  return diagnostics.filter(({ code }) => code.startsWith('KA2'))
}

/** A vrrp_script `chk` that runs /usr/bin/true, with further lines. */
export function script(lines = ''): string {
  return `vrrp_script chk {\n  script /usr/bin/true\n${lines}\n}\n`
}

/** A vrrp_instance `name` with VRID and address of its own, and further lines; it starts with two lines of its own. */
export function instance(name: string, lines = '', vrid = 51): string {
  return `vrrp_instance ${name} {\n  interface eth0\n  virtual_router_id ${vrid}\n  virtual_ipaddress {\n    192.0.2.${vrid}/24\n  }\n${lines}\n}\n`
}
