// Lets a bounded number of checks run at the same time; the others wait in the order in which they came. A checker waits at
// most once, so the line is no longer than there are checkers.

type Job = () => Promise<void>

export class CheckGate {
  readonly #inFlightMax: number
  readonly #line = new Set<Job>()
  #inFlight = 0

  constructor(inFlightMax: number) {
    this.#inFlightMax = inFlightMax
  }

  /** Runs the job now or when one before it has ended. The job must not reject. */
  enter(job: Job): void {
    if (this.#inFlight >= this.#inFlightMax) this.#line.add(job)
    else void this.#run(job)
  }

  async #run(job: Job): Promise<void> {
    this.#inFlight++
    await job()
    this.#inFlight--
    const [next] = this.#line
    if (next === undefined) return
    this.#line.delete(next)
    void this.#run(next)
  }
}
