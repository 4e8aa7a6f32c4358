// nginx on a router of the lab: what the founding example balances on. It answers with the router's own address.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eachLine, killTree, spawnIn } from './command.ts'
import type { Lab } from './lab.ts'
import type { Router } from './router.ts'

export class WebServer {
  readonly #router: Router
  readonly #folder: string
  #nginx: ChildProcess | undefined

  constructor(lab: Lab, router: Router) {
    this.#router = router
    this.#folder = join(lab.folder, `nginx-${router.name}`)
    mkdirSync(this.#folder, { recursive: true })
    lab.onClose(() => this.kill())
  }

  start(): void {
    const path = join(this.#folder, 'nginx.conf')
    writeFileSync(path, this.#config())
    const nginx = spawnIn(this.#router.namespace, ['nginx', '-p', this.#folder, '-e', 'stderr', '-c', path])
    eachLine(nginx.stderr, line => console.error(`nginx ${this.#router.name}: ${line}`))
    this.#nginx = nginx
  }

  /** As `nginx -s quit` would. */
  async stop(): Promise<void> {
    const nginx = this.#nginx
    if (nginx === undefined) return
    this.#nginx = undefined
    nginx.kill('SIGQUIT')
    await once(nginx, 'exit')
  }

  kill(): void {
    if (this.#nginx?.pid !== undefined && this.#nginx.exitCode === null) killTree(this.#nginx.pid)
    this.#nginx = undefined
  }

  #config(): string {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const address = this.#router.addresses[0]!.replace(/\/.*/, '')
    return `daemon off;
user root;
worker_processes 1;
pid ${this.#folder}/nginx.pid;
error_log stderr crit;
events {}
http {
  access_log off;
  keepalive_timeout 0;
  default_type text/plain;
${temporary.map(name => `  ${name}_temp_path ${this.#folder}/${name};\n`).join('')}
  server {
    listen 80;
    return 200 "${address}\\n";
  }
}
`
  }
}
