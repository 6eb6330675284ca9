// What lamps of phones show: the calls of each person, kept current from call views. Everybody of a company
// may watch every extension of it; who is on the other side of a call is told to nobody. What waits in boxes
// is told to who owns them.
import type { Directory } from '@rufwerk/accounts'
import type { CallView } from '@rufwerk/calls'
import type { CallId, PersonId, TenantId } from '@rufwerk/core'
import type { DeviceCredentials, WaitingMessages, WatchedCall, WatchPort } from '@rufwerk/legs'

/** Who is in a company. */
interface Companies {
  directoryOf(tenant: TenantId): Pick<Directory, 'byExtension'> | undefined
}

const NO_CALLS: ReadonlyMap<CallId, WatchedCall> = new Map()

export class Lamps implements WatchPort {
  readonly #accounts: Companies
  readonly #onChanged: (person: PersonId) => void
  /** Who has which calls; removed with the last one. */
  readonly #callsOf = new Map<PersonId, Map<CallId, WatchedCall>>()
  /** Who takes part in a call, as last shown; removed when it is shown as ended. */
  readonly #peopleOf = new Map<CallId, readonly PersonId[]>()

  /** Absent: nothing is told about messages. */
  readonly messagesOf?: (person: PersonId) => WaitingMessages

  constructor(
    accounts: Companies,
    onChanged: (person: PersonId) => void,
    messagesOf?: (person: PersonId) => WaitingMessages,
  ) {
    this.#accounts = accounts
    this.#onChanged = onChanged
    if (messagesOf) this.messagesOf = messagesOf
  }

  personAt(extension: string, { tenant }: DeviceCredentials): PersonId | undefined {
    return this.#accounts.directoryOf(tenant)?.byExtension.get(extension)?.id
  }

  callsOf(person: PersonId): readonly WatchedCall[] {
    return [...(this.#callsOf.get(person) ?? NO_CALLS).values()]
  }

  /** A call changed. */
  show(view: CallView): void {
    const now = watchedOf(view)
    const before = this.#peopleOf.get(view.call) ?? []
    const changed = new Set<PersonId>()
    for (const person of before) if (!now.has(person)) this.#remove(person, view.call, changed)
    for (const [person, call] of now) this.#set(person, call, changed)
    if (now.size > 0) this.#peopleOf.set(view.call, [...now.keys()])
    else this.#peopleOf.delete(view.call)
    for (const person of changed) this.#onChanged(person)
  }

  /** Calls and people with a call; zero when nothing is going on. */
  size(): number {
    return this.#callsOf.size + this.#peopleOf.size
  }

  #set(person: PersonId, call: WatchedCall, changed: Set<PersonId>): void {
    const calls = this.#callsOf.get(person) ?? new Map<CallId, WatchedCall>()
    const known = calls.get(call.call)
    if (known?.state === call.state && known.direction === call.direction) return
    calls.set(call.call, call)
    this.#callsOf.set(person, calls)
    changed.add(person)
  }

  #remove(person: PersonId, call: CallId, changed: Set<PersonId>): void {
    const calls = this.#callsOf.get(person)
    if (calls?.delete(call)) changed.add(person)
    if (calls?.size === 0) this.#callsOf.delete(person)
  }
}

/**
 * Who takes part in a call now, and how: members of a group that ring, until one of them answers. Who calls
 * oneself has one call.
 */
function watchedOf({
  call,
  state,
  from,
  rings = [],
  answeredBy,
}: CallView): ReadonlyMap<PersonId, WatchedCall> {
  const watched = new Map<PersonId, WatchedCall>()
  if (state === 'ended') return watched
  const lamp = state === 'talking' ? 'confirmed' : 'early'
  if (answeredBy !== undefined) watched.set(answeredBy, { call, direction: 'recipient', state: lamp })
  for (const person of rings) watched.set(person, { call, direction: 'recipient', state: 'early' })
  if (from.kind === 'inside') watched.set(from.person, { call, direction: 'initiator', state: lamp })
  return watched
}
