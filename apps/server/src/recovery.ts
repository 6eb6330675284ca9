// What goes on over the end of a process. Call control begins: the calls of the run before are taken up with
// what is open in the media process. The media process ends: answered calls wait a while for another one.
import { type EndpointId, type Log, type Ms, seconds } from '@rufwerk/core'
import { closeBooks, recoverCalls } from '@rufwerk/legs'
import type { Timers } from '@rufwerk/net'
import type { Store } from '@rufwerk/store'
import type { Attached } from './media-link.ts'
import type { Telephony } from './telephony.ts'

/** Answered calls without any media process are ended after this. */
const MEDIA_AWAY_MAX: Ms = seconds(20)

export class Recovery {
  readonly #store: Store
  readonly #timers: Timers
  readonly #log: Log
  readonly #telephony: () => Promise<Telephony | undefined>
  #away: Disposable | undefined

  /** `telephony` resolves when it is known whether there is a tenant. */
  constructor(parts: {
    readonly store: Store
    readonly timers: Timers
    readonly log: Log
    readonly telephony: () => Promise<Telephony | undefined>
  }) {
    this.#store = parts.store
    this.#timers = parts.timers
    this.#log = parts.log
    this.#telephony = parts.telephony
  }

  /** The media process is there. Gives the endpoints that go on. */
  async attached({ media, endpoints }: Attached): Promise<readonly EndpointId[]> {
    this.#away?.[Symbol.dispose]()
    this.#away = undefined
    const telephony = await this.#telephony()
    if (telephony === undefined) {
      // Without a tenant nobody can take the calls up.
      if (media === 'first')
        for (const call of await this.#store.unfinishedCalls()) closeBooks(this.#store, call)
      return []
    }
    const { userAgent, exchange } = telephony
    if (media !== 'first') return userAgent.mediaFound(endpoints)
    const going = await recoverCalls({ userAgent, exchange, store: this.#store, endpoints })
    this.#log.info('calls taken up', { calls: exchange.views().length, endpoints: going.length })
    return going
  }

  /** All endpoints are gone. */
  async dead(): Promise<void> {
    const telephony = await this.#telephony()
    telephony?.userAgent.mediaLost()
    this.#away?.[Symbol.dispose]()
    this.#away = this.#timers.arm(MEDIA_AWAY_MAX, () => telephony?.hangUpAll())
  }
}
