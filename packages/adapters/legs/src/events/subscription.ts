// One subscription of a device (RFC 6665): its dialog, where it is, what it watches, and what it was told.
import type { Flow, PersonId } from '@rufwerk/core'
import type { Dialog } from '@rufwerk/sip'
import type { EventName, EventPackage, Notifier, NotifierOutput, WatchedDialog } from '@rufwerk/sip/events'
import type { DeviceCredentials } from '../ports.ts'
import type { Phone } from '../recovery/owed.ts'

export type NotifyOutput = Extract<NotifierOutput, { type: 'notify' }>

export interface SubscriptionParts {
  readonly key: string
  readonly dialog: Dialog
  readonly device: DeviceCredentials
  readonly flow: Flow
  readonly event: EventPackage
  readonly name: EventName
  readonly user: string
  readonly entity: string
  readonly person: PersonId
  readonly notifier: Notifier
}

export class Subscription {
  /** Of its dialog; never changes. */
  readonly key: string
  dialog: Dialog
  /** Who subscribed. */
  readonly device: DeviceCredentials
  /** Where it is; changed by the table only. */
  flow: Flow
  readonly event: EventPackage
  readonly name: EventName
  /** User part of the Request-URI. */
  readonly user: string
  /** URI text of who is watched, as the phone named it. */
  readonly entity: string
  /** Who is watched; changed by the table only. */
  person: PersonId
  notifier: Notifier
  readonly timers = new Map<string, Disposable>()
  /** What the last NOTIFY that was sent said. */
  sent: readonly WatchedDialog[] = []
  /** What the last one that got a 2xx said: these are to be told as terminated when they are gone. */
  told: readonly WatchedDialog[] = []
  /** A NOTIFY that waits for its turn, or for the phone. */
  waiting: NotifyOutput | undefined
  /** A contact of the device is registered over this flow; it takes the subscription along when it goes. */
  isBound = false
  /** Its connection is gone; it waits for the phone to connect again. */
  isLost = false
  /** Of the registration over its flow, where there is one. */
  instance: string | undefined
  boot: string | undefined

  constructor(parts: SubscriptionParts) {
    this.key = parts.key
    this.dialog = parts.dialog
    this.device = parts.device
    this.flow = parts.flow
    this.event = parts.event
    this.name = parts.name
    this.user = parts.user
    this.entity = parts.entity
    this.person = parts.person
    this.notifier = parts.notifier
  }

  get phone(): Phone {
    const { device, instance, boot, flow } = this
    return { device: device.device, instance, boot, flow }
  }

  stopTimer(name: string): void {
    this.timers.get(name)?.[Symbol.dispose]()
    this.timers.delete(name)
  }

  stopTimers(): void {
    for (const timer of this.timers.values()) timer[Symbol.dispose]()
    this.timers.clear()
  }
}
