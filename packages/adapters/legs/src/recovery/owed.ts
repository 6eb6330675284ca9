// What we still have to say to phones whose connection is gone: it waits for the phone to connect again,
// and is given up after a while (RFC 5626: the flow is not the phone).
import type { DeviceId, Flow, Ms } from '@rufwerk/core'
import type { Timers } from '../ports.ts'

/** A phone as its last connection showed it. */
export interface Phone {
  readonly device: DeviceId
  /** +sip.instance, where it named one. */
  readonly instance?: string | undefined
  /** Call-ID of its registrations, the same as long as it runs (RFC 3261 §10.2.4). */
  readonly boot?: string | undefined
  readonly flow: Flow
}

interface Entry {
  readonly phone: Phone
  readonly say: (flow: Flow) => void
  readonly timer: Disposable
}

export class Owed {
  readonly #timers: Timers
  readonly #waitMax: Ms
  readonly #entries = new Set<Entry>()

  constructor(timers: Timers, waitMax: Ms) {
    this.#timers = timers
    this.#waitMax = waitMax
  }

  /** `say` is called once when the phone is back, or never. */
  add(phone: Phone, say: (flow: Flow) => void): void {
    const timer = this.#timers.arm(this.#waitMax, () => this.#entries.delete(entry))
    const entry: Entry = { phone, say, timer }
    this.#entries.add(entry)
  }

  /** This phone can be reached. A page that was loaded anew knows nothing of what was to be said to it. */
  back(phone: Phone): void {
    for (const entry of [...this.#entries]) {
      if (!isSamePhone(entry.phone, phone)) continue
      this.#entries.delete(entry)
      entry.timer[Symbol.dispose]()
      if (!isAnotherPage(entry.phone, phone)) entry.say(phone.flow)
    }
  }

  size(): number {
    return this.#entries.size
  }

  close(): void {
    for (const { timer } of this.#entries) timer[Symbol.dispose]()
    this.#entries.clear()
  }
}

/**
 * The tab of a browser is the same, but its page was loaded anew. Only our own page promises to keep the
 * Call-ID of its registrations as long as it runs: phones may change it with each connection.
 */
export function isAnotherPage(one: Phone, other: Phone): boolean {
  if (one.flow.device === undefined || one.instance === undefined) return false
  if (one.boot === undefined || one.boot === other.boot) return false
  return isSamePhone(one, other) && one.instance === other.instance
}

/**
 * A device may be used by several phones. Those that name an instance are told apart by it, the others by
 * their address: their ports are new with each connection.
 */
export function isSamePhone(one: Phone, other: Phone): boolean {
  if (one.device !== other.device || one.flow.device !== other.flow.device) return false
  if (one.instance !== undefined && other.instance !== undefined) return one.instance === other.instance
  return one.flow.remote.address === other.flow.remote.address
}
