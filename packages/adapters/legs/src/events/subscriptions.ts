// Who watches whom (RFC 6665 §4.2.1): SUBSCRIBEs of devices that proved who they are, answered and kept in
// the books. Nothing is stored: after a restart phones get 481 to their next refresh, and subscribe again.
import type { DeviceId, Flow, PersonId } from '@rufwerk/core'
import {
  type Binding,
  type Dialog,
  dialogFromRequest,
  dialogKey,
  receiveInDialog,
  type SipRequest,
  type TransactionId,
  writeUri,
} from '@rufwerk/sip'
import {
  answerSubscribe,
  type EventPackage,
  newNotifier,
  readEvent,
  type SubscribeGrant,
  type SubscribeLimits,
  writeEvent,
} from '@rufwerk/sip/events'
import { contactHeader } from '../headers.ts'
import { type LegContext, newTag, random, respond } from '../leg/context.ts'
import type { DeviceCredentials } from '../ports.ts'
import { isAnotherPage, isSamePhone } from '../recovery/owed.ts'
import { Notifications } from './notifications.ts'
import { Subscription } from './subscription.ts'
import type { SubscriptionTable } from './subscription-table.ts'
import type { WatchPort } from './watch-port.ts'
import { whoIs } from './who-is.ts'

/** What is granted is shortened by up to this share, so that a crowd of phones does not come back at once. */
const SHORTENED = 0.2

/** A SUBSCRIBE, and who sent it, as digest or flow proved. */
interface Received {
  readonly transaction: TransactionId
  readonly request: SipRequest
  readonly flow: Flow
  readonly device: DeviceCredentials
}

export class Subscriptions {
  /** Event packages that can be had. */
  readonly packages: readonly EventPackage[]
  readonly #context: LegContext
  readonly #watch: WatchPort | undefined
  readonly #limits: SubscribeLimits
  readonly #notifications: Notifications
  readonly #table: SubscriptionTable

