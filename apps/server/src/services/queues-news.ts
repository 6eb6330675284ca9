// What goes on in queues, told to whoever watches: each queue and each agent at most three times a second,
// however much happens.
import { type Ms, ms, type PersonId } from '@rufwerk/core'
import type { QueueEvent, QueueId } from '@rufwerk/queues'

const TELL_AFTER: Ms = ms(300)

export interface NewsParts {
  readonly arm: (delay: Ms, callback: () => void) => Disposable
  /** In which queues somebody is an agent. */
  readonly queuesOf: (agent: PersonId) => readonly QueueId[]
  readonly tellQueue: (queue: QueueId) => void
  readonly tellAgent: (agent: PersonId) => void
}

export class QueueNews {
  readonly #parts: NewsParts
  readonly #queues = new Set<QueueId>()
  readonly #agents = new Set<PersonId>()
  #timer: Disposable | undefined

  constructor(parts: NewsParts) {
    this.#parts = parts
  }

  happened(event: QueueEvent): void {
    if ('queue' in event && event.queue !== undefined) this.#queues.add(event.queue)
    if (event.type === 'agent') {
      this.#agents.add(event.agent)
      for (const queue of this.#parts.queuesOf(event.agent)) this.#queues.add(queue)
    }
    this.#timer ??= this.#parts.arm(TELL_AFTER, () => this.#tell())
  }

  size(): number {
    return this.#queues.size + this.#agents.size
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#queues.clear()
    this.#agents.clear()
  }

  #tell(): void {
    this.#timer = undefined
    const queues = [...this.#queues]
    const agents = [...this.#agents]
    this.#queues.clear()
    this.#agents.clear()
    for (const queue of queues) this.#parts.tellQueue(queue)
    for (const agent of agents) this.#parts.tellAgent(agent)
  }
}
