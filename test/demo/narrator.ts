// Tells on the terminal, as it happens, what the lab sees: who advertises with what priority, where the address is,
// which mails arrive, and once a second who answered the client's last ten requests.

import { epochNowUs } from '../lab/clock.ts'
import type { LabEvent } from '../lab/event.ts'
import type { Lab } from '../lab/lab.ts'
import { answers } from '../lab/prober.ts'

const TICK_MS = 1_000

export class Narrator {
  readonly #lab: Lab
  readonly #titles: Readonly<Record<string, string>>
  readonly #vip: string
  readonly #startedAt = epochNowUs()
  #advertising = ''
  #answersTold = 0
  #silent = false

  /** `titles` names the nodes for people; `vip` is the address, with prefix, that the story is about. */
  constructor(lab: Lab, titles: Readonly<Record<string, string>>, vip: string) {
    this.#lab = lab
    this.#titles = titles
    this.#vip = vip
    lab.timeline.follow(event => this.#onEvent(event))
    const ticking = setInterval(() => this.#tellAnswers(), TICK_MS)
    lab.onClose(() => clearInterval(ticking))
  }

  say(text: string): void {
    if (this.#silent) return
    const seconds = ((epochNowUs() - this.#startedAt) / 1_000_000).toFixed(3)
    process.stdout.write(`${seconds.padStart(8)}  ${text}\n`)
  }

  /** The rest is taking down. */
  stop(): void {
    this.#silent = true
  }

  heading(text: string): void {
    process.stdout.write(`\n${' '.repeat(10)}── ${text} ${'─'.repeat(Math.max(0, 84 - text.length))}\n`)
  }

  title(node: string): string {
    return this.#titles[node] ?? node
  }

  #onEvent(event: LabEvent): void {
    if (event.kind === 'mail') this.say(`${this.title(event.from)}  mail: ${event.subject}`)
    if (event.kind === 'address' && event.address === this.#vip) {
      this.say(`${this.title(event.from)}  address ${this.#vip} ${event.present ? 'added' : 'removed'}`)
    }
    if (event.kind === 'advert') {
      const told = `${event.from} ${event.priority}`
      if (told === this.#advertising) return
      this.#advertising = told
      const meaning = event.priority === 0 ? 'resigns' : 'MASTER'
      this.say(`${this.title(event.from)}  ${meaning}: advert with priority ${event.priority}`)
    }
  }

  /** One sign for each request: the last digit of the node that answered, or x. */
  #tellAnswers(): void {
    const all = answers(this.#lab)
    const fresh = all.slice(this.#answersTold)
    this.#answersTold = all.length
    if (fresh.length === 0) return
    const signs = fresh.map(answer => answer.by?.at(-1) ?? 'x').join('')
    const adverts = this.#lab.adverts({ since: epochNowUs() - TICK_MS * 1_000 })
    const heard = adverts.map(advert => `${this.title(advert.from)}:${advert.priority}`).join(' ') || 'none'
    this.say(`client   ${signs.padEnd(12)} adverts  ${heard}`)
  }
}
