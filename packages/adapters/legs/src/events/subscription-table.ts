// The books of the subscriptions: by dialog, who is watched, who watches, connection. One is taken out of all
// of them in `remove` and nowhere else.
import type { DeviceId, Flow, PersonId, TenantId } from '@rufwerk/core'
import type { Subscription } from './subscription.ts'

export class SubscriptionTable {
  readonly #byDialog = new Map<string, Subscription>()
  readonly #byPerson = new Map<PersonId, Set<Subscription>>()
  readonly #byDevice = new Map<DeviceId, Set<Subscription>>()
  readonly #byFlow = new Map<string, Set<Subscription>>()
  readonly #perTenant = new Map<TenantId, number>()

  add(subscription: Subscription): void {
    const { key, person, device, flow } = subscription
    this.#byDialog.set(key, subscription)
    addTo(this.#byPerson, person, subscription)
    addTo(this.#byDevice, device.device, subscription)
    addTo(this.#byFlow, flow.id, subscription)
    this.#perTenant.set(device.tenant, this.ofTenant(device.tenant) + 1)
  }

  byDialog(key: string): Subscription | undefined {
    return this.#byDialog.get(key)
  }

  /** Of who is watched. A copy, as are the others: what is told may end subscriptions. */
  ofPerson(person: PersonId): readonly Subscription[] {
    return [...(this.#byPerson.get(person) ?? [])]
  }

  /** The oldest first. */
  ofDevice(device: DeviceId): readonly Subscription[] {
    return [...(this.#byDevice.get(device) ?? [])]
  }

  countOfDevice(device: DeviceId): number {
    return this.#byDevice.get(device)?.size ?? 0
  }

  ofFlow(flow: Flow): readonly Subscription[] {
    return [...(this.#byFlow.get(flow.id) ?? [])]
  }

  ofTenant(tenant: TenantId): number {
    return this.#perTenant.get(tenant) ?? 0
  }

  all(): readonly Subscription[] {
    return [...this.#byDialog.values()]
  }

  move(subscription: Subscription, flow: Flow): void {
    if (!this.#byDialog.has(subscription.key)) return
    removeFrom(this.#byFlow, subscription.flow.id, subscription)
    subscription.flow = flow
    addTo(this.#byFlow, flow.id, subscription)
  }

  /** Its extension belongs to somebody else now. */
  watch(subscription: Subscription, person: PersonId): void {
    if (subscription.person === person || !this.#byDialog.has(subscription.key)) return
    removeFrom(this.#byPerson, subscription.person, subscription)
    subscription.person = person
    addTo(this.#byPerson, person, subscription)
  }

  remove(subscription: Subscription): void {
    const { key, person, device, flow } = subscription
    if (!this.#byDialog.delete(key)) return
    removeFrom(this.#byPerson, person, subscription)
    removeFrom(this.#byDevice, device.device, subscription)
    removeFrom(this.#byFlow, flow.id, subscription)
    const left = this.ofTenant(device.tenant) - 1
    if (left > 0) this.#perTenant.set(device.tenant, left)
    else this.#perTenant.delete(device.tenant)
  }

  subscriptions(): number {
    return this.#byDialog.size
  }

  /** All entries of all books; zero when there is no subscription. */
  size(): number {
    const books = [this.#byDialog, this.#byPerson, this.#byDevice, this.#byFlow, this.#perTenant]
    return books.reduce((sum, book) => sum + book.size, 0)
  }
}

function addTo<Key>(book: Map<Key, Set<Subscription>>, key: Key, subscription: Subscription): void {
  const known = book.get(key)
  if (known) known.add(subscription)
  else book.set(key, new Set([subscription]))
}

function removeFrom<Key>(book: Map<Key, Set<Subscription>>, key: Key, subscription: Subscription): void {
  const known = book.get(key)
  known?.delete(subscription)
  if (known?.size === 0) book.delete(key)
}
