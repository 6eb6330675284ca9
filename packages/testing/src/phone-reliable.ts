// Reliable 1xx of a simulated phone that is called (RFC 3262 §3): repeated until the PRACK; the 200 waits.
import { newResponse, type SipResponse, type TransactionId } from '@rufwerk/sip'
import {
  newReliableSender,
  type ReliableInput,
  type ReliableSender,
  stepReliable,
} from '@rufwerk/sip/session'
import type { SimulatedPhone } from './simulated-phone.ts'

interface ReliableParts {
  readonly give: (response: SipResponse, hasSdp: boolean) => void
  readonly onPrack: (hasSdp: boolean) => void
  readonly giveUp: () => void
}

export class ReliableRinging {
  readonly #phone: SimulatedPhone
  readonly #invite: TransactionId | undefined
  readonly #parts: ReliableParts
  #sender: ReliableSender = newReliableSender(0.25)
  readonly #timers = new Map<string, Disposable>()

  constructor(phone: SimulatedPhone, invite: TransactionId | undefined, parts: ReliableParts) {
    this.#phone = phone
    this.#invite = invite
    this.#parts = parts
  }

  /** A 200 waits for its PRACK. */
  get isAnswering(): boolean {
    return this.#sender.success !== undefined
  }

  step(input: ReliableInput, transaction?: TransactionId): void {
    const { give, onPrack, giveUp } = this.#parts
    const { sender, out } = stepReliable(this.#sender, input)
    this.#sender = sender
    for (const output of out) {
      if (output.type === 'respond') give(output.response, output.hasSdp)
      else if (output.type === 'repeat') {
        if (this.#invite !== undefined) this.#phone.respond(this.#invite, output.response)
      } else if (output.type === 'giveUp') giveUp()
      else if (output.type === 'answerPrack') {
        if (input.type !== 'prackReceived' || transaction === undefined) continue
        if (output.status === 200) onPrack(input.prack.body.length > 0)
        this.#phone.respond(transaction, newResponse(input.prack, output.status))
      } else {
        this.#timers.get(output.timer)?.[Symbol.dispose]()
        this.#timers.delete(output.timer)
        if (output.type !== 'arm') continue
        const again = (): void => this.step({ type: 'timer', timer: output.timer })
        this.#timers.set(output.timer, this.#phone.arm(output.after, again))
      }
    }
  }
}
