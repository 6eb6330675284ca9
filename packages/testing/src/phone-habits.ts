// What simulated phones do beyond RFC 3261, each as it likes: reliable 1xx (RFC 3262), UPDATE (RFC 3311), and
// a session timer (RFC 4028) that the phone keeps, lets the server keep, or promises and forgets.
import type { Instant } from '@rufwerk/core'
import type { SipRequest, SipResponse } from '@rufwerk/sip'
import {
  answerSession,
  NO_SESSION_TIMER,
  type SessionAgreement,
  type SessionTimer,
  type SessionWish,
  sessionAgreed,
  sessionOffer,
  stepSessionTimer,
} from '@rufwerk/sip/session'

type HeaderLines = readonly (readonly [string, string])[]

export interface PhoneHabits {
  /** As a caller it names 100rel so; as a callee its 183 waits for a PRACK. */
  readonly reliable?: 'Supported' | 'Require'
  readonly hasUpdate?: boolean
  /** Who refreshes; `nobody`: the phone says that it will, and does not. */
  readonly session?: { readonly intervalS: number; readonly refresher: 'us' | 'peer' | 'nobody' }
  /** +sip.instance and one flow (RFC 5626). */
  readonly instance?: string
}

/** What an INVITE of the phone says of its habits. */
export function habitHeaders({ reliable, hasUpdate, session }: PhoneHabits): HeaderLines {
  const supported = [...(reliable === 'Supported' ? ['100rel'] : []), ...(session ? ['timer'] : [])]
  return [
    ...(supported.length > 0 ? [['Supported', supported.join(', ')] as const] : []),
    ...(reliable === 'Require' ? [['Require', '100rel'] as const] : []),
    ...(hasUpdate ? [['Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE'] as const] : []),
  ]
}

interface SessionParts {
  readonly habits: PhoneHabits
  readonly now: () => Instant
  readonly arm: (delayMs: number, callback: () => void) => Disposable
  readonly refresh: () => void
  /** `isPeerLate`: the server had promised to refresh. */
  readonly end: (isPeerLate: boolean) => void
}

/** The session timer of one call of a phone. */
export class PhoneSession {
  /** When somebody refreshed last, and what was agreed on then. */
  agreed: { readonly at: Instant; readonly agreement: SessionAgreement } | undefined
  readonly #parts: SessionParts
  readonly #wish: SessionWish & { readonly refresher: 'us' | 'peer' }
  #timer: SessionTimer = NO_SESSION_TIMER
  readonly #timers = new Map<string, Disposable>()

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { intervalS = 1800, refresher = 'peer' } = parts.habits.session ?? {}
    this.#wish = { intervalS, minS: 90, refresher: refresher === 'peer' ? 'peer' : 'us' }
  }

  /** For an INVITE or UPDATE of the phone. */
  offer(): HeaderLines {
    if (this.#parts.habits.session === undefined) return []
    return sessionOffer(this.#wished())
  }

  /** For the phone's 2xx to an INVITE or UPDATE of the server, from which on it holds. */
  answer(request: SipRequest): HeaderLines {
    if (this.#parts.habits.session === undefined) return []
    const answer = answerSession(request, this.#wished())
    if (!answer.ok) return []
    this.#agree(answer.value.agreement)
    return answer.value.headers
  }

  /** A 2xx of the server. */
  taken(response: SipResponse): void {
    if (this.#parts.habits.session === undefined) return
    const agreement = sessionAgreed(response)
    if (agreement !== undefined) this.#agree(agreement)
  }

  refreshFailed(): void {
    this.#step({ type: 'refreshFailed' })
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
  }

  /** Whoever refreshes goes on doing so (RFC 4028 §7.4). */
  #wished(): SessionWish {
    return { ...this.#wish, refresher: this.agreed?.agreement.refresher ?? this.#wish.refresher }
  }

  #agree(agreement: SessionAgreement): void {
    this.agreed = { at: this.#parts.now(), agreement }
    const isForgotten = this.#parts.habits.session?.refresher === 'nobody' && agreement.refresher === 'us'
    if (!isForgotten) this.#step({ type: 'agreed', agreement })
  }

  #step(input: Parameters<typeof stepSessionTimer>[1]): void {
    const { arm, refresh, end, now } = this.#parts
    const { timer, out } = stepSessionTimer(this.#timer, input, now())
    this.#timer = timer
    for (const output of out) {
      if (output.type === 'refresh') refresh()
      else if (output.type === 'bye') end(this.agreed?.agreement.refresher === 'peer')
      else {
        this.#timers.get(output.timer)?.[Symbol.dispose]()
        this.#timers.delete(output.timer)
        if (output.type === 'arm')
          this.#timers.set(
            output.timer,
            arm(output.after, () => this.#step({ type: 'timer', timer: output.timer })),
          )
      }
    }
  }
}
