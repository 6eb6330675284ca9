// One-time tickets that open the browser's SIP WebSocket: 32 random bytes, good once and for 30 seconds,
// bound to a session and its device. Only their hashes are kept, so a lookup tells nothing by its timing.
import { createHash } from 'node:crypto'
import { type DeviceId, fail, type Ms, ok, type Result, type SessionId } from '@rufwerk/core'

export interface TicketClaim {
  readonly session: SessionId
  readonly device: DeviceId
}

export interface TicketPorts {
  readonly randomBytes: (size: number) => Uint8Array
  /** Calls back once after `delay` unless disposed. */
  readonly arm: (delay: Ms, callback: () => void) => Disposable
}

export interface TicketLimits {
  readonly life: Ms
  readonly ticketsMax: number
  readonly perSessionMax: number
}

const TICKET_BYTES = 32

interface Entry {
  readonly claim: TicketClaim
  readonly expiry: Disposable
}

export class Tickets {
  readonly #ports: TicketPorts
  readonly #limits: TicketLimits
  readonly #entries = new Map<string, Entry>()
  readonly #bySession = new Map<SessionId, Set<string>>()

  constructor(ports: TicketPorts, limits: TicketLimits) {
    this.#ports = ports
    this.#limits = limits
  }

  /** A new ticket. When a session asks for too many, its oldest stops working. */
  issue(claim: TicketClaim): Result<string, 'limit-reached'> {
    const ofSession = this.#bySession.get(claim.session) ?? new Set()
    if (ofSession.size >= this.#limits.perSessionMax) {
      const [oldest] = ofSession
      if (oldest !== undefined) this.#remove(oldest)
    }
    if (this.#entries.size >= this.#limits.ticketsMax) return fail('limit-reached')
    const ticket = Buffer.from(this.#ports.randomBytes(TICKET_BYTES)).toString('base64url')
    const key = keyOf(ticket)
    const expiry = this.#ports.arm(this.#limits.life, () => this.#remove(key))
    this.#entries.set(key, { claim, expiry })
    const kept = this.#bySession.get(claim.session) ?? new Set()
    this.#bySession.set(claim.session, kept.add(key))
    return ok(ticket)
  }

  /** Uses a ticket up. Undefined when it is unknown, used or expired. */
  take(ticket: string): TicketClaim | undefined {
    return this.#remove(keyOf(ticket))?.claim
  }

  /** Makes every ticket of a session worthless: it has ended. */
  revoke(session: SessionId): void {
    for (const key of [...(this.#bySession.get(session) ?? [])]) this.#remove(key)
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#remove(key)
  }

  size(): number {
    return this.#entries.size + this.#bySession.size
  }

  #remove(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    entry.expiry[Symbol.dispose]()
    this.#entries.delete(key)
    const ofSession = this.#bySession.get(entry.claim.session)
    ofSession?.delete(key)
    if (ofSession?.size === 0) this.#bySession.delete(entry.claim.session)
    return entry
  }
}

function keyOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64')
}
