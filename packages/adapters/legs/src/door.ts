// Every message of the network enters here: read, kept for the trace, and given to its transaction. Of those
// whose address is blocked, most are dropped before any of that costs more, or says anything.
import type { Flow, Result } from '@rufwerk/core'
import { answerMalformed, dialogKey, type ParseError, parseMessage, type SipMessage } from '@rufwerk/sip'
import type { Subscriptions } from './events/subscriptions.ts'
import type { LegContext } from './leg/context.ts'
import type { Authentication } from './registration/auth.ts'
import { mayCallForHelp } from './transactions.ts'

export interface DoorParts {
  readonly context: LegContext
  readonly authentication: Authentication
  readonly subscriptions: Subscriptions
}

export class Door {
  readonly #parts: DoorParts

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  /** One whole message. */
  receive(flow: Flow, bytes: Uint8Array): void {
    const { ports, counts, transactions } = this.#parts.context
    const parsed = parseMessage(bytes)
    if (ports.gate !== undefined && this.#isShutOut(parsed, flow, ports.gate.blockOf(flow))) {
      counts.shutOut += 1
      return
    }
    ports.trace?.record('received', flow, bytes, parsed.ok ? parsed.value.headers.callId : undefined)
    if (parsed.ok) {
      transactions.receive(parsed.value, flow, bytes.length)
      return
    }
    counts.malformed += 1
    if (flow.device === undefined) ports.gate?.observe(flow, { kind: 'unreadable' })
    const bytesMax = flow.transport === 'udp' ? bytes.length : undefined
    const answer = answerMalformed(parsed.error, flow, bytesMax)
    if (answer !== undefined) ports.transport.send(flow, answer)
  }

  /** What proves nothing and belongs to nothing, but for the few that pass a block whatever they are. */
  #isShutOut(
    parsed: Result<SipMessage, ParseError>,
    flow: Flow,
    block: 'proven' | 'forgeable' | undefined,
  ): boolean {
    if (block === undefined || flow.device !== undefined) return false
    const { context } = this.#parts
    if (context.trunks.isPeer(flow.remote.address)) return false
    if (parsed.ok && this.#isExempt(parsed.value, flow, block)) return false
    return context.ports.gate?.mayPass(flow) === false
  }

  #isExempt(message: SipMessage, flow: Flow, block: 'proven' | 'forgeable'): boolean {
    const { context, authentication, subscriptions } = this.#parts
    // Only what we asked is answered.
    if (message.kind === 'response') return true
    if (mayCallForHelp(message)) return true
    if (message.headers.toTag !== undefined) {
      const key = dialogKey(message)
      if (context.table.byDialog(key) !== undefined || subscriptions.has(key)) return true
    }
    return block === 'forgeable' && authentication.isAnswer(message, flow)
  }
}
