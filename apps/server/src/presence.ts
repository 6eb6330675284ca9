// Who is available, ringing or talking, and which calls last: kept current from registrations and call views,
// told to whoever subscribed. Counting per person keeps a change as cheap with 10,000 calls as with one.
import type { Accounts } from '@rufwerk/accounts'
import type { LiveFact, LivePort, PresenceState } from '@rufwerk/api'
import type { CallView, Cdr, LegQuality } from '@rufwerk/calls'
import type { CallId, DeviceId, PersonId, TenantId } from '@rufwerk/core'

interface Activity {
  ringing: number
  talking: number
}

export class Presence implements LivePort {
  readonly #accounts: Accounts
  readonly #isDeviceRegistered: (device: DeviceId) => boolean
  /** Calls that last, as last shown. Removed when a call is shown as ended. */
  readonly #views = new Map<CallId, CallView>()
  /** People with a call; removed with their last one. */
  readonly #activities = new Map<PersonId, Activity>()
  readonly #listeners = new Set<(fact: LiveFact) => void>()

  constructor(accounts: Accounts, isDeviceRegistered: (device: DeviceId) => boolean) {
    this.#accounts = accounts
    this.#isDeviceRegistered = isDeviceRegistered
  }

  presenceOf(person: PersonId): PresenceState {
    const activity = this.#activities.get(person)
    if (activity && activity.talking > 0) return 'talking'
    if (activity && activity.ringing > 0) return 'ringing'
    for (const directory of this.#accounts.directories()) {
      const found = directory.byPerson.get(person)
      if (!found) continue
      if (found.kind === 'voice') return 'available'
      const devices = directory.devicesOf.get(person) ?? []
      return devices.some((device) => this.#isDeviceRegistered(device.id)) ? 'available' : 'offline'
    }
    return 'offline'
  }

  calls(): readonly CallView[] {
    return [...this.#views.values()]
  }

  isRegistered(device: DeviceId): boolean {
    return this.#isDeviceRegistered(device)
  }

  subscribe(listener: (fact: LiveFact) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** A call changed. */
  show(view: CallView): void {
    const before = this.#views.get(view.call)
    const touched = new Set<PersonId>()
    if (before) this.#count(before, -1, touched)
    if (view.state === 'ended') this.#views.delete(view.call)
    else {
      this.#views.set(view.call, view)
      this.#count(view, 1, touched)
    }
    this.#tell({ type: 'call', view })
    for (const person of touched) this.#tellPresence(view.tenant, person)
  }

  measured(view: CallView, role: 'caller' | 'callee', quality: LegQuality): void {
    this.#tell({ type: 'quality', call: view.call, role, quality })
  }

  /** A device came or went. */
  registrationsChanged(device: DeviceId): void {
    const directory = this.#accounts.directoryOfDevice(device)
    const person = directory?.byDevice.get(device)?.person
    if (directory === undefined || person === undefined) return
    this.#tellPresence(directory.tenant.id, person)
    this.#tell({ type: 'devices', tenant: directory.tenant.id, person })
  }

  /** What others know, to whoever subscribed. */
  tell(fact: LiveFact): void {
    this.#tell(fact)
  }

  /** A call detail record is stored. */
  recorded(cdr: Cdr): void {
    const people = new Set<PersonId>()
    if (cdr.from.kind === 'inside') people.add(cdr.from.person)
    if (cdr.to !== undefined) people.add(cdr.to)
    if (cdr.answeredBy?.kind === 'person') people.add(cdr.answeredBy.person)
    this.#tell({ type: 'recorded', tenant: cdr.tenant, people: [...people] })
  }

  /** Calls and people with a call. */
  size(): number {
    return this.#views.size + this.#activities.size
  }

  #count(view: CallView, step: 1 | -1, touched: Set<PersonId>): void {
    // Who calls is busy from the first moment; who is called rings until it is answered.
    const caller = view.from.kind === 'inside' ? view.from.person : undefined
    if (caller !== undefined) this.#change(caller, 'talking', step, touched)
    const rings = view.rings ?? []
    for (const person of rings) if (person !== caller) this.#change(person, 'ringing', step, touched)
    // A voice of the demonstration is no phone that answers; it talks as whom the call was for.
    const callee = view.answeredBy ?? (rings.length > 0 ? undefined : view.to)
    if (view.state !== 'talking' || callee === undefined || callee === caller) return
    if (!rings.includes(callee)) this.#change(callee, 'talking', step, touched)
  }

  #change(person: PersonId, what: keyof Activity, step: 1 | -1, touched: Set<PersonId>): void {
    const activity = this.#activities.get(person) ?? { ringing: 0, talking: 0 }
    activity[what] += step
    if (activity.ringing === 0 && activity.talking === 0) this.#activities.delete(person)
    else this.#activities.set(person, activity)
    touched.add(person)
  }

  #tellPresence(tenant: TenantId, person: PersonId): void {
    if (this.#listeners.size === 0) return
    this.#tell({ type: 'presence', tenant, person, presence: this.presenceOf(person) })
  }

  #tell(fact: LiveFact): void {
    for (const listener of this.#listeners) listener(fact)
  }
}
