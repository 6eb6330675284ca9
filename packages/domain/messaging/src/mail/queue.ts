// Mails that wait for the mail server: in the order they came, one after the other, each tried again with
// growing pauses, none without an end. In memory only.
import { fail, type Log, type Ms, ok, type Result } from '@rufwerk/core'
import { BYTES_WAITING_MAX, DELIVERIES_AT_ONCE_MAX, MAILS_WAITING_MAX, RETRY_PAUSES } from './limits.ts'
import { checkMail, type DueMail, type Mail, type MailOutcome, type MailRefusal, refuseMail } from './mail.ts'

/** Why the mail server did not take a mail. */
export interface DeliveryFailure {
  /** For programs. */
  readonly code: string
  /** For people; without secrets and without what stands in the mail. */
  readonly sentence: string
  /** Trying again would not help. */
  readonly isFinal: boolean
}

export interface MailQueuePorts {
  /** Never rejects. */
  readonly deliver: (mail: Mail) => Promise<Result<void, DeliveryFailure>>
  /** Calls back once after the delay, unless disposed. */
  readonly arm: (delay: Ms, callback: () => void) => Disposable
  readonly log: Log
}

interface Waiting extends DueMail {
  readonly bytes: number
  tries: number
}

const NOT_WRITTEN: DeliveryFailure = {
  code: 'not-written',
  sentence: 'A mail could not be written, because what belongs into it could not be read.',
  isFinal: false,
}

export class MailQueue {
  readonly #ports: MailQueuePorts
  readonly #ready: Waiting[] = []
  /** Those that pause, with their timer. */
  readonly #pausing = new Map<Waiting, Disposable>()
  #delivering = 0
  #closes = 0
  #bytes = 0
  #given = 0
  #last: DeliveryFailure | undefined

  constructor(ports: MailQueuePorts) {
    this.#ports = ports
  }

  /** Ok: it waits. */
  add(mail: Mail): Result<void, MailRefusal> {
    const checked = checkMail(mail)
    if (!checked.ok) return checked
    const bytes = mail.attachment?.bytes.length ?? 0
    if (this.size() >= MAILS_WAITING_MAX || this.#bytes + bytes > BYTES_WAITING_MAX)
      return refuseMail('queue-full')
    this.#bytes += bytes
    this.#wait({ write: async () => mail, over: () => undefined, bytes, tries: 0 })
    return ok(undefined)
  }

  /** Ok: it waits, and what became of it will be told. It is checked when it is written. */
  addDue({ write, over }: DueMail): Result<void, MailRefusal> {
    if (this.size() >= MAILS_WAITING_MAX) return refuseMail('queue-full')
    this.#wait({ write, over, bytes: 0, tries: 0 })
    return ok(undefined)
  }

  /** Tries all that pause at once, as when the settings have changed. */
  tryNow(): void {
    for (const [waiting, timer] of this.#pausing) {
      timer[Symbol.dispose]()
      this.#ready.push(waiting)
    }
    this.#pausing.clear()
    this.#next()
  }

  /** Mails that wait or are being delivered. */
  size(): number {
    return this.#ready.length + this.#pausing.size + this.#delivering
  }

  figures(): { readonly waiting: number; readonly givenUp: number; readonly failure?: DeliveryFailure } {
    const failure = this.#last
    return { waiting: this.size(), givenUp: this.#given, ...(failure && { failure }) }
  }

  /** Forgets what waits; what is being delivered is not tried again. */
  close(): void {
    this.#closes += 1
    for (const timer of this.#pausing.values()) timer[Symbol.dispose]()
    const forgotten = [...this.#ready, ...this.#pausing.keys()]
    this.#pausing.clear()
    this.#ready.length = 0
    for (const waiting of forgotten) this.#over(waiting, 'forgotten')
  }

  #wait(waiting: Waiting): void {
    this.#ready.push(waiting)
    this.#next()
  }

  #next(): void {
    while (this.#delivering < DELIVERIES_AT_ONCE_MAX) {
      const waiting = this.#ready.shift()
      if (waiting === undefined) return
      this.#delivering += 1
      void this.#deliver(waiting)
    }
  }

  async #deliver(waiting: Waiting): Promise<void> {
    const closes = this.#closes
    const tried = await this.#try(waiting)
    this.#delivering -= 1
    if (tried.ok) {
      if (tried.value === 'delivered') this.#last = undefined
      this.#over(waiting, tried.value)
    } else if (closes !== this.#closes) this.#over(waiting, 'forgotten')
    else this.#failed(waiting, tried.error)
    this.#next()
  }

  async #try({ write }: Waiting): Promise<Result<'delivered' | 'not-wanted', DeliveryFailure>> {
    const mail = await write().catch(() => NOT_WRITTEN)
    if (mail === undefined) return ok('not-wanted')
    if ('isFinal' in mail) return fail(mail)
    const delivered = await this.#ports.deliver(mail)
    return delivered.ok ? ok('delivered') : delivered
  }

  #failed(waiting: Waiting, failure: DeliveryFailure): void {
    this.#last = failure
    const pause = RETRY_PAUSES[waiting.tries]
    waiting.tries += 1
    const { code } = failure
    if (failure.isFinal || pause === undefined) {
      this.#given += 1
      this.#ports.log.error('mail given up', { code, tries: waiting.tries })
      this.#over(waiting, 'given-up')
      return
    }
    this.#ports.log.warn('mail not delivered yet', { code, tries: waiting.tries })
    const timer = this.#ports.arm(pause, () => {
      this.#pausing.delete(waiting)
      this.#ready.push(waiting)
      this.#next()
    })
    this.#pausing.set(waiting, timer)
  }

  #over({ bytes, over }: Waiting, outcome: MailOutcome): void {
    this.#bytes -= bytes
    over(outcome)
  }
}
