// Who gets warnings by mail: whoever asked and confirmed from that mailbox. Only digests of tokens are kept,
// and nobody learns by asking whether an address is known.
import {
  ADDRESS_MAILS_MAX,
  CONFIRM_WITHIN_MS,
  COUNTED_FOR_MS,
  PENDING_MAX,
  SOURCE_ASKS_MAX,
  SOURCES_MAX,
  SUBSCRIPTIONS_MAX,
} from './limits.ts'

export interface Pending {
  readonly address: string
  readonly language: 'de' | 'en'
  readonly at: number
}

export interface Subscription {
  readonly language: 'de' | 'en'
  readonly since: number
  /** SHA-256 of the token in the address for unsubscribing. */
  readonly unsubscribe: string
}

interface Count {
  readonly since: number
  readonly count: number
}

export interface Subscriptions {
  /** By address in lower case. */
  readonly confirmed: ReadonlyMap<string, Subscription>
  /** By SHA-256 of the token in the mail that asks. */
  readonly pending: ReadonlyMap<string, Pending>
  readonly mails: ReadonlyMap<string, Count>
  readonly asks: ReadonlyMap<string, Count>
}

export const EMPTY_SUBSCRIPTIONS: Subscriptions = {
  ...{ confirmed: new Map(), pending: new Map(), mails: new Map(), asks: new Map() },
}

export type SubscriptionsInput =
  | {
      readonly type: 'ask'
      readonly address: string
      readonly language: 'de' | 'en'
      /** Where it was asked from. */
      readonly source: string
      /** SHA-256 of a token from a source of chance. */
      readonly token: string
      readonly at: number
    }
  | { readonly type: 'confirm'; readonly token: string; readonly unsubscribe: string; readonly at: number }
  | { readonly type: 'unsubscribe'; readonly unsubscribe: string; readonly at: number }

/** Shown to whoever asks: it depends on what was typed and on the source, never on what is known. */
export type Shown =
  | 'look-into-your-mailbox'
  | 'malformed'
  | 'too-often'
  | 'full'
  | 'no-such-token'
  | 'subscribed'
  | 'gone'

export interface SubscriptionsStep {
  readonly state: Subscriptions
  readonly shown: Shown
  /** A mail with the token, or one that says that nothing has to be done. */
  readonly mail?: { readonly to: string; readonly language: 'de' | 'en'; readonly what: 'confirm' | 'known' }
}

const SHA256 = /^[0-9a-f]{64}$/
/** One mailbox, and nothing that could be a header or a list of them. */
const ADDRESS = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,8}$/

export function subscriptionsStep(state: Subscriptions, input: SubscriptionsInput): SubscriptionsStep {
  const now = forgotten(state, input.at)
  switch (input.type) {
    case 'ask':
      return ask(now, input)
    case 'confirm':
      return confirm(now, input)
    case 'unsubscribe': {
      const found = [...now.confirmed].find(([, one]) => one.unsubscribe === input.unsubscribe)
      const confirmed = new Map(now.confirmed)
      if (found !== undefined) confirmed.delete(found[0])
      return { state: { ...now, confirmed }, shown: 'gone' }
    }
  }
}

function forgotten(state: Subscriptions, at: number): Subscriptions {
  const pending = [...state.pending].filter(([, one]) => at - one.at < CONFIRM_WITHIN_MS)
  const fresh = (counts: ReadonlyMap<string, Count>) =>
    new Map([...counts].filter(([, { since }]) => at - since < COUNTED_FOR_MS))
  return { ...state, pending: new Map(pending), mails: fresh(state.mails), asks: fresh(state.asks) }
}

function ask(
  state: Subscriptions,
  { language, source, token, at, ...typed }: Extract<SubscriptionsInput, { readonly type: 'ask' }>,
): SubscriptionsStep {
  const address = typed.address.toLowerCase()
  if (address.length > 254 || !ADDRESS.test(address) || !SHA256.test(token))
    return { state, shown: 'malformed' }
  const asked = state.asks.get(source)
  if ((asked?.count ?? 0) >= SOURCE_ASKS_MAX) return { state, shown: 'too-often' }
  // Before anything is looked up: a full house says so to everybody.
  const isFull =
    state.pending.size >= PENDING_MAX ||
    state.confirmed.size >= SUBSCRIPTIONS_MAX ||
    (asked === undefined && state.asks.size >= SOURCES_MAX)
  if (isFull) return { state, shown: 'full' }
  const asks = new Map(state.asks).set(source, counted(asked, at))
  const mailed = state.mails.get(address)
  const shown = 'look-into-your-mailbox' as const
  if ((mailed?.count ?? 0) >= ADDRESS_MAILS_MAX) return { state: { ...state, asks }, shown }
  const mails = new Map(state.mails).set(address, counted(mailed, at))
  // Also for who is known, so that the room that is left says nothing; the mail to them has no token.
  const pending = new Map(state.pending).set(token, { address, language, at })
  const what = state.confirmed.has(address) ? 'known' : 'confirm'
  return { state: { ...state, asks, mails, pending }, shown, mail: { to: address, language, what } }
}

const counted = (before: Count | undefined, at: number): Count => ({
  since: before?.since ?? at,
  count: (before?.count ?? 0) + 1,
})

function confirm(
  state: Subscriptions,
  { token, unsubscribe, at }: Extract<SubscriptionsInput, { readonly type: 'confirm' }>,
): SubscriptionsStep {
  const known = state.pending.get(token)
  if (known === undefined || !SHA256.test(unsubscribe)) return { state, shown: 'no-such-token' }
  const { address, language } = known
  // Whatever else was asked for this mailbox is done with it.
  const pending = new Map([...state.pending].filter(([, one]) => one.address !== address))
  const confirmed = new Map(state.confirmed).set(address, { language, since: at, unsubscribe })
  return { state: { ...state, pending, confirmed }, shown: 'subscribed' }
}