  /** Without `watch` every package is refused. */
  constructor(context: LegContext, watch: WatchPort | undefined) {
    const { limits } = context
    this.#context = context
    this.#watch = watch
    this.packages = packagesOf(watch)
    this.#limits = {
      expiresMinS: limits.subscriptionTimeMin / 1000,
      expiresMaxS: limits.subscriptionTime / 1000,
      perDeviceMax: limits.subscriptionsPerDeviceMax,
      perTenantMax: limits.subscriptionsPerTenantMax,
      totalMax: limits.subscriptionsMax,
    }
    this.#notifications = new Notifications(context, watch)
    this.#table = this.#notifications.table
  }

  /** Whether a subscription has this dialog. */
  has(key: string): boolean {
    return this.#table.byDialog(key) !== undefined
  }

  receive(received: Received): void {
    const { request } = received
    const known = request.headers.toTag === undefined ? undefined : this.#table.byDialog(dialogKey(request))
    if (known === undefined) this.#subscribe(received)
    else this.#refresh(known, received)
  }

  /** The calls of this person, or what waits in the box, are others now. */
  changed(person: PersonId, event: EventPackage): void {
    for (const subscription of this.#table.ofPerson(person))
      if (subscription.event === event) this.#notifications.changed(subscription)
  }

  /** To be told before registrations and transactions are. */
  flowClosed(flow: Flow): void {
    for (const subscription of this.#table.ofFlow(flow)) this.#notifications.lose(subscription)
  }

  /** A device has registered: what lost its connection goes on over this one, or follows to another port. */
  bound(device: DeviceId, binding: Binding, before: Binding | undefined): void {
    const { flow, instance, callId: boot } = binding
    const phone = { device, instance, boot, flow }
    for (const subscription of this.#table.ofDevice(device)) {
      if (isAnotherPage(subscription.phone, phone)) {
        this.#notifications.step(subscription, { type: 'lost' })
        continue
      }
      const isBack = subscription.isLost && isSamePhone(subscription.phone, phone)
      const hasMoved = before?.flow.id === subscription.flow.id && before.flow.id !== flow.id
      if (isBack || hasMoved) this.#notifications.adopt(subscription, flow)
      if (subscription.flow.id === flow.id) noteBinding(subscription, binding)
    }
  }

  /** Contacts of this device came or went: a phone that is not registered any more is not told anything. */
  registrationsChanged(device: DeviceId): void {
    for (const subscription of this.#table.ofDevice(device)) {
      const { isBound, isLost, notifier } = subscription
      const isLasting = isBound && !isLost && notifier.ending === undefined
      if (isLasting && this.#bindingOver(subscription) === undefined)
        this.#notifications.step(subscription, { type: 'lost' })
    }
  }

  /** The device was deleted or signed out. */
  removeDevice(device: DeviceId): void {
    for (const subscription of this.#table.ofDevice(device))
      this.#notifications.step(subscription, { type: 'end', reason: 'rejected' })
  }

  /** Subscriptions that stand. */
  subscriptions(): number {
    return this.#table.subscriptions()
  }

  /** The books, and NOTIFYs that wait or have no answer; zero without subscriptions. */
  size(): number {
    return this.#notifications.size()
  }

  close(): void {
    this.#notifications.close()
  }

  #subscribe(received: Received): void {
    const { request, device } = received
    const user = request.uri.user ?? ''
    const before = this.#placeOfItsOwn(received, user)
    const own = before === undefined ? 0 : 1
    const grant = this.#grant(request, {
      ofDevice: this.#table.countOfDevice(device.device) - own,
      ofTenant: this.#table.ofTenant(device.tenant) - own,
      total: this.#table.subscriptions() - own,
    })
    if (!grant.ok) {
      this.#refuse(received, grant.error.status, grant.error.headers)
      return
    }
    const person = whoIs(this.#watch, grant.value.event, user, device)
    const dialog = dialogFromRequest(request, newTag(this.#context), 'confirmed')
    if (typeof person === 'number' || !dialog.ok) {
      this.#refuse(received, typeof person === 'number' ? person : 400)
      return
    }
    if (before !== undefined) this.#notifications.step(before, { type: 'lost' })
    const subscription = this.#open(received, dialog.value, grant.value, person)
    this.#accept(subscription, received, grant.value.expiresS)
  }

  #open(
    { request, flow, device }: Received,
    dialog: Dialog,
    { event, id }: SubscribeGrant,
    person: PersonId,
  ): Subscription {
    const { user = '', host, port } = request.uri
    const at = port === undefined ? { host } : { host, port }
    const parts = ownCopy({
      key: dialogKey(dialog),
      dialog,
      event,
      name: id === undefined ? { event } : { event, id },
      user,
      entity: writeUri({ scheme: 'sip', user, ...at, params: new Map() }),
    })
    const subscription = new Subscription({
      ...parts,
      device,
      flow,
      person,
      notifier: newNotifier(this.#context.ports.timers.now()),
    })
    const binding = this.#bindingOver(subscription)
    if (binding !== undefined) noteBinding(subscription, binding)
    this.#table.add(subscription)
    this.#context.counts.subscribed += 1
    return subscription
  }

  #refresh(subscription: Subscription, received: Received): void {
    const { request, flow, device } = received
    // Somebody else's, or over but for its last NOTIFY: as if it were not there.
    if (subscription.device.device !== device.device || subscription.notifier.ending !== undefined) {
      this.#refuse(received, 481)
      return
    }
    const inDialog = receiveInDialog(subscription.dialog, request)
    if (!inDialog.ok) {
      this.#refuse(received, 500) // RFC 3261 §12.2.2: a CSeq that is too low.
      return
    }
    subscription.dialog = ownCopy(inDialog.value)
    const grant = this.#grant(request, undefined)
    if (!grant.ok) {
      this.#refuse(received, grant.error.status, grant.error.headers)
      return
    }
    if (writeEvent(grant.value) !== writeEvent(subscription.name)) {
      this.#refuse(received, 481) // RFC 6665 §4.5.1: one subscription per dialog here.
      return
    }
    const person = whoIs(this.#watch, subscription.event, subscription.user, device)
    if (typeof person === 'number') {
      this.#refuse(received, person)
      this.#notifications.step(subscription, { type: 'end', reason: 'noresource' })
      return
    }
    this.#table.watch(subscription, person)
    if (subscription.flow.id !== flow.id || subscription.isLost) this.#notifications.adopt(subscription, flow)
    const binding = this.#bindingOver(subscription)
    if (binding !== undefined) noteBinding(subscription, binding)
    this.#accept(subscription, received, grant.value.expiresS)
  }

  /** 200, then the NOTIFY that each SUBSCRIBE gets (RFC 6665 §4.2.1.2, §4.2.2). */
  #accept(subscription: Subscription, { transaction, request }: Received, askedS: number): void {
    const expiresS = this.#shortened(askedS)
    const { dialog, flow } = subscription
    respond(this.#context, transaction, request, 200, {
      toTag: dialog.localTag,
      headers: [['Expires', String(expiresS)], contactHeader(flow)],
    })
    this.#notifications.step(subscription, { type: 'subscribed', expiresS })
  }

  #refuse(
    { transaction, request }: Received,
    status: number,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    this.#context.counts.refusedSubscribes += 1
    respond(this.#context, transaction, request, status, { headers })
  }

  #grant(request: SipRequest, count: Parameters<typeof answerSubscribe>[1]) {
    return answerSubscribe(request, count, this.#limits, this.packages)
  }

  #shortened(askedS: number): number {
    const shorter = Math.floor(askedS * (1 - SHORTENED * random(this.#context)))
    return Math.min(askedS, Math.max(this.#limits.expiresMinS, shorter))
  }

  /**
   * At its limit a phone that has started again, and knows nothing of its subscriptions before, takes their
   * places one by one: the oldest of the same phone to the same.
   */
  #placeOfItsOwn({ request, flow, device }: Received, user: string): Subscription | undefined {
    if (this.#table.countOfDevice(device.device) < this.#limits.perDeviceMax) return undefined
    const named = readEvent(request.headers)
    if (named === undefined) return undefined
    return this.#table
      .ofDevice(device.device)
      .find((one) => one.flow.id === flow.id && one.user === user && one.event === named.event)
  }

  #bindingOver({ device, flow }: Subscription): Binding | undefined {
    return this.#context.registrations
      .bindingsOf(device.sipName)
      .find((binding) => binding.flow.id === flow.id)
  }
}

/** Subscriptions live for hours; a text that was cut out of a message would keep the whole message alive. */
function ownCopy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

function packagesOf(watch: WatchPort | undefined): readonly EventPackage[] {
  if (watch === undefined) return []
  return watch.messagesOf === undefined ? ['dialog'] : ['dialog', 'message-summary']
}

function noteBinding(subscription: Subscription, { instance, callId }: Binding): void {
  subscription.isBound = true
  subscription.instance = instance
  subscription.boot = callId
}
