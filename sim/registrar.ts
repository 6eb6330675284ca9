// The registrar of a carrier: challenges, binds for a while, refuses for a while.
import { between, type Instant, type Ms, ms, seconds } from '@rufwerk/core'
import { answerChallenge, type SipRequest } from '@rufwerk/sip'
import type { SimulatedPhone, VirtualClock } from '@rufwerk/testing'

export const ACCOUNT = { name: 'house', password: 'not-to-be-seen' } as const
/** What is asked for, in seconds. */
export const EXPIRES_S = 60
const CHALLENGE = 'Digest realm="carrier", nonce="nonce-1", algorithm=MD5, qop="auth"'

export type Refusal = 403 | 503 | 500

type Answer = ReturnType<SimulatedPhone['onRequest']>

export class Registrar {
  readonly #clock: VirtualClock
  /** With what it refuses everybody; undefined: it does not. */
  refusal: Refusal | undefined
  /** Who is bound, as the carrier knows it. */
  #bound: { readonly contact: string; readonly since: Instant; readonly length: Ms } | undefined
  registered = 0
  refused = 0

  constructor(phone: SimulatedPhone, clock: VirtualClock) {
    this.#clock = clock
    phone.onRequest = (request) => (request.method === 'REGISTER' ? this.#take(request) : { status: 200 })
  }

  /** What a call to the house goes to; undefined: it cannot be called. */
  get contact(): string | undefined {
    return this.#bound !== undefined && this.overSince() <= 0 ? this.#bound.contact : undefined
  }

  /** For how long, in ms, nobody is bound; below 0 somebody is. */
  overSince(): number {
    const bound = this.#bound
    return bound === undefined
      ? Number.POSITIVE_INFINITY
      : between(bound.since, this.#clock.now()) - bound.length
  }

  #take(request: SipRequest): Answer {
    if (this.refusal !== undefined) {
      this.refused += 1
      return { status: this.refusal }
    }
    if (!hasRightCredentials(request)) return { status: 401, headers: [['WWW-Authenticate', CHALLENGE]] }
    const own = request.headers.all('contact').find((text) => !text.includes('expires=0'))
    if (own === undefined) {
      this.#bound = undefined
      return { status: 200 }
    }
    this.registered += 1
    this.#bound = { contact: own, since: this.#clock.now(), length: seconds(EXPIRES_S) }
    return { status: 200, headers: [['Contact', own.replace(/expires=\d+/, `expires=${EXPIRES_S}`)]] }
  }
}

function hasRightCredentials({ headers, method }: SipRequest): boolean {
  const text = headers.get('authorization') ?? ''
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(text)?.[1] ?? ''
  const known = { user: ACCOUNT.name, password: ACCOUNT.password, method, uri: field('uri') }
  const nc = Number.parseInt(field('nc') || '1', 16)
  return text !== '' && answerChallenge(CHALLENGE, { ...known, cnonce: field('cnonce'), nc }) === text
}

/** A trunk that is bound no more may be held for up by us so much longer: an answer was under way. */
export const DOUBT: Ms = ms(35_000)
