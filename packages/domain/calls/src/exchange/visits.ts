// Calls that services of the house have: who is told what happens to them, and what they wish is an input of
// the call like any other. A service is told of the end of each visit exactly once.
import type { CallId } from '@rufwerk/core'
import type { ServicePort, VisitEvent, VisitWish } from '../ports.ts'
import type { CallInput } from '../signals.ts'
import type { CallState, ServiceNode } from '../state.ts'
import type { Entry } from './call-books.ts'
import type { ExchangePorts } from './exchange-ports.ts'

export interface VisitsParts {
  readonly ports: ExchangePorts
  readonly take: (call: CallId, input: CallInput) => void
}

export class Visits {
  readonly #parts: VisitsParts
  /** Whose each is; removed when it has left, or could not enter. */
  readonly #hosts = new Map<CallId, ServicePort>()

  constructor(parts: VisitsParts) {
    this.#parts = parts
  }

  begin({ state }: Pick<Entry, 'state'>, node: ServiceNode): void {
    const { ports, take } = this.#parts
    const { call, caller, callerLeg: leg, answeredAt } = state.record
    const host = ports.services?.[node.do]
    if (host !== undefined) this.#hosts.set(call, host)
    const visit = { call, leg, caller, node, isAnswered: answeredAt !== undefined }
    if (host?.enter(visit)) return
    this.#hosts.delete(call)
    take(call, { type: 'notHosted' })
  }

  /** Goes on after a restart, as far as whoever runs the service remembers it. */
  resume({ state }: Entry): void {
    if (state.name === 'visiting') this.begin({ state }, state.node)
    if (state.name !== 'talking') return
    const { call, caller, callerLeg: leg, service, answeredBy } = state.record
    const host = service && this.#parts.ports.services?.[service.do]
    if (host === undefined || service === undefined || answeredBy?.kind !== 'person') return
    const visit = { call, leg, caller, node: service, isAnswered: true, talksWith: answeredBy.person }
    if (host.enter(visit)) this.#hosts.set(call, host)
  }

  tell(call: CallId, event: VisitEvent): void {
    this.#hosts.get(call)?.happened(call, event)
  }

  /** What a service wishes of a call that it has. False when it has none like that any more. */
  wish(call: CallId, wish: VisitWish, tenant: CallState['record']['caller']['tenant']): boolean {
    if (!this.#hosts.has(call)) return false
    const { ports, take } = this.#parts
    if (wish.type !== 'ring') {
      take(call, { type: 'wished', wish })
      return true
    }
    const contacts = ports.routing(tenant)?.live.contactsOf(wish.person) ?? []
    take(call, { type: 'wished', wish: { ...wish, contacts } })
    return true
  }

  /** After each step: somebody who rang has it, or it is there no more. */
  after(before: CallState, after: CallState): void {
    const { call } = after.record
    if (before === after || !this.#hosts.has(call)) return
    if (before.name === 'visiting' && after.name === 'talking') {
      const { answeredBy } = after.record
      if (answeredBy?.kind === 'person')
        this.tell(call, { type: 'answered', person: answeredBy.person, leg: after.calleeLeg })
      return
    }
    const isThere = after.name === 'visiting' || isServed(after)
    if (!isThere) this.left(call)
  }

  /** It is out of the books, whatever has happened. */
  left(call: CallId): void {
    const host = this.#hosts.get(call)
    this.#hosts.delete(call)
    host?.happened(call, { type: 'left' })
  }

  size(): number {
    return this.#hosts.size
  }
}

/** Somebody of the service has the call, or leads it elsewhere and may get it back. */
function isServed(state: CallState): boolean {
  return (state.name === 'talking' || state.name === 'transferring') && state.record.service !== undefined
}
